package io.carousel.engine.kernel;

/**
 * A (k,n) matrix cut into panels of {@link VectorTiles#PANEL} columns, each stored as (k,WIDTH) and
 * padded with zero columns: {@code [panel][k][WIDTH]}. A micro-kernel then reads its right-hand
 * side front to back, with a stride that is a compile-time constant.
 */
final class PanelMatrix extends PackedMatrix {
  private static final int WIDTH = VectorTiles.PANEL;

  /** Panels that are copied together. */
  private static final int GROUP = 8;

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

  /** Copies rows [from, from+count) of a source (n,k), which become columns. */
  void fillColumns(int from, int count, float[] source, int offset, int stride) {
    int end = from + count;
    for (int column = from; column < end; ) {
      int within = column % WIDTH;
      int used = Math.min(WIDTH - within, end - column);
      int to = index(column / WIDTH, 0) + within;
      VectorTranspose.copy(
          used, rows(), source, offset + column * stride, stride, values, to, WIDTH);
      column += used;
    }
  }

  /** Copies rows [from, from+count) of a source (k,n). */
  void fillRows(int from, int count, float[] source, int offset, int stride) {
    int whole = columns() / WIDTH;
    for (int panel = 0; panel < whole; panel += GROUP) {
      copyPanels(panel, Math.min(GROUP, whole - panel), from, count, source, offset, stride);
    }
    if (whole < panels()) {
      int used = columns() - whole * WIDTH;
      for (int row = from; row < from + count; row++) {
        int at = offset + row * stride + whole * WIDTH;
        System.arraycopy(source, at, values, index(whole, row), used);
      }
    }
  }

  /** Some panels side by side, so that of each row of the source there is more than one line. */
  private void copyPanels(
      int first, int panels, int from, int count, float[] source, int offset, int stride) {
    int step = capacity() * WIDTH;
    for (int row = from; row < from + count; row++) {
      int at = offset + row * stride + first * WIDTH;
      int to = index(first, row);
      for (int panel = 0; panel < panels; panel++) {
        VectorTiles.copyRow(source, at + panel * WIDTH, values, to + panel * step);
      }
    }
  }
}
