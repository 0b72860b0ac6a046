package io.carousel.engine.gradient;

import static io.carousel.engine.gradient.Nets.present;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.carousel.engine.gradient.cell.DoubleWeights;
import io.carousel.engine.gradient.cell.ModelWeights;
import io.carousel.engine.gradient.cell.SequenceTape;
import io.carousel.engine.gradient.cell.TokenBatch;
import io.carousel.engine.gradient.numerics.Determinant;
import io.carousel.engine.gradient.numerics.Householder;
import io.carousel.engine.gradient.numerics.Linear;
import io.carousel.engine.gradient.numerics.SingularValues;
import io.carousel.engine.gradient.report.GradientReport;
import io.carousel.engine.gradient.report.Invariant;
import io.carousel.engine.gradient.report.Jacobian;
import io.carousel.engine.gradient.report.Lyapunov;
import io.carousel.engine.gradient.report.NonFinite;
import io.carousel.engine.gradient.sequence.LyapunovSample;
import io.carousel.engine.kernel.DoubleProducts;
import io.carousel.engine.nn.CellType;
import io.carousel.engine.nn.Nonlinearity;
import io.carousel.engine.nn.ParameterLayout;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Singular values of J and Lyapunov exponents, where they are known; oracles 1, 3 and 4. */
class SpectrumTest {
  private static final double ROUNDING = 1e-12;

  @ParameterizedTest
  @CsvSource({"1,1", "5,5", "7,3", "33,33", "70,70", "100,41"})
  void householder_anyShape_isOrthonormalAndGivesTheMatrixBack(int n, int k) {
    double[] a = random(n * k, 1);
    double[] q = a.clone();
    double[] logs = Householder.orthonormalize(q, n, k);
    assertThat(transposedProduct(q, q, n, k)).containsExactly(identity(k), within(1e-13));
    double[] r = transposedProduct(q, a, n, k); // QᵀA
    for (int i = 0; i < k; i++) {
      assertThat(Math.log(Math.abs(r[i * k + i]))).isCloseTo(logs[i], within(1e-10));
      for (int j = 0; j < i; j++) {
        assertThat(r[i * k + j]).isCloseTo(0, within(1e-13));
      }
    }
  }

  @Test
  void householder_dependentAndZeroColumns_staysOrthonormal() {
    double[] a = random(25, 1);
    for (int i = 0; i < 5; i++) {
      a[i * 5 + 2] = 0;
      a[i * 5 + 4] = 3 * a[i * 5] - a[i * 5 + 1];
    }
    double[] logs = Householder.orthonormalize(a, 5, 5);
    assertThat(transposedProduct(a, a, 5, 5)).containsExactly(identity(5), within(1e-13));
    assertThat(logs[2]).isEqualTo(Double.NEGATIVE_INFINITY);
    assertThat(logs[4]).isLessThan(-30);
  }

  @ParameterizedTest
  @ValueSource(doubles = {1, 1e-150, 1e150})
  void singularValues_ofAMatrixMadeOfThem_areTheEnds(double scale) {
    double[] singular = {3, 2.999, 1, 1e-3, 1e-9};
    double[] scaled = Nets.orthogonal(5, 1, 1);
    for (int i = 0; i < 25; i++) {
      scaled[i] *= scale * singular[i / 5];
    }
    double[] a = new double[25];
    Linear.addProduct(
        Nets.orthogonal(5, 1, 2), 5, DoubleProducts.best().operand(scaled, 0, 5, 5, 5, false), a);
    SingularValues found = SingularValues.of(a, 5);
    assertThat(found.largest() / scale).isCloseTo(3, within(1e-14));
    assertThat(found.smallest() / scale).isCloseTo(1e-9, within(1e-15));
    double determinant = 3 * 2.999 * 1e-12;
    assertThat(Determinant.logAbs(a, 5) - 5 * Math.log(scale))
        .isCloseTo(Math.log(determinant), within(1e-6));
  }

