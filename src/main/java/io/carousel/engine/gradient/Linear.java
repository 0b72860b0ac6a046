package io.carousel.engine.gradient;

import java.util.Arrays;

/**
 * The little linear algebra that the analysis needs, in double precision, row-major.
 *
 * <p>Products add multiples of whole rows: four rows of the right operand into two of the result at
 * once, panel by panel so that the right operand stays in the first-level cache. The right operand
 * comes as an array for each row, and results are summed in arrays of their own, because the JIT
 * turns a loop into vector instructions only where it need not fear that two offsets into one array
 * overlap.
 */
final class Linear {
  private static final int PANEL = 16; // rows of the right operand

  private Linear() {}

  /** Splits a row-major matrix into its rows. */
  static double[][] rows(double[] matrix, int columns) {
    double[][] rows = new double[matrix.length / columns][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = Arrays.copyOfRange(matrix, i * columns, (i + 1) * columns);
    }
    return rows;
  }

  /** c(m,n) += a(m,k)·b(k,n) for k = b.length. */
  static void addProduct(double[] a, int m, double[][] b, double[] c) {
    product(a, b.length, 1, m, b, b.length, c);
  }

  /** c(m,n) += aᵀ·b for the first k rows of a(·,m) and b(·,n). */
  static void addTransposedProduct(double[] a, int m, double[][] b, int k, double[] c) {
    product(a, 1, m, m, b, k, c);
  }

  /** c(m,n) += a·b(k,n), where a's element (i,p) is at i·rowStride + p·columnStride. */
  private static void product(
      double[] a, int rowStride, int columnStride, int m, double[][] b, int k, double[] c) {
    if (m == 0 || k == 0) {
      return;
    }
    int n = b[0].length;
    double[] sum0 = new double[n];
    double[] sum1 = new double[n];
    for (int panel = 0; panel < k; panel += PANEL) {
      int end = Math.min(k, panel + PANEL);
      for (int row = 0; row < m; row += 2) {
        boolean two = row + 1 < m;
        int first = row * rowStride;
        int second = two ? first + rowStride : first; // an odd last row is summed twice
        System.arraycopy(c, row * n, sum0, 0, n);
        System.arraycopy(c, two ? (row + 1) * n : row * n, sum1, 0, n);
        addPanel(a, first, second, columnStride, b, panel, end, sum0, sum1);
        System.arraycopy(sum0, 0, c, row * n, n);
        if (two) {
          System.arraycopy(sum1, 0, c, (row + 1) * n, n);
        }
      }
    }
  }

  private static void addPanel(
      double[] a,
      int first,
      int second,
      int stride,
      double[][] b,
      int from,
      int to,
      double[] sum0,
      double[] sum1) {
    int p = from;
    for (; p + 3 < to; p += 4) {
      addFour(a, first + p * stride, second + p * stride, stride, b, p, sum0, sum1);
    }
    for (; p < to; p++) {
      addOne(a[first + p * stride], b[p], sum0);
      addOne(a[second + p * stride], b[p], sum1);
    }
  }

  private static void addFour(
      double[] a,
      int first,
      int second,
      int stride,
      double[][] b,
      int p,
      double[] sum0,
      double[] sum1) {
    double a00 = a[first];
    double a01 = a[first + stride];
    double a02 = a[first + 2 * stride];
    double a03 = a[first + 3 * stride];
    double a10 = a[second];
    double a11 = a[second + stride];
    double a12 = a[second + 2 * stride];
    double a13 = a[second + 3 * stride];
    double[] b0 = b[p];
    double[] b1 = b[p + 1];
    double[] b2 = b[p + 2];
    double[] b3 = b[p + 3];
    for (int j = 0; j < sum0.length; j++) {
      sum0[j] += (a00 * b0[j] + a01 * b1[j]) + (a02 * b2[j] + a03 * b3[j]);
      sum1[j] += (a10 * b0[j] + a11 * b1[j]) + (a12 * b2[j] + a13 * b3[j]);
    }
  }

  private static void addOne(double factor, double[] x, double[] sum) {
    for (int j = 0; j < sum.length; j++) {
      sum[j] += factor * x[j];
    }
  }

  /** y[into..] += factor · x[from..], n elements. */
  static void addScaled(double factor, double[] x, int from, double[] y, int into, int n) {
    for (int j = 0; j < n; j++) {
      y[into + j] += factor * x[from + j];
    }
  }

  /** out(rows) += w(rows,columns)·x(columns). */
  static void addMatrixVector(double[] w, int rows, int columns, double[] x, double[] out) {
    for (int i = 0; i < rows; i++) {
      double sum = 0;
      for (int j = 0; j < columns; j++) {
        sum += w[i * columns + j] * x[j];
      }
      out[i] += sum;
    }
  }

  /** out(rows,columns) at an offset += u(rows) ⊗ v(columns). */
  static void addOuter(double[] u, double[] v, double[] out, int offset) {
    for (int i = 0; i < u.length; i++) {
      addScaled(u[i], v, 0, out, offset + i * v.length, v.length);
    }
  }

  static double norm(double[] x) {
    return norm(x, 0, x.length);
  }

  /** ‖x‖₂ of n elements from an offset on, also where their squares under- or overflow. */
  static double norm(double[] x, int offset, int n) {
    double squares = 0;
    for (int i = offset; i < offset + n; i++) {
      squares += x[i] * x[i];
    }
    if (squares > 1e-280 && squares < 1e280) {
      return Math.sqrt(squares);
    }
    double largest = largest(x, offset, n);
    if (largest == 0 || !Double.isFinite(largest)) {
      return largest;
    }
    squares = 0;
    for (int i = offset; i < offset + n; i++) {
      squares += (x[i] / largest) * (x[i] / largest);
    }
    return largest * Math.sqrt(squares);
  }

  /** max |x|; NaN where there is one. */
  static double largest(double[] x, int offset, int n) {
    double largest = 0;
    for (int i = offset; i < offset + n; i++) {
      largest = Math.max(largest, Math.abs(x[i]));
    }
    return largest;
  }

  /** The cosine of the angle between two vectors; NaN where one of them is zero. */
  static double cosine(double[] x, double[] y) {
    double sizeX = norm(x);
    double sizeY = norm(y);
    double dot = 0;
    for (int i = 0; i < x.length; i++) {
      dot += (x[i] / sizeX) * (y[i] / sizeY);
    }
    return dot;
  }

  /** ‖x − y‖₂. */
  static double distance(double[] x, double[] y) {
    double[] difference = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      difference[i] = x[i] - y[i];
    }
    return norm(difference);
  }
}
