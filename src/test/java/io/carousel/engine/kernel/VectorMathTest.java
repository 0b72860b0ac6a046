package io.carousel.engine.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.DoubleUnaryOperator;
import java.util.function.UnaryOperator;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import org.junit.jupiter.api.Test;

/** The errors that {@link VectorMath} states, over a dense sample of its range. */
class VectorMathTest {
  private static final VectorSpecies<Float> SPECIES = VectorLanes.SPECIES;

  @Test
  void exp_range_withinStatedError() {
    assertThat(largestUlp(VectorMath::exp, Math::exp, -87.3f, 88.3f)).isLessThanOrEqualTo(1);
  }

  @Test
  void tanh_range_withinStatedError() {
    assertThat(largestUlp(VectorMath::tanh, Math::tanh, -10f, 10f)).isLessThanOrEqualTo(2);
    assertThat(largestUlp(VectorMath::tanh, Math::tanh, -1e-3f, 1e-3f)).isLessThanOrEqualTo(2);
  }

  @Test
  void sigmoid_range_withinStatedError() {
    assertThat(largestUlp(VectorMath::sigmoid, x -> 1 / (1 + Math.exp(-x)), -80f, 80f))
        .isLessThanOrEqualTo(2.5);
  }

  /** Largest error in units of the last place of the exact result. */
  private static double largestUlp(
      UnaryOperator<FloatVector> actual, DoubleUnaryOperator exact, float from, float to) {
    int count = 1 << 18;
    float[] x = new float[SPECIES.length()];
    double worst = 0;
    for (int i = 0; i < count; i += x.length) {
      for (int j = 0; j < x.length; j++) {
        x[j] = (float) (from + ((double) to - from) * (i + j) / count);
      }
      float[] y = actual.apply(FloatVector.fromArray(SPECIES, x, 0)).toArray();
      for (int j = 0; j < x.length; j++) {
        double expected = exact.applyAsDouble(x[j]);
        worst = Math.max(worst, Math.abs(y[j] - expected) / Math.ulp((float) expected));
      }
    }
    return worst;
  }
}
