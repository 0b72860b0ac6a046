package io.carousel.engine.gradient.numerics;

import static io.carousel.engine.gradient.Nets.present;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.carousel.engine.gradient.Nets;
import io.carousel.engine.gradient.sequence.LagBuckets;
import io.carousel.engine.kernel.DoubleOperand;
import io.carousel.engine.kernel.DoubleProducts;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The small tools of the analysis. */
class NumericsTest {

  @ParameterizedTest
  @CsvSource({"1,1,1", "2,4,3", "3,5,7", "5,16,8", "7,33,9", "6,50,17"})
  void products_anyShape_addWhatTheDefinitionSays(int m, int k, int n) {
    double[] a = random(m * k, 1);
    double[] b = random(k * n, 2);
    double[] before = random(m * n, 3);
    double[] transposed = new double[m * k];
    double[] expected = before.clone();
    for (int i = 0; i < m; i++) {
      for (int p = 0; p < k; p++) {
        transposed[p * m + i] = a[i * k + p];
        for (int j = 0; j < n; j++) {
          expected[i * n + j] += a[i * k + p] * b[p * n + j];
        }
      }
    }
    double[] product = before.clone();
    Linear.addProduct(a, m, operand(b, k, n), product);
    assertThat(product).containsExactly(expected, within(1e-13));
    double[] other = before.clone();
    Linear.addTransposedProduct(transposed, m, b, n, k, other);
    assertThat(other).containsExactly(expected, within(1e-13));
  }

  @Test
  void norm_squaresOutOfRange_isExact() {
    assertThat(Linear.norm(new double[] {3e-200, 4e-200})).isCloseTo(5e-200, within(1e-214));
    assertThat(Linear.norm(new double[] {3e200, 4e200})).isCloseTo(5e200, within(1e186));
    assertThat(Linear.norm(new double[] {0, 0})).isZero();
    assertThat(Linear.norm(new double[] {1, Double.NaN})).isNaN();
  }

  @Test
  void spectralNorm_knownSingularValues_isTheLargest() {
    double[] q = Nets.orthogonal(5, 1, 1);
    double[] scaled = q.clone();
    double[] singular = {3, 2.999, 1, 0.1, 0}; // two of them close
    for (int i = 0; i < 25; i++) {
      scaled[i] *= singular[i / 5];
    }
    double[] product = new double[25];
    Linear.addProduct(Nets.orthogonal(5, 1, 2), 5, operand(scaled, 5, 5), product);
    assertThat(SpectralNorm.of(product, 5, 5)).isCloseTo(3, within(1e-11));
    assertThat(SpectralNorm.of(new double[] {1, 2, 2, 4, 2, 4}, 3, 2))
        .isCloseTo(Math.sqrt(45), within(1e-13));
    assertThat(SpectralNorm.of(new double[4], 2, 2)).isZero();
    assertThat(SpectralNorm.of(new double[] {1e-200}, 1, 1)).isCloseTo(1e-200, within(1e-213));
    assertThat(SpectralNorm.of(new double[] {Double.NaN}, 1, 1)).isNaN();
  }

  @Test
  void lineFit_pointsOffALine_isTheTextbooksOne() {
    LineFit fit = present(LineFit.of(new double[] {99, 1, 3, 2, 5, 99}, 1, 4));
    assertThat(fit.slope()).isCloseTo(1.1, within(1e-14));
    assertThat(fit.rSquared()).isCloseTo(6.05 / 8.75, within(1e-14));
    // residual 2.7 on 2 degrees of freedom, Sxx = 5, t = 4.303
    assertThat(fit.half()).isCloseTo(4.303 * Math.sqrt(2.7 / 2 / 5), within(1e-14));
    assertThat(LineFit.of(new double[] {1, 2}, 0, 1)).isNull();
  }

  @Test
  void student_tenAndMoreDegrees_continuesTheTable() {
    assertThat(Statistics.student(1)).isEqualTo(12.706);
    assertThat(Statistics.student(11)).isCloseTo(2.201, within(1e-3));
    assertThat(Statistics.student(100)).isCloseTo(1.984, within(1e-3));
  }

  @ParameterizedTest
  @CsvSource({"0,0", "1,1", "2,2", "3,2", "4,3", "7,3", "8,4", "127,7", "128,8"})
  void lagBuckets_anyLag_isInItsOctave(int lag, int bucket) {
    assertThat(LagBuckets.of(lag)).isEqualTo(bucket);
    assertThat(LagBuckets.first(bucket)).isLessThanOrEqualTo(lag);
    assertThat(LagBuckets.last(bucket, 1000)).isGreaterThanOrEqualTo(lag);
  }

  @Test
  void scaledTriangle_farApartExponents_addsInTheLargerScale() {
    ScaledTriangle triangle = new ScaledTriangle(2);
    triangle.add(1, 0, 1.5, -5000);
    triangle.add(1, 0, 0.5, -5000);
    assertThat(triangle.log(1, 0)).isCloseTo(-4999 * Math.log(2), within(1e-9));
    assertThat(triangle.value(1, 0)).isZero();
    triangle.add(1, 0, 3, 0);
    assertThat(triangle.value(1, 0)).isEqualTo(3);
    assertThat(triangle.log(0, 0)).isEqualTo(Double.NEGATIVE_INFINITY);
  }

  private static DoubleOperand operand(double[] b, int k, int n) {
    return DoubleProducts.best().operand(b, 0, n, k, n, false);
  }

  private static double[] random(int n, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    return random.doubles(n, -1, 1).toArray();
  }
}
