package io.carousel.engine.gradient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.carousel.engine.gradient.cell.DoubleWeights;
import io.carousel.engine.gradient.cell.ModelWeights;
import io.carousel.engine.gradient.cell.SequenceTape;
import io.carousel.engine.gradient.cell.TokenBatch;
import io.carousel.engine.gradient.numerics.ScaledTriangle;
import io.carousel.engine.gradient.report.GradientReport;
import io.carousel.engine.gradient.report.LagProfile;
import io.carousel.engine.gradient.sequence.LossSourceSweep;
import io.carousel.engine.nn.Architecture;
import io.carousel.engine.nn.CellType;
import io.carousel.engine.nn.Nonlinearity;
import io.carousel.engine.nn.ParameterLayout;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Oracles 1 to 4: networks whose gradients through time are known in closed form. */
class ClosedFormTest {
  private static final double RELATIVE = 1e-12;
  private static final int STEPS = 40;

  @ParameterizedTest
  @ValueSource(doubles = {0.5, 0.9, 1.0, 1.1})
  void linear_scaledOrthogonal_isGeometricInTheLag(double a) {
    ScaledTriangle norms = sweep(Nets.linear(6, Nets.orthogonal(6, a, 3)), STEPS).norms(0, 0);
    for (int t = 0; t < STEPS; t++) {
      for (int k = 0; k <= t; k++) {
        double expected = Math.pow(a, t - k) * norms.value(t, t);
        assertThat(norms.value(t, k)).isCloseTo(expected, within(RELATIVE * expected));
      }
    }
  }

  @Test
  void linear_rotationAndScale_isGeometricInTheLag() {
    double c = 0.7 * Math.cos(0.3);
    double s = 0.7 * Math.sin(0.3);
    ScaledTriangle norms = sweep(Nets.linear(2, new double[] {c, -s, s, c}), STEPS).norms(0, 0);
    double expected = Math.pow(0.7, 30) * norms.value(35, 35);
    assertThat(norms.value(35, 5)).isCloseTo(expected, within(RELATIVE * expected));
  }

  @Test
  void linear_jordanBlock_growsBeforeItDecays() {
    double a = 0.8;
    DoubleWeights weights = Nets.linear(2, new double[] {a, 1, 0, a});
    int[][] inputs = Nets.tokens(STEPS, 1, 5, 1);
    int[][] targets = Nets.tokens(STEPS, 1, 5, 2);
    ModelWeights model = new ModelWeights(weights);
    SequenceTape tape = new TokenBatch(inputs, targets, 5).run(model, 0);
    ScaledTriangle norms = LossSourceSweep.run(model, tape).norms(0, 0);
    double[] g = new double[2];
    model.addProjectionGradient(tape.logitGradients[STEPS - 1], g, 0);
    for (int lag = 0; lag < STEPS; lag++) {
      double second = g[0] * lag * Math.pow(a, lag - 1) + g[1] * Math.pow(a, lag);
      double expected = Math.hypot(g[0] * Math.pow(a, lag), second);
      assertThat(norms.value(STEPS - 1, STEPS - 1 - lag))
          .isCloseTo(expected, within(RELATIVE * expected));
    }
    assertThat(norms.value(STEPS - 1, STEPS - 5)).isGreaterThan(norms.value(STEPS - 1, STEPS - 1));
  }

  @Test
  void relu_identityInItsLinearRegime_isFlat() {
    ParameterLayout layout = layout(CellType.RNN, Nonlinearity.RELU, 3);
    double[] values = Nets.uniform(layout, 7);
    Nets.set(layout, values, "rnn.weight_hh_l0", identity(3));
    Nets.fill(layout, values, "rnn.bias_ih_l0", 3); // keeps every unit open
    ScaledTriangle norms = sweep(new DoubleWeights(layout, values), STEPS).norms(0, 0);
    for (int k = 0; k < STEPS; k++) {
      double expected = norms.value(STEPS - 1, STEPS - 1);
      assertThat(norms.value(STEPS - 1, k)).isCloseTo(expected, within(RELATIVE * expected));
    }
  }

  @Test
  void tanh_oneUnit_isTheProductOfWeightAndSlope() {
    double w = 1.3;
    ParameterLayout layout = layout(CellType.RNN, Nonlinearity.TANH, 1);
    double[] values = Nets.uniform(layout, 7);
    Nets.set(layout, values, "rnn.weight_hh_l0", w);
    DoubleWeights weights = new DoubleWeights(layout, values);
    ModelWeights model = new ModelWeights(weights);
    SequenceTape tape =
        new TokenBatch(Nets.tokens(STEPS, 1, 5, 1), Nets.tokens(STEPS, 1, 5, 2), 5).run(model, 0);
    ScaledTriangle norms = LossSourceSweep.run(model, tape).norms(0, 0);
    for (int t = 0; t < STEPS; t++) {
      double expected = norms.value(t, t);
      for (int k = t - 1; k >= 0; k--) {
        double h = tape.step(0, k + 1).h[0];
        expected *= w * (1 - h * h);
        assertThat(norms.value(t, k)).isCloseTo(expected, within(RELATIVE * expected));
      }
    }
  }

