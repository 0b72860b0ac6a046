package io.carousel.engine.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.carousel.engine.gradient.cell.ExactGradient;
import io.carousel.engine.kernel.Backend;
import io.carousel.engine.kernel.Kernels;
import io.carousel.engine.kernel.Workers;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class LanguageModelTest {

  static Stream<Arguments> backendsAndCells() {
    return Stream.of(Backend.SCALAR, Backend.VECTOR, Backend.ND4J)
        .flatMap(backend -> Stream.of(CellType.values()).map(cell -> Arguments.of(backend, cell)));
  }

  /** Sizes off every vector width, three layers, a vocabulary that repeats in the batch. */
  @ParameterizedTest
  @MethodSource("backendsAndCells")
  void lossAndGradient_randomNet_matchesFloat64(Backend backend, CellType cell) {
    for (boolean tied : new boolean[] {false, true}) {
      Architecture a =
          new Architecture(
              cell, 3, 19, tied ? 19 : 6, 0, tied, Nonlinearity.TANH, Initialization.DEFAULT);
      Parameters parameters = perturbed(Parameters.initialize(a, 23, 5));
      Window w = Window.random(9, 5, 23, 3);
      ExactGradient exact = ExactGradient.of(parameters, w.rows(w.inputs), w.rows(w.targets));
      Gradient actual = gradient(backend, 2, parameters, w);
      assertThat(actual.loss).isCloseTo(exact.loss(), within(1e-6));
      assertClose(actual.values, exact.gradient(), 5e-6);
    }
  }

  @ParameterizedTest
  @MethodSource("backendsAndCells")
  void lossAndGradient_paddedLanes_equalTheLanesAlone(Backend backend, CellType cell) {
    Architecture a =
        new Architecture(cell, 2, 9, 5, 0, false, Nonlinearity.TANH, Initialization.DEFAULT);
    Parameters parameters = perturbed(Parameters.initialize(a, 12, 7));
    int[] lengths = {7, 2, 5, 7, 1};
    Window together = Window.random(7, lengths.length, 12, 11);
    double[] expected = new double[parameters.values().length];
    double loss = 0;
    int scored = Arrays.stream(lengths).sum();
    for (int lane = 0; lane < lengths.length; lane++) {
      Window alone = together.lane(lane, lengths[lane]);
      ExactGradient exact =
          ExactGradient.of(parameters, alone.rows(alone.inputs), alone.rows(alone.targets));
      double share = (double) lengths[lane] / scored;
      loss += share * exact.loss();
      for (int i = 0; i < expected.length; i++) {
        expected[i] += share * exact.gradient()[i];
      }
      for (int t = lengths[lane]; t < 7; t++) {
        together.inputs[t * lengths.length + lane] = -1;
        together.targets[t * lengths.length + lane] = -1;
      }
    }
    Gradient actual = gradient(backend, 2, parameters, together);
    assertThat(actual.loss).isCloseTo(loss, within(1e-6));
    assertClose(actual.values, expected, 5e-6);
    // The state of a lane that has ended is its state where it ended.
    Window first = together.lane(1, 2);
    assertThat(Arrays.copyOfRange(actual.carry.h(1), 9, 18))
        .containsExactly(gradient(backend, 1, parameters, first).carry.h(1), within(1e-6f));
  }

  @ParameterizedTest
  @MethodSource("backendsAndCells")
  void lossAndGradient_nothingScored_nothingFlowsBack(Backend backend, CellType cell) {
    Architecture a =
        new Architecture(cell, 2, 9, 5, 0, false, Nonlinearity.TANH, Initialization.DEFAULT);
    Parameters parameters = Parameters.initialize(a, 12, 7);
    int[] padding = new int[6];
    Arrays.fill(padding, -1);
    Parameters gradient = new Parameters(parameters.layout());
    Arrays.fill(gradient.values(), 1f); // as a window before has left it
    try (Workers workers = new Workers(1, "test")) {
      LanguageModel model = new LanguageModel(Kernels.of(backend), workers, parameters, 3, 2, true);
      double loss =
          model.lossAndGradient(3, 2, padding, padding, model.newCarry(2), 0, gradient, null);
      assertThat(loss).isZero();
    }
    assertThat(gradient.values()).containsOnly(0f);
  }

  @ParameterizedTest
  @MethodSource("backendsAndCells")
  void lossAndGradient_anyNumberOfThreads_sameBits(Backend backend, CellType cell) {
    Architecture a =
        new Architecture(cell, 2, 40, 24, 0.3, false, Nonlinearity.TANH, Initialization.DEFAULT);
    Parameters parameters = Parameters.initialize(a, 50, 1);
    Window window = Window.random(21, 37, 50, 2);
    Gradient one = gradient(backend, 1, parameters, window);
    for (int threads : new int[] {2, 3, 5}) {
      Gradient many = gradient(backend, threads, parameters, window);
      assertThat(many.loss).isEqualTo(one.loss);
      assertThat(many.values).isEqualTo(one.values);
    }
  }

  /** What is kept of one window for the next must be neither stale nor another's. */
  @ParameterizedTest
  @MethodSource("backendsAndCells")
  void advance_tokenByToken_sameStateAsWindowByItself(Backend backend, CellType cell) {
    Architecture a =
        new Architecture(cell, 2, 20, 12, 0, false, Nonlinearity.TANH, Initialization.DEFAULT);
    Parameters parameters = Parameters.initialize(a, 9, 1);
    int[] tokens = {3, 3, 8, 0, 3, 1, 8};
    try (Workers workers = new Workers(1, "test")) {
      Kernels kernels = Kernels.of(backend);
      LanguageModel kept = new LanguageModel(kernels, workers, parameters, 1, 1, false);
      for (int round = 0; round < 2; round++) {
        Carry carry = kept.newCarry(1);
        LanguageModel fresh = new LanguageModel(kernels, workers, parameters, 7, 1, false);
        Carry expected = fresh.newCarry(1);
        fresh.advance(tokens.length, 1, tokens, expected);
        for (int token : tokens) {
          kept.advance(1, 1, new int[] {token}, carry);
        }
        for (int layer = 0; layer < 2; layer++) {
          assertThat(carry.h(layer)).containsExactly(expected.h(layer), within(1e-6f));
        }
        parameters.values()[0] += 1; // the embedding of token 0
        kept.weightsChanged();
      }
    }
  }

  /** Dropout is linear in what it keeps: checked against differences of the engine's own loss. */
  @ParameterizedTest
  @EnumSource(CellType.class)
  void lossAndGradient_dropout_matchesCentralDifferences(CellType cell) {
    Architecture a =
        new Architecture(cell, 2, 6, 4, 0.4, false, Nonlinearity.TANH, Initialization.DEFAULT);
    Parameters parameters = perturbed(Parameters.initialize(a, 8, 3));
    Window window = Window.random(4, 3, 8, 9);
    Gradient gradient = gradient(Backend.SCALAR, 1, parameters, window);
    double step = 1e-2;
    for (int i = 0; i < parameters.values().length; i += 3) {
      float value = parameters.values()[i];
      parameters.values()[i] = (float) (value + step);
      double above = gradient(Backend.SCALAR, 1, parameters, window).loss;
      parameters.values()[i] = (float) (value - step);
      double below = gradient(Backend.SCALAR, 1, parameters, window).loss;
      parameters.values()[i] = value;
      assertThat((double) gradient.values[i])
          .as("parameter %d", i)
          .isCloseTo((above - below) / (2 * step), within(2e-4));
    }
  }

  @ParameterizedTest
  @EnumSource(CellType.class)
  void advance_windowAfterWindow_equalsOneWindow(CellType cell) {
    Architecture a =
        new Architecture(cell, 2, 13, 7, 0, false, Nonlinearity.TANH, Initialization.DEFAULT);
    Parameters parameters = Parameters.initialize(a, 10, 3);
    Window window = Window.random(12, 2, 10, 1);
    try (Workers workers = new Workers(1, "test")) {
      LanguageModel model =
          new LanguageModel(Kernels.of(Backend.AUTO), workers, parameters, 12, 2, false);
      Carry whole = model.newCarry(2);
      model.advance(12, 2, window.inputs, whole);
      Carry parts = model.newCarry(2);
      model.advance(5, 2, Arrays.copyOfRange(window.inputs, 0, 10), parts);
      model.advance(7, 2, Arrays.copyOfRange(window.inputs, 10, 24), parts);
      assertThat(parts.h(1)).isEqualTo(whole.h(1));
    }
  }

  @Test
  void initialize_defaults_firstLossIsThatOfAUniformGuess() {
    for (CellType cell : CellType.values()) {
      for (boolean tied : new boolean[] {false, true}) {
        Architecture a =
            new Architecture(cell, 2, 64, 64, 0, tied, Nonlinearity.TANH, Initialization.DEFAULT);
        Parameters parameters = Parameters.initialize(a, 65, 1);
        double loss = gradient(Backend.AUTO, 1, parameters, Window.random(20, 8, 65, 4)).loss;
        assertThat(loss).as("%s tied %s", cell, tied).isCloseTo(Math.log(65), within(0.1));
      }
    }
  }

  // ---------------------------------------------------------------- support

  private record Gradient(double loss, float[] values, Carry carry) {}

  private static Gradient gradient(
      Backend backend, int threads, Parameters parameters, Window window) {
    Parameters gradient = new Parameters(parameters.layout());
    Arrays.fill(gradient.values(), Float.NaN);
    try (Workers workers = new Workers(threads, "test")) {
      LanguageModel model =
          new LanguageModel(
              Kernels.of(backend), workers, parameters, window.steps, window.lanes, true);
      Carry carry = model.newCarry(window.lanes);
      double loss =
          model.lossAndGradient(
              window.steps, window.lanes, window.inputs, window.targets, carry, 99, gradient, null);
      return new Gradient(loss, gradient.values(), carry);
    }
  }

  /** Biases that are not zero, so that a forgotten one shows. */
  private static Parameters perturbed(Parameters parameters) {
    SplittableRandom random = new SplittableRandom(17);
    for (int i = 0; i < parameters.values().length; i++) {
      parameters.values()[i] += (float) (0.2 * random.nextDouble() - 0.1);
    }
    return parameters;
  }

  private static void assertClose(float[] actual, double[] expected, double tolerance) {
    double largest = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
    for (int i = 0; i < expected.length; i++) {
      assertThat((double) actual[i])
          .as("element %d", i)
          .isCloseTo(expected[i], within(tolerance * largest));
    }
  }

  private record Window(int steps, int lanes, int[] inputs, int[] targets) {
    static Window random(int steps, int lanes, int vocabulary, long seed) {
      SplittableRandom random = new SplittableRandom(seed);
      int[] inputs = random.ints((long) steps * lanes, 0, vocabulary).toArray();
      int[] targets = random.ints((long) steps * lanes, 0, vocabulary).toArray();
      return new Window(steps, lanes, inputs, targets);
    }

    Window lane(int lane, int length) {
      int[] in = new int[length];
      int[] out = new int[length];
      for (int t = 0; t < length; t++) {
        in[t] = inputs[t * lanes + lane];
        out[t] = targets[t * lanes + lane];
      }
      return new Window(length, 1, in, out);
    }

    int[][] rows(int[] flat) {
      int[][] rows = new int[steps][];
      for (int t = 0; t < steps; t++) {
        rows[t] = Arrays.copyOfRange(flat, t * lanes, (t + 1) * lanes);
      }
      return rows;
    }
  }
}
