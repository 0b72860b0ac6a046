package io.carousel.engine.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.carousel.engine.kernel.Backend;
import io.carousel.engine.kernel.Kernels;
import io.carousel.engine.kernel.Workers;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What the fixtures do not show of connections: padding, threads, dropout, the carry, and what is
 * taken in.
 */
class ConnectionsTest {
  private static final int VOCABULARY = 11;

  static Stream<Arguments> backendsAndConnections() {
    return Stream.of(Backend.SCALAR, Backend.VECTOR, Backend.ND4J)
        .flatMap(
            backend -> Stream.of(Connections.values()).map(each -> Arguments.of(backend, each)));
  }

  @ParameterizedTest
  @MethodSource("backendsAndConnections")
  void lossAndGradient_paddedLanes_equalTheLanesAlone(Backend backend, Connections connections) {
    Parameters parameters = parameters(CellType.LSTM, connections, 9, 5, 0);
    int[] lengths = {7, 2, 5, 7, 1};
    int lanes = lengths.length;
    int[] inputs = tokens(7 * lanes, 1);
    int[] targets = tokens(7 * lanes, 2);
    int scored = Arrays.stream(lengths).sum();
    double loss = 0;
    double[] expected = new double[parameters.values().length];
    float[] logits = new float[lanes * VOCABULARY];
    for (int lane = 0; lane < lanes; lane++) {
      int[] in = new int[lengths[lane]];
      int[] out = new int[lengths[lane]];
      for (int t = 0; t < 7; t++) {
        int at = t * lanes + lane;
        if (t < lengths[lane]) {
          in[t] = inputs[at];
          out[t] = targets[at];
        } else {
          inputs[at] = -1;
          targets[at] = -1;
        }
      }
      Result alone = run(backend, 1, parameters, in.length, 1, in, out);
      double share = (double) lengths[lane] / scored;
      loss += share * alone.loss;
      for (int i = 0; i < expected.length; i++) {
        expected[i] += share * alone.gradient[i];
      }
      System.arraycopy(alone.logits, 0, logits, lane * VOCABULARY, VOCABULARY);
    }
    Result together = run(backend, 2, parameters, 7, lanes, inputs, targets);
    assertThat(together.loss).isCloseTo(loss, within(1e-6));
    double largest = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
    for (int i = 0; i < expected.length; i++) {
      assertThat((double) together.gradient[i]).isCloseTo(expected[i], within(5e-6 * largest));
    }
    // What is predicted after a lane is what was predicted where it ended.
    assertThat(together.logits).containsExactly(logits, within(1e-5f));
  }

  @ParameterizedTest
  @MethodSource("backendsAndConnections")
  void lossAndGradient_anyNumberOfThreads_sameBits(Backend backend, Connections connections) {
    Parameters parameters = parameters(CellType.GRU, connections, 70, 24, 0.3);
    int[] inputs = tokens(21 * 37, 1);
    int[] targets = tokens(21 * 37, 2);
    Result one = run(backend, 1, parameters, 21, 37, inputs, targets);
    for (int threads : new int[] {2, 5}) {
      Result many = run(backend, threads, parameters, 21, 37, inputs, targets);
      assertThat(many.loss).isEqualTo(one.loss);
      assertThat(many.gradient).isEqualTo(one.gradient);
    }
  }

  @ParameterizedTest
  @EnumSource(Connections.class)
  void lossAndGradient_dropout_matchesCentralDifferences(Connections connections) {
    Parameters parameters = parameters(CellType.RNN, connections, 6, 4, 0.4);
    int[] inputs = tokens(12, 3);
    int[] targets = tokens(12, 4);
    Result result = run(Backend.SCALAR, 1, parameters, 4, 3, inputs, targets);
    double step = 1e-2;
    for (int i = 0; i < parameters.values().length; i += 3) {
      float value = parameters.values()[i];
      parameters.values()[i] = (float) (value + step);
      double above = run(Backend.SCALAR, 1, parameters, 4, 3, inputs, targets).loss;
      parameters.values()[i] = (float) (value - step);
      double below = run(Backend.SCALAR, 1, parameters, 4, 3, inputs, targets).loss;
      parameters.values()[i] = value;
      assertThat((double) result.gradient[i])
          .as("parameter %d", i)
          .isCloseTo((above - below) / (2 * step), within(2e-4));
    }
  }

