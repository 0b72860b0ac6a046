package io.carousel.engine.gradient.numerics;

import java.util.Arrays;
import java.util.function.DoublePredicate;

/**
 * The largest and the smallest singular value of a square matrix: Golub and Kahan's (1965)
 * two-sided reflections to a bidiagonal one, whose singular values bisection finds to all their
 * digits (Demmel and Kahan 1990). The reflections leave an error of about 1e-16 of the largest.
 *
 * @param largest σ_max
 * @param smallest σ_min
 */
public record SingularValues(double largest, double smallest) {

  /** Of a (n,n), which is left alone; NaN where it is not finite. */
  public static SingularValues of(double[] a, int n) {
    double scale = Linear.largest(a, 0, a.length);
    if (scale == 0) {
      return new SingularValues(0, 0);
    }
    if (!Double.isFinite(scale)) {
      return new SingularValues(Double.NaN, Double.NaN);
    }
    double[][] rows = new double[n][n]; // divided by the largest entry, so that no square overflows
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        rows[i][j] = a[i * n + j] / scale;
      }
    }
    double[] links = bidiagonal(rows);
    double above = n + 1.0; // ‖A‖ ≤ n·max|a|
    double largest = bisect(above, x -> countBelow(links, x) == n);
    double smallest = bisect(above, x -> countBelow(links, x) > 0);
    return new SingularValues(scale * largest, scale * smallest);
  }

  /** d_1, e_1, d_2, e_2, … d_n of the bidiagonal matrix. */
  private static double[] bidiagonal(double[][] a) {
    int n = a.length;
    double[] links = new double[2 * n - 1];
    double[] v = new double[n];
    double[] w = new double[n];
    for (int j = 0; j < n; j++) {
      for (int i = j; i < n; i++) {
        v[i] = a[i][j];
      }
      links[2 * j] = reflectRows(a, v, w, j);
      if (j + 1 < n) {
        System.arraycopy(a[j], j + 1, v, j + 1, n - j - 1);
        links[2 * j + 1] = reflectColumns(a, v, j + 1);
      }
    }
    return links;
  }

  /** Reflects v[j..] to a multiple of the first axis, which it returns, and all columns with it. */
  private static double reflectRows(double[][] a, double[] v, double[] w, int j) {
    int n = v.length;
    double diagonal = reflection(v, j);
    if (diagonal == 0) {
      return 0;
    }
    double tau = tau(v, j);
    Arrays.fill(w, j, n, 0);
    for (int i = j; i < n; i++) {
      Linear.addScaled(v[i], a[i], j, w, j, n - j);
    }
    for (int i = j; i < n; i++) {
      Linear.addScaled(-tau * v[i], w, j, a[i], j, n - j);
    }
    return diagonal;
  }

  /** The same from the right, for the rows from that one on. */
  private static double reflectColumns(double[][] a, double[] v, int j) {
    int n = v.length;
    double diagonal = reflection(v, j);
    if (diagonal == 0) {
      return 0;
    }
    double tau = tau(v, j);
    for (int i = j; i < n; i++) {
      double dot = 0;
      for (int l = j; l < n; l++) {
        dot += a[i][l] * v[l];
      }
      Linear.addScaled(-tau * dot, v, j, a[i], j, n - j);
    }
    return diagonal;
  }

  /** From x in v[j..] to the v of I − 2 v vᵀ/vᵀv, with v_j = 1; the diagonal, or 0 for x = 0. */
  private static double reflection(double[] v, int j) {
    double norm = Linear.norm(v, j, v.length - j);
    double diagonal = v[j] > 0 ? -norm : norm;
    double pivot = v[j] - diagonal;
    for (int i = j + 1; i < v.length && norm > 0; i++) {
      v[i] /= pivot;
    }
    v[j] = 1;
    return diagonal;
  }

  private static double tau(double[] v, int j) {
    double squares = 0;
    for (int i = j; i < v.length; i++) {
      squares += v[i] * v[i];
    }
    return 2 / squares;
  }

  /**
   * How many singular values are below x: eigenvalues ±σ of the tridiagonal matrix of order 2n with
   * zeros on its diagonal and the links beside it.
   */
  private static int countBelow(double[] links, double x) {
    int negative = 1;
    double pivot = -x;
    for (double link : links) {
      pivot = -x - link * (link / pivot);
      pivot = pivot == 0 ? -Double.MIN_NORMAL : pivot;
      negative += pivot < 0 ? 1 : 0;
    }
    return negative - (links.length + 1) / 2;
  }

  /** The least x in (0, above] for which it holds, if it holds from there on; 0 if everywhere. */
  private static double bisect(double above, DoublePredicate holds) {
    double low = 0;
    double high = above;
    while (true) {
      // The middle of the exponents first, so that small numbers get all their digits.
      double middle =
          low > 0 && high / low < 4 ? low + (high - low) / 2 : Math.sqrt(low) * Math.sqrt(high);
      middle = low == 0 ? high / 1024 : middle;
      if (!(middle > low && middle < high)) {
        return low == 0 ? 0 : high;
      }
      if (holds.test(middle)) {
        high = middle;
      } else {
        low = middle;
      }
    }
  }
}
