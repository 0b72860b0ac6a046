package io.carousel.engine.nn;

import io.carousel.engine.kernel.Kernels;
import io.carousel.engine.kernel.PackedMatrix;

/**
 * A weight matrix that is packed anew after each change of the parameters: some rows at a time, so
 * that all threads share in the largest of them.
 *
 * @param target what is filled
 * @param weights all parameters
 * @param offset where the matrix (rows,columns) begins
 * @param stride from a row to the next
 * @param transposed whether products are with its transpose
 */
record WeightPacking(
    Kernels kernels,
    PackedMatrix target,
    float[] weights,
    int offset,
    int rows,
    int columns,
    int stride,
    boolean transposed) {
  /** Elements of a piece, 256 KB, that one task packs. */
  private static final int PIECE = 1 << 16;

  /** Rows of all pieces but the last are a multiple, so that no two share a cache line. */
  private static final int ALIGNED = 32;

  private int pieceRows() {
    return Math.max(ALIGNED, PIECE / columns / ALIGNED * ALIGNED);
  }

  int pieces() {
    return Split.pieces(rows, pieceRows());
  }

  /** Before the pieces. */
  void begin() {
    kernels.setRows(target, transposed ? columns : rows);
  }

  void run(int piece) {
    int first = piece * pieceRows();
    int count = Math.min(pieceRows(), rows - first);
    kernels.packRows(target, first, count, weights, offset, stride, transposed);
  }
}
