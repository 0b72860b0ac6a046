package io.carousel.engine.gradient.numerics;

import java.util.Arrays;

/** ln|det| of a square matrix, by Gaussian elimination with partial pivoting. */
public final class Determinant {
  private Determinant() {}

  /** −∞ for a singular matrix; NaN where it is not finite. */
  public static double logAbs(double[] matrix, int n) {
    double[][] rows = new double[n][];
    for (int i = 0; i < n; i++) {
      rows[i] = Arrays.copyOfRange(matrix, i * n, (i + 1) * n);
    }
    double log = 0;
    for (int column = 0; column < n; column++) {
      int best = column;
      for (int i = column + 1; i < n; i++) {
        best = Math.abs(rows[i][column]) > Math.abs(rows[best][column]) ? i : best;
      }
      double[] pivot = rows[best];
      rows[best] = rows[column];
      rows[column] = pivot;
      log += Math.log(Math.abs(pivot[column]));
      if (pivot[column] == 0 || Double.isNaN(log)) {
        return log;
      }
      for (int i = column + 1; i < n; i++) {
        subtract(rows[i][column] / pivot[column], pivot, rows[i], column);
      }
    }
    return log;
  }

  private static void subtract(double factor, double[] pivot, double[] row, int from) {
    for (int j = from; j < row.length; j++) {
      row[j] -= factor * pivot[j];
    }
  }
}