  /** Weights of eight tokens, in pieces that have no bias, and few parameters behind them. */
  @ParameterizedTest
  @EnumSource(
      value = Backend.class,
      names = {"SCALAR", "VECTOR", "ND4J"})
  void lossAndGradient_wideContextOverTwoSymbols_matchesCentralDifferences(Backend backend) {
    Architecture architecture =
        new Architecture(
            CellType.MLP, 1, 64, 3, 0, false, Nonlinearity.TANH, Initialization.DEFAULT);
    Parameters parameters = Parameters.initialize(architecture.withContext(8, 2, 2), 2, 5);
    int[] inputs = new SplittableRandom(1).ints(20, 0, 2).toArray();
    int[] targets = new SplittableRandom(2).ints(20, 0, 2).toArray();
    Result result = run(backend, 2, parameters, 10, 2, inputs, targets);
    for (int i = 0; i < parameters.values().length; i += 7) {
      float value = parameters.values()[i];
      parameters.values()[i] = value + 1e-2f;
      double above = run(Backend.SCALAR, 1, parameters, 10, 2, inputs, targets).loss;
      parameters.values()[i] = value - 1e-2f;
      double below = run(Backend.SCALAR, 1, parameters, 10, 2, inputs, targets).loss;
      parameters.values()[i] = value;
      assertThat((double) result.gradient[i])
          .as("parameter %d", i)
          .isCloseTo((above - below) / 2e-2, within(2e-4));
    }
  }

  static Stream<Arguments> cellsAndConnections() {
    return Stream.of(CellType.LSTM, CellType.MLP, CellType.CONV)
        .flatMap(cell -> Stream.of(Connections.values()).map(each -> Arguments.of(cell, each)));
  }

