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
}
