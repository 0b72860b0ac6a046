package io.carousel.engine.kernel;

/**
 * A (k,n) matrix stored transposed, (n,stride): what a tile reads along k is contiguous.
 *
 * <p>The stride is an odd number of cache lines, because rows that lie a multiple of 4 KB apart
 * would compete for the same few places of the first-level cache.
 */
final class TransposedMatrix extends PackedMatrix {
  final float[] values;
  private final int stride;

  TransposedMatrix(int rows, int columns) {
    super(rows, columns);
    stride = LINE * ((rows + LINE - 1) / LINE | 1);
    values = new float[Math.multiplyExact(columns, stride)];
  }

  int stride() {
    return stride;
  }

  /** Copies rows [from, from+count) of a row-major source (k,n). */
  void fill(int from, int count, float[] source, int offset, int sourceStride) {
    int at = offset + from * sourceStride;
    VectorTranspose.copy(count, columns(), source, at, sourceStride, values, from, stride);
  }
}