  @Test
  void singularValues_graded_haveAllTheirDigits() {
    SingularValues found = SingularValues.of(new double[] {1e-200, 0, 0, 5}, 2);
    assertThat(found.largest()).isCloseTo(5, within(1e-15));
    assertThat(found.smallest()).isCloseTo(1e-200, within(1e-214));
    assertThat(SingularValues.of(new double[4], 2)).isEqualTo(new SingularValues(0, 0));
    assertThat(SingularValues.of(new double[] {1, 2, 2, 4}, 2).smallest()).isLessThan(1e-15);
    assertThat(SingularValues.of(new double[] {Double.NaN}, 1).largest()).isNaN();
    assertThat(SingularValues.of(new double[] {-7}, 1)).isEqualTo(new SingularValues(7, 7));
    assertThat(Determinant.logAbs(new double[] {1, 2, 2, 4}, 2))
        .isEqualTo(Double.NEGATIVE_INFINITY);
    assertThat(Determinant.logAbs(new double[] {0, 2, 3, 4}, 2))
        .isCloseTo(Math.log(6), within(ROUNDING));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.5, 1.0, 1.1})
  void linear_scaledOrthogonal_everyExponentIsItsLogarithm(double a) {
    GradientReport report = diagnose(Nets.linear(6, Nets.orthogonal(6, a, 3)), 40);
    Lyapunov.Layer lyapunov = present(report.lyapunov()).layers().getFirst();
    assertThat(lyapunov.exponents())
        .hasSize(6)
        .allSatisfy(lambda -> assertThat(lambda).isCloseTo(Math.log(a), within(ROUNDING)));
    assertThat(lyapunov.lower().getLast()).isCloseTo(Math.log(a), within(ROUNDING));
    assertThat(lyapunov.upper().getFirst()).isCloseTo(Math.log(a), within(ROUNDING));
    Jacobian.Layer jacobian = present(report.jacobian()).layers().getFirst();
    assertThat(jacobian.steps()).hasSize(8).endsWith(39);
    assertThat(jacobian.sigmaMax())
        .allSatisfy(sigma -> assertThat(sigma).isCloseTo(a, within(ROUNDING)));
    assertThat(jacobian.sigmaMin())
        .allSatisfy(sigma -> assertThat(sigma).isCloseTo(a, within(ROUNDING)));
    assertThat(jacobian.logAbsDeterminant())
        .allSatisfy(log -> assertThat(log).isCloseTo(6 * Math.log(a), within(ROUNDING)));
  }

  @Test
  void linear_diagonal_exponentsAreTheLogarithmsInTheirOrder() {
    double[] w = {0.3, 0, 0, 0, -0.9, 0, 0, 0, 0.05};
    Lyapunov.Layer layer = present(diagnose(Nets.linear(3, w), 200).lyapunov()).layers().getFirst();
    assertThat(layer.exponents().get(0)).isCloseTo(Math.log(0.9), within(1e-9));
    assertThat(layer.exponents().get(1)).isCloseTo(Math.log(0.3), within(1e-9));
    assertThat(layer.exponents().get(2)).isCloseTo(Math.log(0.05), within(1e-9));
    assertThat(layer.warmUpSteps()).isEqualTo(50);
    assertThat(layer.steps()).isEqualTo(150);
  }

  @Test
  void linear_jordanBlock_sumIsExactAndBothTendToTheSame() {
    GradientReport report = diagnose(Nets.linear(2, new double[] {0.8, 1, 0, 0.8}), 400);
    Lyapunov.Layer layer = present(report.lyapunov()).layers().getFirst();
    assertThat(present(layer.sum())).isCloseTo(2 * Math.log(0.8), within(ROUNDING));
    // ‖J^t‖ grows as t·0.8^(t−1): ln t / t above it.
    assertThat(layer.exponents().getFirst())
        .isBetween(Math.log(0.8), Math.log(0.8) + Math.log(400.0 / 100) / 300 + 1e-3);
  }

  @Test
  void lstm_noRecurrentWeights_halfOfTheExponentsAreTheCarouselAndHalfAreGone() {
    double f = 0.93;
    ParameterLayout layout = layout(CellType.LSTM, 4);
    double[] values = Nets.uniform(layout, 7);
    Nets.fill(layout, values, "rnn.weight_hh_l0", 0);
    Nets.openGate(layout, values, 1, f);
    GradientReport report = diagnose(new DoubleWeights(layout, values), 40);
    Lyapunov.Layer layer = present(report.lyapunov()).layers().getFirst();
    assertThat(layer.stateSize()).isEqualTo(8);
    // (h, c) = (e c, c): the length of a direction is √(1+e²) ≤ √2 of its c, at both ends.
    for (int i = 0; i < 4; i++) {
      assertThat(layer.exponents().get(i))
          .isCloseTo(Math.log(f), within(Math.log(2) / 2 / layer.steps()));
    }
    assertThat(layer.nonFinite()).contains(new NonFinite("exponents/7", "-inf"));
    assertThat(layer.nonFinite())
        .contains(new NonFinite("sum", "-inf"), new NonFinite("mean_log_abs_determinant", "-inf"));
    assertThat(report.invariants()).allMatch(Invariant::holds);
  }

  @Test
  void gru_noRecurrentWeights_exponentsAreTheUpdateGate() {
    ParameterLayout layout = layout(CellType.GRU, 4);
    double[] values = Nets.uniform(layout, 7);
    Nets.fill(layout, values, "rnn.weight_hh_l0", 0);
    Nets.openGate(layout, values, 1, 0.93);
    assertThat(
            present(diagnose(new DoubleWeights(layout, values), 40).lyapunov())
                .layers()
                .getFirst()
                .exponents())
        .allSatisfy(lambda -> assertThat(lambda).isCloseTo(Math.log(0.93), within(ROUNDING)));
  }

  @ParameterizedTest
  @EnumSource(names = {"RNN", "GRU", "LSTM"})
  void jacobian_randomNet_determinantIsTheProductOfTheSingularValues(CellType cell) {
    ParameterLayout layout = layout(cell, 1); // of one number, or 2×2: σ_max·σ_min
    DoubleWeights weights = new DoubleWeights(layout, Nets.uniform(layout, 4));
    Jacobian.Layer layer = present(diagnose(weights, 24).jacobian()).layers().getFirst();
    int size = layer.stateSize();
    for (int i = 0; i < layer.steps().size(); i++) {
      double log =
          size == 1
              ? Math.log(layer.sigmaMax().get(i))
              : Math.log(layer.sigmaMax().get(i)) + Math.log(layer.sigmaMin().get(i));
      assertThat(layer.logAbsDeterminant().get(i)).isCloseTo(log, within(1e-9));
      assertThat(layer.condition().get(i))
          .isCloseTo(
              layer.sigmaMax().get(i) / layer.sigmaMin().get(i),
              within(1e-9 * layer.condition().get(i)));
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"RNN", "GRU", "LSTM"})
  void lyapunov_followedDirections_areNotToldFromTheFullProduct(CellType cell) {
    ParameterLayout layout = layout(cell, 6);
    DoubleWeights weights = new DoubleWeights(layout, Nets.uniform(layout, 4));
    ModelWeights model = new ModelWeights(weights);
    SequenceTape tape =
        new TokenBatch(Nets.tokens(30, 1, 5, 1), Nets.tokens(30, 1, 5, 2), 5).run(model, 0);
    LyapunovSample sample = LyapunovSample.of(model, tape, 0, 1, 0);
    double log = sample.stretches().stream().mapToDouble(stretch -> stretch.logs()[0]).sum();
    int n = cell == CellType.LSTM ? 12 : 6;
    double[] v = new SplittableRandom(1).doubles(n, -1, 1).toArray();
    double before = Linear.norm(v);
    for (int t = 0; t < 30; t++) {
      double[] matrix = weights.cell().jacobian(tape.step(0, t), model.layer(0)).matrix();
      double[] next = new double[n];
      Linear.addMatrixVector(matrix, n, n, v, next);
      v = next;
    }
    assertThat(log).isCloseTo(Math.log(Linear.norm(v) / before), within(1e-10));
    assertThat(sample.stretches().stream().mapToInt(LyapunovSample.Stretch::steps).sum())
        .isEqualTo(30);
  }

  private static GradientReport diagnose(DoubleWeights weights, int steps) {
    return GradientDiagnostics.diagnose(
        weights, Nets.request(Nets.tokens(steps, 2, 5, 1), Nets.tokens(steps, 2, 5, 2)), null);
  }

  private static ParameterLayout layout(CellType cell, int hidden) {
    return new ParameterLayout(Nets.architecture(cell, Nonlinearity.TANH, 1, hidden, hidden), 5);
  }

  private static double[] transposedProduct(double[] a, double[] b, int n, int k) {
    double[] product = new double[k * k];
    Linear.addTransposedProduct(a, k, b, k, n, product);
    return product;
  }

  private static double[] identity(int n) {
    double[] identity = new double[n * n];
    for (int i = 0; i < n; i++) {
      identity[i * n + i] = 1;
    }
    return identity;
  }

  private static double[] random(int n, long seed) {
    return new SplittableRandom(seed).doubles(n, -1, 1).toArray();
  }
}
