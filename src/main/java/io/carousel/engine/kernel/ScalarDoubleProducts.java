package io.carousel.engine.kernel;

/**
 * Plain loops that add multiples of whole rows: four rows of the right operand into two of the
 * result at once, panel by panel so that the right operand stays in the first-level cache.
 *
 * <p>The right operand is an array for each row, and results are summed in arrays of their own,
 * because the JIT turns a loop into vector instructions only where it need not fear that two
 * offsets into one array overlap.
 */
final class ScalarDoubleProducts extends DoubleProducts {
  private static final int PANEL = 16; // rows of the right operand

  /** An array for each row. */
  static final class Rows extends DoubleOperand {
    final double[][] values;

    Rows(double[][] values, int columns) {
      super(values.length, columns);
      this.values = values;
    }
  }

  @Override
  DoubleOperand newOperand(
      double[] source, int offset, int stride, int k, int n, boolean transposed) {
    double[][] rows = new double[k][n];
    for (int p = 0; p < k; p++) {
      for (int j = 0; j < n; j++) {
        rows[p][j] = source[offset + (transposed ? j * stride + p : p * stride + j)];
      }
    }
    return new Rows(rows, n);
  }

  @Override
  void addProduct(
      int m,
      double[] a,
      int aOffset,
      int rowStride,
      int columnStride,
      DoubleOperand b,
      double[] c,
      int cOffset,
      int cStride) {
    double[][] rows = ((Rows) b).values;
    int n = b.columns();
    double[] sum0 = new double[n];
    double[] sum1 = new double[n];
    for (int panel = 0; panel < b.rows(); panel += PANEL) {
      int end = Math.min(b.rows(), panel + PANEL);
      for (int row = 0; row < m; row += 2) {
        boolean two = row + 1 < m;
        int first = aOffset + row * rowStride;
        int second = two ? first + rowStride : first; // an odd last row is summed twice
        int into0 = cOffset + row * cStride;
        int into1 = two ? into0 + cStride : into0;
        System.arraycopy(c, into0, sum0, 0, n);
        System.arraycopy(c, into1, sum1, 0, n);
        addPanel(a, first, second, columnStride, rows, panel, end, sum0, sum1);
        System.arraycopy(sum0, 0, c, into0, n);
        System.arraycopy(sum1, 0, c, into1, n);
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
}
