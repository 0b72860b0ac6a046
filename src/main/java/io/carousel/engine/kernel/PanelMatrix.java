package io.carousel.engine.kernel;

/**
 * A (k,n) matrix cut into panels of {@link VectorTiles#PANEL} columns, each stored as (k,WIDTH) and
 * padded with zero columns: {@code [panel][k][WIDTH]}. A micro-kernel then reads its right-hand
 * side front to back, with a stride that is a compile-time constant.
 */
final class PanelMatrix extends PackedMatrix {
  private static final int WIDTH = VectorTiles.PANEL;

  final float[] values;

  PanelMatrix(int rows, int columns) {
    super(rows, columns);
    int panels = (columns + WIDTH - 1) / WIDTH;
    values = new float[Math.multiplyExact(Math.multiplyExact(panels, rows), WIDTH)];
  }

  int panels() {
    return (columns() + WIDTH - 1) / WIDTH;
  }

  /** Index of the first element of a row of a panel. */
  int index(int panel, int row) {
    return (panel * capacity() + row) * WIDTH;
  }

  /** Copies rows [from, from+count) of a source that is (k,n), or (n,k) and read transposed. */
  void fill(int from, int count, float[] source, int offset, int stride, boolean transposed) {
    for (int panel = 0; panel < panels(); panel++) {
      int first = panel * WIDTH;
      int used = Math.min(WIDTH, columns() - first);
      for (int row = from; row < from + count; row++) {
        int to = index(panel, row);
        if (transposed) {
          gather(used, source, offset + first * stride + row, stride, values, to);
        } else if (used == WIDTH) {
          VectorTiles.copyRow(source, offset + row * stride + first, values, to);
        } else {
          System.arraycopy(source, offset + row * stride + first, values, to, used);
        }
      }
    }
  }
}
