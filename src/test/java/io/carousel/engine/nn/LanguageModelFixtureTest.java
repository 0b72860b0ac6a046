package io.carousel.engine.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.carousel.engine.PyTorchFixture;
import io.carousel.engine.kernel.Backend;
import io.carousel.engine.kernel.Kernels;
import io.carousel.engine.kernel.Workers;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The float32 engine against PyTorch autograd in float64, every backend, every cell and the
 * connections.
 */
class LanguageModelFixtureTest {

  static Stream<Arguments> cases() {
    return Stream.of(Backend.SCALAR, Backend.VECTOR, Backend.ND4J)
        .flatMap(backend -> PyTorchFixture.ALL.stream().map(kind -> Arguments.of(backend, kind)));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void lossAndGradient_fixture_matchesAutograd(Backend backend, String kind) {
    PyTorchFixture fixture = PyTorchFixture.load(kind);
    int steps = fixture.steps();
    int lanes = fixture.batchSize();
    Parameters parameters = fixture.floatParameters();
    Parameters gradient = new Parameters(parameters.layout());
    Arrays.fill(gradient.values(), Float.NaN); // every element has to be written
    int hidden = parameters.architecture().hiddenSize();
    int layers = parameters.architecture().layers();
    double[] dh = new double[layers * steps * lanes * hidden];
    double[] dc = new double[dh.length];

    try (Workers workers = new Workers(2, "test")) {
      LanguageModel model =
          new LanguageModel(Kernels.of(backend), workers, parameters, steps, lanes, true);
      double loss =
          model.lossAndGradient(
              steps,
              lanes,
              flat(fixture.inputs()),
              flat(fixture.targets()),
              model.newCarry(lanes),
              0,
              gradient,
              (layer, step, firstLane, count, state, offset, cell) -> {
                int at = ((layer * steps + step) * lanes + firstLane) * hidden;
                for (int j = 0; j < count * hidden; j++) {
                  dh[at + j] = state[offset + j];
                  if (cell != null) {
                    dc[at + j] = cell[j];
                  }
                }
              });

      assertThat(loss).isCloseTo(fixture.loss(), within(1e-6));
      for (ParameterLayout.Entry entry : parameters.layout().entries()) {
        assertClose(
            entry.name(), gradient.copyOf(entry.name()), fixture.gradient(entry.name()), 2e-6);
      }
      if (fixture.states().contains("h")) {
        assertClose("state gradient h", floats(dh), fixture.stateGradient("h"), 2e-6);
      }
      if (fixture.states().contains("c")) {
        assertClose("state gradient c", floats(dc), fixture.stateGradient("c"), 2e-6);
      }
      model.advance(steps, lanes, flat(fixture.inputs()), model.newCarry(lanes));
      assertClose("logits", model.lastLogits(), fixture.logits(), 2e-6);
    }
  }

  /** Largest difference relative to the largest element: what float32 can promise of a sum. */
  private static void assertClose(
      String what, float[] actual, double[] expected, double tolerance) {
    assertThat(actual).as(what).hasSameSizeAs(expected);
    double largest = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
    for (int i = 0; i < expected.length; i++) {
      assertThat((double) actual[i])
          .as("%s[%d]", what, i)
          .isCloseTo(expected[i], within(tolerance * largest));
    }
  }

  private static float[] floats(double[] values) {
    float[] out = new float[values.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = (float) values[i];
    }
    return out;
  }

  private static int[] flat(int[][] rows) {
    return List.of(rows).stream().flatMapToInt(Arrays::stream).toArray();
  }
}
