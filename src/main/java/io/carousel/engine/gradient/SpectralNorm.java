package io.carousel.engine.gradient;

import java.util.SplittableRandom;

/**
 * The largest singular value of a matrix, by the power method on its Gram matrix.
 *
 * <p>The Rayleigh quotient's error is the square of the vector's, so two singular values that are
 * close, which slow the vector down, hardly matter.
 */
final class SpectralNorm {
  private static final int MOST_ITERATIONS = 5000;
  private static final double SETTLED = 1e-15;
  private static final int SETTLED_FOR = 20; // iterations without a change: no plateau lasts that

  private SpectralNorm() {}

  /** σ_max of w(rows,columns); NaN or infinite where w is not finite. */
  static double of(double[] w, int rows, int columns) {
    double largest = Linear.largest(w, 0, w.length);
    if (largest == 0 || !Double.isFinite(largest)) {
      return largest;
    }
    double[] scaled = new double[w.length]; // squares must not leave the range of a double
    Linear.addScaled(1 / largest, w, 0, scaled, 0, w.length);
    double[] gram = new double[columns * columns];
    Linear.addTransposedProduct(scaled, rows, columns, scaled, columns, gram);
    return largest * Math.sqrt(largestEigenvalue(gram, columns));
  }

  private static double largestEigenvalue(double[] gram, int n) {
    SplittableRandom random = new SplittableRandom(1);
    double[] v = new double[n];
    for (int i = 0; i < n; i++) {
      v[i] = 2 * random.nextDouble() - 1;
    }
    double value = 0;
    int settled = 0;
    for (int i = 0; i < MOST_ITERATIONS && settled < SETTLED_FOR; i++) {
      double size = Linear.norm(v);
      for (int j = 0; j < n; j++) {
        v[j] /= size;
      }
      double[] next = new double[n];
      Linear.addMatrixVector(gram, n, n, v, next);
      double rayleigh = 0;
      for (int j = 0; j < n; j++) {
        rayleigh += v[j] * next[j];
      }
      settled = Math.abs(rayleigh - value) <= SETTLED * rayleigh ? settled + 1 : 0;
      value = Math.max(value, rayleigh); // it only grows, but for rounding
      v = next;
    }
    return value;
  }
}
