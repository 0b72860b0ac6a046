package io.carousel.engine.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class NormQuantilesTest {

  @Test
  void quantile_manyNorms_isThatOfTheSortedOnes() {
    SplittableRandom random = new SplittableRandom(1);
    double[] norms = new double[5001];
    NormQuantiles quantiles = new NormQuantiles();
    for (int i = 0; i < norms.length; i++) {
      norms[i] = Math.exp(6 * random.nextDouble() - 3);
      quantiles.add(norms[i]);
    }
    Arrays.sort(norms);
    for (double share : new double[] {0.01, 0.5, 0.99}) {
      double exact = norms[(int) Math.ceil(share * norms.length) - 1];
      assertThat(quantiles.quantile(share)).isCloseTo(exact, withinPercentage(0.6));
    }
    assertThat(quantiles.max()).isEqualTo(norms[5000]);
    assertThat(quantiles.quantile(1)).isLessThanOrEqualTo(norms[5000]);
  }

  @Test
  void add_beyondAllBounds_isCountedAtTheEdgeAndNotFiniteIsNot() {
    NormQuantiles quantiles = new NormQuantiles();
    assertThat(quantiles.quantile(0.5)).isNaN();
    assertThat(quantiles.max()).isNaN();
    quantiles.add(Double.NaN);
    quantiles.add(Double.POSITIVE_INFINITY);
    assertThat(quantiles.count()).isZero();
    quantiles.add(0);
    quantiles.add(1e300);
    assertThat(quantiles.count()).isEqualTo(2);
    assertThat(quantiles.quantile(0.5)).isLessThan(1e-39);
    assertThat(quantiles.quantile(1)).isGreaterThan(1e39).isLessThan(1e300);
    assertThat(quantiles.max()).isEqualTo(1e300);
  }
}
