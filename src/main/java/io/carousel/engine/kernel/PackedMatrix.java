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

  /**
   * Rows that are read together. Lines that lie a power of two apart share few places of the
   * first-level cache; so many have one each.
   */
  private static final int FEW = 8;

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

  /**
   * Copies (rows,columns) of a source to (columns,rows) of a target, block by block: whole cache
   * lines of the source, so that none is read twice.
   */
  static void transpose(
      int rows,
      int columns,
      float[] source,
      int from,
      int stride,
      float[] target,
      int to,
      int targetStride) {
    for (int column = 0; column < columns; column += LINE) {
      int end = Math.min(column + LINE, columns);
      for (int row = 0; row < rows; row += FEW) {
        int most = Math.min(FEW, rows - row);
        for (int each = column; each < end; each++) {
          int at = from + row * stride + each;
          gather(most, source, at, stride, target, to + each * targetStride + row);
        }
      }
    }
  }

  /** Elements of a column next to each other, so that the writes, at least, are contiguous. */
  static void gather(int count, float[] source, int from, int stride, float[] target, int to) {
    for (int i = 0; i < count; i++) {
      target[to + i] = source[from + i * stride];
    }
  }
}
