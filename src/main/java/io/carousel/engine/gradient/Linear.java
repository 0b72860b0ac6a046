package io.carousel.engine.gradient;

/**
 * The little linear algebra that the analysis needs, in double precision.
 *
 * <p>Row-major throughout. Products add into their result row by row with contiguous inner loops,
 * which the JIT turns into vector instructions; four rows of the right operand are taken at once,
 * so that a result is loaded and stored once for four products.
 */
final class Linear {
  private Linear() {}

  /** c(m,n) += a(m,k)·b(k,n). */
  static void addProduct(double[] a, int m, int k, double[] b, int n, double[] c) {
    for (int row = 0; row < m; row++) {
      int p = 0;
      for (; p + 3 < k; p += 4) {
        int at = row * k + p;
        addFour(a[at], a[at + 1], a[at + 2], a[at + 3], b, p * n, n, c, row * n);
      }
      for (; p < k; p++) {
        addScaled(a[row * k + p], b, p * n, c, row * n, n);
      }
    }
  }

  /** c(m,n) += aᵀ·b for a(k,m), b(k,n). */
  static void addTransposedProduct(double[] a, int k, int m, double[] b, int n, double[] c) {
    for (int row = 0; row < m; row++) {
      int p = 0;
      for (; p + 3 < k; p += 4) {
        int at = p * m + row;
        addFour(a[at], a[at + m], a[at + 2 * m], a[at + 3 * m], b, p * n, n, c, row * n);
      }
      for (; p < k; p++) {
        addScaled(a[p * m + row], b, p * n, c, row * n, n);
      }
    }
  }

  private static void addFour(
      double a0,
      double a1,
      double a2,
      double a3,
      double[] b,
      int offset,
      int n,
      double[] c,
      int into) {
    int b1 = offset + n;
    int b2 = b1 + n;
    int b3 = b2 + n;
    for (int j = 0; j < n; j++) {
      c[into + j] += a0 * b[offset + j] + a1 * b[b1 + j] + (a2 * b[b2 + j] + a3 * b[b3 + j]);
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
