package io.carousel.engine.kernel;

/**
 * The right-hand side (k,n) of matrix products, in whatever form its backend multiplies fastest.
 * Made by {@link Kernels#packed} or {@link Kernels#packedForTransposed}, filled by {@link
 * Kernels#pack} and then used by any number of products and threads.
 */
public abstract sealed class PackedMatrix
    permits ScalarKernels.Plain, PanelMatrix, TransposedMatrix, Nd4jKernels.View {
  /** Elements of a cache line. */
  static final int LINE = 16;

  private final int capacity;
  private final int columns;
  private int rows;

  PackedMatrix(int capacity, int columns) {
    this.capacity = capacity;
    this.columns = columns;
  }

  /** k as last packed. */
  public final int rows() {
    return rows;
  }

  /** The largest k that it can hold. */
  public final int capacity() {
    return capacity;
  }

  /** n. */
  public final int columns() {
    return columns;
  }

  final void setRows(int rows) {
    this.rows = rows;
  }
}
