package io.carousel.engine.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

/** The errors that {@link VectorMath} states, over a dense sample of its range. */
class VectorMathTest {

  /** One of the functions, on a whole array. */
  private interface Rows {
    void run(int n, float[] x, float[] y);
  }

  private static final Rows EXP = (n, x, y) -> VectorMath.exp(n, x, 0, 0f, y, 0);
  private static final Rows SIGMOID = (n, x, y) -> VectorMath.sigmoid(n, x, 0, y, 0);
  private static final Rows TANH = (n, x, y) -> VectorMath.tanh(n, x, 0, y, 0);

  @Test
  void exp_range_withinStatedError() {
    assertThat(largestUlp(EXP, Math::exp, -87.3f, 88.3f)).isLessThanOrEqualTo(1);
  }

  @Test
  void tanh_range_withinStatedError() {
    assertThat(largestUlp(TANH, Math::tanh, -10f, 10f)).isLessThanOrEqualTo(2);
    assertThat(largestUlp(TANH, Math::tanh, -1e-3f, 1e-3f)).isLessThanOrEqualTo(2);
  }

  @Test
  void sigmoid_range_withinStatedError() {
    assertThat(largestUlp(SIGMOID, x -> 1 / (1 + Math.exp(-x)), -80f, 80f))
        .isLessThanOrEqualTo(2.5);
  }

  @Test
  void special_values_areKeptOrBounded() {
    float[] x = {Float.NaN, Float.NEGATIVE_INFINITY, Float.POSITIVE_INFINITY, -0f, 0f};
    float[] y = new float[x.length];
    EXP.run(x.length, x, y);
    assertThat(y[0]).isNaN();
    assertThat(y[1]).isEqualTo((float) Math.exp(-87.3f), within(1e-44f));
    assertThat(y[2]).isEqualTo((float) Math.exp(88.3f), within(1e32f));
    assertThat(y[3]).isOne();
    SIGMOID.run(x.length, x, y);
    assertThat(y[0]).isNaN();
    assertThat(y[1]).isEqualTo(0f, within(1e-37f));
    assertThat(y[2]).isOne();
    assertThat(y[3]).isEqualTo(0.5f);
    TANH.run(x.length, x, y);
    assertThat(y).containsExactly(Float.NaN, -1f, 1f, -0f, 0f);
  }

  @Test
  void rest_ofARow_asTheWholeVectors() {
    float[] x = new float[5 * VectorLanes.LANES - 1];
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) Math.sin(i) * 3;
    }
    for (Rows function : new Rows[] {EXP, SIGMOID, TANH}) {
      float[] padded = Arrays.copyOf(x, 5 * VectorLanes.LANES);
      float[] expected = new float[padded.length];
      function.run(padded.length, padded, expected);
      float[] actual = x.clone();
      function.run(x.length, actual, actual);
      assertThat(actual).containsExactly(Arrays.copyOf(expected, x.length));
    }
  }

  /** Largest error in units of the last place of the exact result. */
  private static double largestUlp(Rows actual, DoubleUnaryOperator exact, float from, float to) {
    int count = 1 << 18;
    float[] x = new float[count];
    for (int i = 0; i < count; i++) {
      x[i] = (float) (from + ((double) to - from) * i / count);
    }
    float[] y = new float[count];
    actual.run(count, x, y);
    double worst = 0;
    for (int i = 0; i < count; i++) {
      double expected = exact.applyAsDouble(x[i]);
      worst = Math.max(worst, Math.abs(y[i] - expected) / Math.ulp((float) expected));
    }
    return worst;
  }
}
