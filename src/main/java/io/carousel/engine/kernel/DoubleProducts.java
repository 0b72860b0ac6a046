package io.carousel.engine.kernel;

import java.util.Objects;

/**
 * Products of matrices of doubles, for analyses in float64: on the Vector API where it can run,
 * else in plain loops. The bits of a product depend on neither the calling thread nor on which rows
 * are multiplied together.
 *
 * <p>All matrices are row-major parts of flat arrays. Arguments are checked once, here. Safe for
 * use by several threads.
 */
public abstract sealed class DoubleProducts permits ScalarDoubleProducts, VectorDoubleProducts {

  DoubleProducts() {}

  /** The fastest that runs on this machine. */
  public static DoubleProducts best() {
    return Best.INSTANCE;
  }

  private static final class Best {
    static final DoubleProducts INSTANCE = Backends.doubleProducts();
  }

  /**
   * Copies a right-hand side (k,n) into the order in which products read it.
   *
   * @param transposed whether the source is (n,k)
   * @param stride from one row of the source to the next
   */
  public final DoubleOperand operand(
      double[] source, int offset, int stride, int k, int n, boolean transposed) {
    checkMatrix(source, offset, stride, transposed ? n : k, transposed ? k : n);
    return newOperand(source, offset, stride, k, n, transposed);
  }

  /** C (m,n) += A (m,k) · B (k,n). */
  public final void add(
      int m,
      double[] a,
      int aOffset,
      int aStride,
      DoubleOperand b,
      double[] c,
      int cOffset,
      int cStride) {
    checkMatrix(a, aOffset, aStride, m, b.rows());
    checkMatrix(c, cOffset, cStride, m, b.columns());
    addProduct(m, a, aOffset, aStride, 1, b, c, cOffset, cStride);
  }

  /** C (m,n) += Aᵀ · B (k,n), A being (k,m). */
  public final void addTransposed(
      int m,
      double[] a,
      int aOffset,
      int aStride,
      DoubleOperand b,
      double[] c,
      int cOffset,
      int cStride) {
    checkMatrix(a, aOffset, aStride, b.rows(), m);
    checkMatrix(c, cOffset, cStride, m, b.columns());
    addProduct(m, a, aOffset, 1, aStride, b, c, cOffset, cStride);
  }

  abstract DoubleOperand newOperand(
      double[] source, int offset, int stride, int k, int n, boolean transposed);

  /** A's element (i,p) is at aOffset + i·rowStride + p·columnStride. */
  abstract void addProduct(
      int m,
      double[] a,
      int aOffset,
      int rowStride,
      int columnStride,
      DoubleOperand b,
      double[] c,
      int cOffset,
      int cStride);

  private static void checkMatrix(double[] x, int offset, int stride, int rows, int columns) {
    if (stride < columns || rows < 0 || columns < 0 || offset < 0) {
      throw new IllegalArgumentException(
          "expected a stride of at least the columns, found %d rows of %d columns, stride %d"
              .formatted(rows, columns, stride));
    }
    if (rows > 0 && columns > 0) {
      long last = offset + (rows - 1L) * stride + columns - 1;
      Objects.checkIndex(last, (long) x.length);
    }
  }
}
