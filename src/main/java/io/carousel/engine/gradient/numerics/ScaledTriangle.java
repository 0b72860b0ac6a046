package io.carousel.engine.gradient.numerics;

/**
 * A lower triangular matrix of non-negative numbers, entry (t,k) with k ≤ t, each a double times a
 * power of two of its own: sums and means in it neither under- nor overflow.
 */
public final class ScaledTriangle {
  private static final double LN_2 = Math.log(2);

  private final int size;
  private final double[] value;
  private final int[] exponent;

  public ScaledTriangle(int size) {
    this.size = size;
    value = new double[index(size, 0)];
    exponent = new int[value.length];
  }

  public int size() {
    return size;
  }

  /** Entry (t,k) += v·2^e. */
  public void add(int t, int k, double v, int e) {
    int at = index(t, k);
    if (value[at] == 0) {
      value[at] = v;
      exponent[at] = e;
    } else if (v != 0) {
      int common = Math.max(exponent[at], e);
      value[at] = Math.scalb(value[at], exponent[at] - common) + Math.scalb(v, e - common);
      exponent[at] = common;
    }
  }

  /** This += other. */
  public void add(ScaledTriangle other) {
    for (int t = 0; t < size; t++) {
      for (int k = 0; k <= t; k++) {
        int at = index(t, k);
        add(t, k, other.value[at], other.exponent[at]);
      }
    }
  }

  /** Divides row t. */
  public void divideRow(int t, int divisor) {
    for (int k = 0; k <= t; k++) {
      value[index(t, k)] /= divisor;
    }
  }

  /** The entry as a double: 0 or infinite where it is out of a double's range. */
  public double value(int t, int k) {
    int at = index(t, k);
    return Math.scalb(value[at], exponent[at]);
  }

  /** ln of the entry: −∞ for an exact zero only. */
  public double log(int t, int k) {
    int at = index(t, k);
    return Math.log(value[at]) + exponent[at] * LN_2;
  }

  private static int index(int t, int k) {
    return t * (t + 1) / 2 + k;
  }
}
