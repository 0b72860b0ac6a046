package io.carousel.engine.gradient.sequence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.carousel.engine.PyTorchFixture;
import io.carousel.engine.gradient.cell.Backpropagation;
import io.carousel.engine.gradient.cell.DoubleWeights;
import io.carousel.engine.gradient.cell.ExactGradient;
import io.carousel.engine.gradient.cell.ModelWeights;
import io.carousel.engine.gradient.cell.SequenceTape;
import io.carousel.engine.gradient.cell.TokenBatch;
import io.carousel.engine.gradient.numerics.Linear;
import io.carousel.engine.nn.ParameterLayout;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Oracle 7: PyTorch autograd in float64. */
class PyTorchOracleTest {
  private static final double RELATIVE = 1e-12;

  @ParameterizedTest
  @FieldSource("io.carousel.engine.PyTorchFixture#ALL")
  void exactGradient_fixture_agreesWithAutograd(String kind) {
    PyTorchFixture fixture = PyTorchFixture.load(kind);
    ExactGradient exact = ExactGradient.of(weights(fixture), fixture.inputs(), fixture.targets());

    assertThat(exact.loss()).isCloseTo(fixture.loss(), within(RELATIVE));
    assertThat(exact.logits()).containsExactly(fixture.logits(), tolerance(fixture.logits()));
    for (ParameterLayout.Entry entry : fixture.layout().entries()) {
      double[] expected = fixture.gradient(entry.name());
      double[] actual =
          Arrays.copyOfRange(exact.gradient(), entry.offset(), entry.offset() + entry.size());
      assertThat(actual).as(entry.name()).containsExactly(expected, tolerance(expected));
    }
    boolean recurrent = fixture.architecture().cell().recurrent();
    for (String state : recurrent ? fixture.states() : List.<String>of()) {
      double[] expected = fixture.stateGradient(state);
      assertThat(exact.stateGradient(state)).containsExactly(expected, tolerance(expected));
    }
  }

  @ParameterizedTest
  @FieldSource("io.carousel.engine.PyTorchFixture#ALL")
  void lossSourceSweep_fixture_lagMatrixAgreesWithAutograd(String kind) {
    PyTorchFixture fixture = PyTorchFixture.load(kind);
    ModelWeights model = new ModelWeights(weights(fixture));
    TokenBatch batch =
        new TokenBatch(fixture.inputs(), fixture.targets(), fixture.vocabularySize());
    int steps = fixture.steps();
    for (int b = 0; b < batch.size(); b++) {
      SequenceTape tape = batch.run(model, b);
      LossSources sweep =
          fixture.architecture().cell().recurrent()
              ? LossSourceSweep.run(model, tape)
              : FeedForwardSweep.run(model, tape);
      for (int state = 0; state < fixture.states().size(); state++) {
        double[] expected = fixture.lagMatrix(fixture.states().get(state));
        for (int layer = 0; layer < fixture.architecture().layers(); layer++) {
          for (int t = 0; t < steps; t++) {
            for (int k = 0; k <= t; k++) {
              int at = ((layer * steps + t) * steps + k) * batch.size() + b;
              assertThat(sweep.norms(layer, state).value(t, k))
                  .as("layer %d, state %d, t %d, k %d, sequence %d", layer, state, t, k, b)
                  .isCloseTo(expected[at], within(RELATIVE * expected[at]));
            }
          }
        }
      }
    }
  }

  @ParameterizedTest
  @FieldSource("io.carousel.engine.PyTorchFixture#WITH_OUTPUTS")
  void backpropagation_connected_gradientOfEachLayersOutputAgreesWithAutograd(String kind) {
    PyTorchFixture fixture = PyTorchFixture.load(kind);
    ModelWeights model = new ModelWeights(weights(fixture));
    int hidden = fixture.architecture().hiddenSize();
    int steps = fixture.steps();
    TokenBatch batch =
        new TokenBatch(fixture.inputs(), fixture.targets(), fixture.vocabularySize());
    double[] expected = fixture.outputGradient();
    double[] actual = new double[expected.length];
    for (int b = 0; b < batch.size(); b++) {
      Backpropagation pass = Backpropagation.run(model, batch.run(model, b));
      for (int layer = 0; layer < fixture.architecture().layers(); layer++) {
        for (int t = 0; t < steps; t++) {
          int at = ((layer * steps + t) * batch.size() + b) * hidden;
          Linear.addScaled(
              1.0 / batch.scored(), pass.outputGradient(layer), t * hidden, actual, at, hidden);
        }
      }
    }
    assertThat(actual).containsExactly(expected, tolerance(expected));
  }

  private static DoubleWeights weights(PyTorchFixture fixture) {
    return new DoubleWeights(fixture.layout(), fixture.parameters());
  }

  /** Relative to the array's largest element: single entries may cancel. */
  private static Offset<Double> tolerance(double[] expected) {
    return within(RELATIVE * Linear.largest(expected, 0, expected.length));
  }
}