  @Test
  void lstm_noRecurrentWeights_carouselIsThePowerOfTheForgetGate() {
    double f = 0.93;
    ParameterLayout layout = layout(CellType.LSTM, Nonlinearity.TANH, 4);
    double[] values = Nets.uniform(layout, 7);
    Nets.fill(layout, values, "rnn.weight_hh_l0", 0);
    Nets.openGate(layout, values, 1, f);
    LossSourceSweep sweep = sweep(new DoubleWeights(layout, values), STEPS);
    for (int t = 0; t < STEPS; t++) {
      for (int k = 0; k <= t; k++) {
        double expected = Math.pow(f, t - k) * sweep.norms(0, 1).value(t, t);
        assertThat(sweep.norms(0, 1).value(t, k)).isCloseTo(expected, within(RELATIVE * expected));
        if (k < t) {
          assertThat(sweep.norms(0, 0).value(t, k)).isZero(); // h has no way back
        }
      }
    }
  }

  @Test
  void gru_noRecurrentWeights_isThePowerOfTheUpdateGate() {
    double z = 0.93;
    ParameterLayout layout = layout(CellType.GRU, Nonlinearity.TANH, 4);
    double[] values = Nets.uniform(layout, 7);
    Nets.fill(layout, values, "rnn.weight_hh_l0", 0);
    Nets.openGate(layout, values, 1, z);
    ScaledTriangle norms = sweep(new DoubleWeights(layout, values), STEPS).norms(0, 0);
    for (int t = 0; t < STEPS; t++) {
      for (int k = 0; k <= t; k++) {
        double expected = Math.pow(z, t - k) * norms.value(t, t);
        assertThat(norms.value(t, k)).isCloseTo(expected, within(RELATIVE * expected));
      }
    }
  }

  @Test
  void deepUnderflow_stackedOnAHealthyLayer_keepsItsLogarithm() {
    int steps = 700;
    double a = 0.2; // 0.2^699 = 1e-489
    DoubleWeights weights = Nets.linear(3, Nets.orthogonal(3, 1, 5), Nets.orthogonal(3, a, 6));
    GradientReport report =
        GradientDiagnostics.diagnose(
            weights,
            Nets.request(Nets.tokens(steps, 1, 5, 1), Nets.fill(steps, 1, (t, b) -> t % 5)),
            null);
    LagProfile.Layer top = report.lagProfile().layers().get(1);
    LagProfile.Layer bottom = report.lagProfile().layers().get(0);
    ScaledTriangle norms = sweep(weights, steps).norms(1, 0);
    for (int lag : List.of(1, 400, 699)) {
      double expected = lag * Math.log(a);
      assertThat(norms.log(699, 699 - lag) - norms.log(699, 699))
          .isCloseTo(expected, within(RELATIVE * -expected));
      // S(τ) averages over fewer steps the longer the lag, so r(τ) is not quite geometric.
      assertThat(top.log10Ratio().get(lag)).isCloseTo(expected / Math.log(10), within(1.0));
    }
    assertThat(top.ratio().get(699)).isZero();
    assertThat(Nets.present(top.logSlope()).value()).isCloseTo(Math.log(a), within(2e-3));
    assertThat(bottom.ratio().get(699)).isBetween(0.1, 10.0);
  }

  @ParameterizedTest
  @ValueSource(doubles = {1e-6, 1e6})
  void outOfRange_belowALayerWithoutMemory_keepsItsLogarithm(double a) {
    // The lower layer has no way back of its own: all it gets is what the upper one sends down,
    // 1e±6 a step, which in 60 steps is beyond a double.
    DoubleWeights weights = Nets.linear(2, new double[4], Nets.orthogonal(2, a, 6));
    double[] values = weights.values().clone();
    for (String name : List.of("embedding.weight", "rnn.bias_ih_l0", "rnn.bias_hh_l0")) {
      Nets.fill(weights.layout(), values, name, 0); // keeps the state at zero, so finite
    }
    for (String name : List.of("rnn.bias_ih_l1", "rnn.bias_hh_l1")) {
      Nets.fill(weights.layout(), values, name, 0);
    }
    Nets.set(weights.layout(), values, "rnn.weight_ih_l1", identity(2));
    LossSourceSweep sweep = sweep(new DoubleWeights(weights.layout(), values, weights.cell()), 60);
    for (int k = 0; k < 60; k++) {
      double expected = (59 - k) * Math.log(a) + sweep.norms(1, 0).log(59, 59);
      assertThat(sweep.norms(1, 0).log(59, k)).isCloseTo(expected, within(1e-10));
      assertThat(sweep.norms(0, 0).log(59, k)).isCloseTo(expected, within(1e-10));
    }
  }

  private static double[] identity(int n) {
    double[] identity = new double[n * n];
    for (int i = 0; i < n; i++) {
      identity[i * n + i] = 1;
    }
    return identity;
  }

  private static ParameterLayout layout(CellType cell, Nonlinearity phi, int hidden) {
    Architecture a = Nets.architecture(cell, phi, 1, hidden, hidden);
    return new ParameterLayout(a, 5);
  }

  private static LossSourceSweep sweep(DoubleWeights weights, int steps) {
    ModelWeights model = new ModelWeights(weights);
    TokenBatch batch = new TokenBatch(Nets.tokens(steps, 1, 5, 1), Nets.tokens(steps, 1, 5, 2), 5);
    return LossSourceSweep.run(model, batch.run(model, 0));
  }
}
