package io.carousel.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class PyTorchFixtureTest {

  @ParameterizedTest
  @FieldSource("io.carousel.engine.PyTorchFixture#KINDS")
  void load_anyKind_arraysHaveTheShapesOfItsArchitecture(String kind) {
    PyTorchFixture fixture = PyTorchFixture.load(kind);
    int t = fixture.steps();
    int b = fixture.batchSize();
    int l = fixture.architecture().layers();
    int h = fixture.architecture().hiddenSize();

    assertThat(fixture.kind()).isEqualTo(kind);
    assertThat(fixture.inputs()).hasDimensions(t, b);
    assertThat(fixture.targets()).hasDimensions(t, b);
    assertThat(fixture.logits()).hasSize(t * b * fixture.vocabularySize());
    assertThat(fixture.parameters()).hasSize(fixture.layout().size());
    assertThat(fixture.gradients()).hasSize(fixture.layout().size());
    for (String state : fixture.states()) {
      assertThat(fixture.stateGradient(state)).hasSize(l * t * b * h);
      assertThat(fixture.lagMatrix(state)).hasSize(l * t * t * b);
    }
    assertThat(fixture.trajectory()).hasSize(10);
    assertThat(fixture.trajectory().getFirst().loss()).isCloseTo(fixture.loss(), within(1e-12));
    assertThat(fixture.floatParameters().values()[3])
        .isEqualTo((float) fixture.parameter("embedding.weight")[3]);
  }

  @ParameterizedTest
  @FieldSource("io.carousel.engine.PyTorchFixture#KINDS")
  void stateGradient_lastStepOfTopLayer_isTheLagMatrixOfTheMeanLoss(String kind) {
    PyTorchFixture fixture = PyTorchFixture.load(kind);
    int t = fixture.steps();
    int b = fixture.batchSize();
    int h = fixture.architecture().hiddenSize();
    int last = fixture.architecture().layers() * t - 1; // top layer, step T−1
    for (String state : fixture.states()) {
      double[] gradient = fixture.stateGradient(state);
      double[] lag = fixture.lagMatrix(state);
      for (int lane = 0; lane < b; lane++) {
        double squares = 0;
        for (int j = 0; j < h; j++) {
          squares += Math.pow(gradient[(last * b + lane) * h + j], 2);
        }
        double one = lag[(last * t + t - 1) * b + lane]; // of an undivided loss
        assertThat(Math.sqrt(squares) * t * b).isCloseTo(one, within(1e-14));
      }
    }
  }
}
