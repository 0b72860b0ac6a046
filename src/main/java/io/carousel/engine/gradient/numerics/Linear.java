package io.carousel.engine.gradient.numerics;

import io.carousel.engine.kernel.DoubleOperand;
import io.carousel.engine.kernel.DoubleProducts;

/** The little linear algebra that the analysis needs, in double precision, row-major. */
public final class Linear {
  private static final DoubleProducts PRODUCTS = DoubleProducts.best();

  private Linear() {}

  /** c(m,n) += a(m,k)·b(k,n). */
  public static void addProduct(double[] a, int m, DoubleOperand b, double[] c) {
    PRODUCTS.add(m, a, 0, b.rows(), b, c, 0, b.columns());
  }

  /** c(m,n) += aᵀ·b for the first k rows of a(·,m) and b(·,n). */
  public static void addTransposedProduct(double[] a, int m, double[] b, int n, int k, double[] c) {
    PRODUCTS.addTransposed(m, a, 0, m, PRODUCTS.operand(b, 0, n, k, n, false), c, 0, n);
  }

  /** x(rows,k)·b(k,n) + bias(n). */
  public static double[] affine(double[] x, int rows, DoubleOperand b, double[] bias) {
    double[] y = new double[rows * b.columns()];
    for (int row = 0; row < rows; row++) {
      System.arraycopy(bias, 0, y, row * bias.length, bias.length);
    }
    PRODUCTS.add(rows, x, 0, b.rows(), b, y, 0, b.columns());
    return y;
  }

  /** y[into..] += factor · x[from..], n elements. */
  public static void addScaled(double factor, double[] x, int from, double[] y, int into, int n) {
    for (int j = 0; j < n; j++) {
      y[into + j] += factor * x[from + j];
    }
  }

  /** out(rows) += w(rows,columns)·x(columns). */
  public static void addMatrixVector(double[] w, int rows, int columns, double[] x, double[] out) {
    for (int i = 0; i < rows; i++) {
      double sum = 0;
      for (int j = 0; j < columns; j++) {
        sum += w[i * columns + j] * x[j];
      }
      out[i] += sum;
    }
  }

  public static double norm(double[] x) {
    return norm(x, 0, x.length);
  }

  /** ‖x‖₂ of n elements from an offset on, also where their squares under- or overflow. */
  public static double norm(double[] x, int offset, int n) {
    double squares = squares(x, offset, n);
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

  /** In four sums, so that none waits for another's last addition. */
  private static double squares(double[] x, int offset, int n) {
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    int i = offset;
    for (; i + 3 < offset + n; i += 4) {
      s0 += x[i] * x[i];
      s1 += x[i + 1] * x[i + 1];
      s2 += x[i + 2] * x[i + 2];
      s3 += x[i + 3] * x[i + 3];
    }
    for (; i < offset + n; i++) {
      s0 += x[i] * x[i];
    }
    return (s0 + s1) + (s2 + s3);
  }

  /** max |x|; NaN where there is one. */
  public static double largest(double[] x, int offset, int n) {
    double largest = 0;
    for (int i = offset; i < offset + n; i++) {
      largest = Math.max(largest, Math.abs(x[i]));
    }
    return largest;
  }

  /** The cosine of the angle between two vectors; NaN where one of them is zero. */
  public static double cosine(double[] x, double[] y) {
    double sizeX = norm(x);
    double sizeY = norm(y);
    double dot = 0;
    for (int i = 0; i < x.length; i++) {
      dot += (x[i] / sizeX) * (y[i] / sizeY);
    }
    return dot;
  }

  /** ‖x − y‖₂. */
  public static double distance(double[] x, double[] y) {
    double[] difference = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      difference[i] = x[i] - y[i];
    }
    return norm(difference);
  }
}
