package io.carousel.engine.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.carousel.engine.PyTorchFixture;
import io.carousel.engine.kernel.Backend;
import io.carousel.engine.kernel.Kernels;
import io.carousel.engine.kernel.Workers;
import io.carousel.engine.nn.LanguageModel;
import io.carousel.engine.nn.Parameters;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Ten steps of Adam with the global norm clipped, against PyTorch in float64. */
class TrajectoryTest {

  static Stream<Arguments> cases() {
    return Stream.of(Backend.SCALAR, Backend.VECTOR, Backend.ND4J)
        .flatMap(backend -> PyTorchFixture.ALL.stream().map(kind -> Arguments.of(backend, kind)));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void tenSteps_fixture_lossesAndNormsOfPyTorch(Backend backend, String kind) {
    PyTorchFixture fixture = PyTorchFixture.load(kind);
    int steps = fixture.steps();
    int lanes = fixture.batchSize();
    int[] inputs = flat(fixture.inputs());
    int[] targets = flat(fixture.targets());
    Parameters parameters = fixture.floatParameters();
    Parameters gradient = new Parameters(parameters.layout());
    try (Workers workers = new Workers(2, "test")) {
      Kernels kernels = Kernels.of(backend);
      LanguageModel model = new LanguageModel(kernels, workers, parameters, steps, lanes, true);
      ParameterUpdate update =
          new ParameterUpdate(
              kernels,
              workers,
              parameters,
              gradient,
              new Optimizer.Adam(0.01),
              new GradientClipping.GlobalNorm(0.1));
      List<PyTorchFixture.TrajectoryStep> expected = fixture.trajectory();
      for (int i = 0; i < expected.size(); i++) {
        double loss =
            model.lossAndGradient(
                steps, lanes, inputs, targets, model.newCarry(lanes), 0, gradient, null);
        double norm = update.measure();
        assertThat(loss).as("loss %d", i).isCloseTo(expected.get(i).loss(), within(2e-5));
        assertThat(norm).as("norm %d", i).isCloseTo(expected.get(i).gradientNorm(), within(2e-5));
        assertThat(update.apply(norm, 0.01)).isTrue();
        model.weightsChanged();
      }
    }
  }

  private static int[] flat(int[][] rows) {
    return Arrays.stream(rows).flatMapToInt(Arrays::stream).toArray();
  }
}
