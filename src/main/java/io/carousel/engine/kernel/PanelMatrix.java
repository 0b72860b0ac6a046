package io.carousel.engine.kernel;

/**
 * A (k,n) matrix cut into panels of {@code width} columns, each stored as (k,width) and padded with
 * zero columns: {@code [panel][k][width]}. A micro-kernel then reads its right-hand side front to
 * back, with a stride that is a compile-time constant.
 */
final class PanelMatrix extends PackedMatrix {
  final float[] values;
  final int width;

  PanelMatrix(int rows, int columns, int width) {
    super(rows, columns);
    this.width = width;
    int panels = (columns + width - 1) / width;
    values = new float[Math.multiplyExact(Math.multiplyExact(panels, rows), width)];
  }

  int panels() {
    return (columns() + width - 1) / width;
  }

  /** Index of the first element of a row of a panel. */
  int index(int panel, int row) {
    return (panel * capacity() + row) * width;
  }

  /** Copies rows [from, from+count) of a source that is (k,n), or (n,k) and read transposed. */
  void fill(int from, int count, float[] source, int offset, int stride, boolean transposed) {
    for (int panel = 0; panel < panels(); panel++) {
      int first = panel * width;
      int used = Math.min(width, columns() - first);
      if (transposed) {
        for (int j = 0; j < used; j++) {
          scatter(source, offset + (first + j) * stride + from, count, index(panel, from) + j);
        }
      } else {
        for (int row = from; row < from + count; row++) {
          System.arraycopy(source, offset + row * stride + first, values, index(panel, row), used);
        }
      }
    }
  }

  private void scatter(float[] source, int from, int count, int to) {
    for (int p = 0; p < count; p++) {
      values[to + p * width] = source[from + p];
    }
  }
}