  /** What a second window owes to the carry of the first, which no gradient goes back to. */
  @ParameterizedTest
  @MethodSource("cellsAndConnections")
  void lossAndGradient_secondWindow_matchesCentralDifferences(
      CellType cell, Connections connections) {
    Parameters parameters = parameters(cell, connections, 5, 4, 0);
    int[] first = tokens(2 * 6, 3);
    int[] inputs = tokens(2 * 3, 4);
    int[] targets = tokens(2 * 3, 5);
    try (Workers workers = new Workers(1, "test")) {
      LanguageModel model =
          new LanguageModel(Kernels.of(Backend.SCALAR), workers, parameters, 6, 2, true);
      Carry before = model.newCarry(2);
      model.advance(6, 2, first, before);
      Parameters gradient = new Parameters(parameters.layout());
      Arrays.fill(gradient.values(), Float.NaN);
      ToDoubleFunction<Parameters> loss =
          into -> {
            model.weightsChanged();
            Carry carry = model.newCarry(2);
            carry.copyLane(0, before, 0);
            carry.copyLane(1, before, 1);
            return model.lossAndGradient(3, 2, inputs, targets, carry, 0, into, null);
          };
      assertThat(loss.applyAsDouble(gradient)).isPositive();
      Parameters scratch = new Parameters(parameters.layout());
      for (int i = 0; i < parameters.values().length; i++) {
        float value = parameters.values()[i];
        parameters.values()[i] = value + 1e-2f;
        double above = loss.applyAsDouble(scratch);
        parameters.values()[i] = value - 1e-2f;
        double below = loss.applyAsDouble(scratch);
        parameters.values()[i] = value;
        assertThat((double) gradient.values()[i])
            .as("parameter %d", i)
            .isCloseTo((above - below) / 2e-2, within(2e-4));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("cellsAndConnections")
  void advance_tokenByToken_sameLogitsAsOneWindow(CellType cell, Connections connections) {
    Parameters parameters = parameters(cell, connections, 13, 7, 0);
    int[] tokens = tokens(9, 1);
    try (Workers workers = new Workers(1, "test")) {
      Kernels kernels = Kernels.of(Backend.AUTO);
      LanguageModel whole = new LanguageModel(kernels, workers, parameters, 9, 1, false);
      whole.advance(9, 1, tokens, whole.newCarry(1));
      float[] expected = whole.lastLogits();
      LanguageModel single = new LanguageModel(kernels, workers, parameters, 1, 1, false);
      Carry carry = single.newCarry(1);
      float[] logits = new float[VOCABULARY];
      for (int t = 0; t < tokens.length; t++) {
        single.advance(1, 1, new int[] {tokens[t]}, carry);
        Carry other = single.newCarry(2);
        other.copyLane(1, carry, 0);
        Carry back = single.newCarry(1);
        back.copyLane(0, other, 1);
        single.logits(back, logits);
        int at = t * VOCABULARY;
        assertThat(logits)
            .containsExactly(Arrays.copyOfRange(expected, at, at + VOCABULARY), within(1e-6f));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Connections.class)
  void count_isTheLayoutsSize(Connections connections) {
    Parameters parameters = parameters(CellType.GRU, connections, 6, 4, 0);
    assertThat(ParameterLayout.count(parameters.architecture(), VOCABULARY))
        .isEqualTo(parameters.layout().size());
  }

  @Test
  void initialize_connections_otherParametersAreDrawnAlike() {
    Parameters plain = parameters(CellType.RNN, Connections.NONE, 6, 6, 0);
    for (Connections each : List.of(Connections.RESIDUAL, Connections.HIGHWAY)) {
      Parameters connected = parameters(CellType.RNN, each, 6, 6, 0);
      for (ParameterLayout.Entry entry : plain.layout().entries()) {
        assertThat(connected.copyOf(entry.name())).isEqualTo(plain.copyOf(entry.name()));
      }
    }
    float[] bias = parameters(CellType.RNN, Connections.HIGHWAY, 6, 6, 0).copyOf("highway.bias_l3");
    assertThat(bias).containsOnly(-2f);
  }

  @Test
  void architecture_oneLayer_refusesConnections() {
    Architecture one =
        new Architecture(
            CellType.RNN, 1, 4, 4, 0, false, Nonlinearity.TANH, Initialization.DEFAULT);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> one.withConnections(Connections.RESIDUAL))
        .withMessageContaining("connections: expected none where there is one layer")
        .withMessageEndingWith("found residual");
  }

  // ---------------------------------------------------------------- support

  private record Result(double loss, float[] gradient, float[] logits) {}

  private static Result run(
      Backend backend,
      int threads,
      Parameters parameters,
      int steps,
      int lanes,
      int[] inputs,
      int[] targets) {
    Parameters gradient = new Parameters(parameters.layout());
    Arrays.fill(gradient.values(), Float.NaN);
    try (Workers workers = new Workers(threads, "test")) {
      LanguageModel model =
          new LanguageModel(Kernels.of(backend), workers, parameters, steps, lanes, true);
      Carry carry = model.newCarry(lanes);
      double loss = model.lossAndGradient(steps, lanes, inputs, targets, carry, 99, gradient, null);
      float[] logits = new float[lanes * parameters.layout().vocabularySize()];
      model.logits(carry, logits);
      return new Result(loss, gradient.values(), logits);
    }
  }

  /** Four layers. */
  private static Parameters parameters(
      CellType cell, Connections connections, int hidden, int embedding, double dropout) {
    Architecture a =
        new Architecture(
            cell, 4, hidden, embedding, dropout, false, Nonlinearity.TANH, Initialization.DEFAULT);
    return Parameters.initialize(
        a.withConnections(connections).withContext(4, 2, 2), VOCABULARY, 5);
  }

  private static int[] tokens(int count, long seed) {
    return new SplittableRandom(seed).ints(count, 0, VOCABULARY).toArray();
  }
}
