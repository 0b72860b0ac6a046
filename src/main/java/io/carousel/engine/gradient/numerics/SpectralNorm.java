package io.carousel.engine.gradient.numerics;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The largest singular value of a matrix: Lanczos 1950 on its Gram matrix.
 *
 * <p>Every new vector is made orthogonal to all before it, twice, which is what the method needs in
 * rounded arithmetic. Up to {@value #MOST_VECTORS} columns the result is exact; beyond, the largest
 * eigenvalue has settled long before, since extreme ones come first.
 */
public final class SpectralNorm {
  private static final int MOST_VECTORS = 300;
  private static final double NOTHING_LEFT = 1e-13; // relative: an invariant subspace

  private SpectralNorm() {}

  /** σ_max of w(rows,columns); NaN or infinite where w is not finite. */
  public static double of(double[] w, int rows, int columns) {
    double largest = Linear.largest(w, 0, w.length);
    if (largest == 0 || !Double.isFinite(largest)) {
      return largest;
    }
    double[] scaled = new double[w.length]; // squares must not leave the range of a double
    Linear.addScaled(1 / largest, w, 0, scaled, 0, w.length);
    double[] gram = new double[columns * columns];
    Linear.addTransposedProduct(scaled, columns, scaled, columns, rows, gram);
    return largest * Math.sqrt(largestEigenvalue(gram, columns));
  }

  private static double largestEigenvalue(double[] gram, int n) {
    SplittableRandom random = new SplittableRandom(1);
    double[] v = random.doubles(n, -1, 1).toArray();
    List<double[]> basis = new ArrayList<>();
    int most = Math.min(n, MOST_VECTORS);
    double[] diagonal = new double[most];
    double[] beside = new double[most]; // beside[i] links i−1 and i
    double size = Linear.norm(v);
    double scale = Linear.norm(gram); // at least the eigenvalue
    for (int i = 0; i < most && size > NOTHING_LEFT * scale; i++) {
      beside[i] = i == 0 ? 0 : size;
      double[] q = new double[n];
      Linear.addScaled(1 / size, v, 0, q, 0, n);
      basis.add(q);
      v = new double[n];
      Linear.addMatrixVector(gram, n, n, q, v);
      diagonal[i] = dot(q, v);
      for (int pass = 0; pass < 2; pass++) {
        for (double[] other : basis) {
          Linear.addScaled(-dot(other, v), other, 0, v, 0, n);
        }
      }
      size = Linear.norm(v);
    }
    return largestOfTridiagonal(diagonal, beside, basis.size());
  }

  /** By bisection: the count of eigenvalues above x is the number of positive pivots. */
  private static double largestOfTridiagonal(double[] diagonal, double[] beside, int n) {
    double low = Double.NEGATIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < n; i++) { // Gershgorin above; a diagonal entry below
      low = Math.max(low, diagonal[i]);
      high = Math.max(high, diagonal[i] + beside[i] + (i + 1 < n ? beside[i + 1] : 0));
    }
    while (true) {
      double middle = low + (high - low) / 2;
      if (!(middle > low && middle < high)) {
        return high;
      }
      if (anyAbove(middle, diagonal, beside, n)) {
        low = middle;
      } else {
        high = middle;
      }
    }
  }

  private static boolean anyAbove(double x, double[] diagonal, double[] beside, int n) {
    double pivot = 1;
    for (int i = 0; i < n; i++) {
      pivot = diagonal[i] - x - beside[i] * beside[i] / pivot;
      if (pivot >= 0) {
        return true;
      }
    }
    return false;
  }

  private static double dot(double[] x, double[] y) {
    double sum = 0;
    for (int i = 0; i < x.length; i++) {
      sum += x[i] * y[i];
    }
    return sum;
  }
}
