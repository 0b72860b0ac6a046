package io.carousel.engine.nn;

import io.carousel.engine.kernel.Kernels;
import io.carousel.engine.kernel.PackedMatrix;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The weight matrices of a model that are packed anew after each change of its parameters: some
 * rows at a time, so that all threads share in the largest of them, and for both directions at
 * once, so that the weights pass by only once.
 */
final class WeightPackings {
  /** Elements of a piece, 256 KB, that one task packs: they stay in the second-level cache. */
  private static final int PIECE = 1 << 16;

  /** Rows of all pieces but the last are a multiple, so that no two share a cache line. */
  private static final int ALIGNED = 32;

  private final Kernels kernels;
  private final float[] weights;
  private final List<Packing> packings = new ArrayList<>();
  private int pieces;

  /**
   * None yet.
   *
   * @param weights all parameters
   */
  WeightPackings(Kernels kernels, float[] weights) {
    this.kernels = kernels;
    this.weights = weights;
  }

  /**
   * One more matrix W (rows,columns).
   *
   * @param forward receives Wᵀ
   * @param back receives W; null where it is not wanted
   * @param offset where W begins among the parameters
   * @param stride from a row to the next
   */
  void add(
      PackedMatrix forward,
      @Nullable PackedMatrix back,
      int offset,
      int rows,
      int columns,
      int stride) {
    kernels.setRows(forward, columns);
    if (back != null) {
      kernels.setRows(back, rows);
    }
    Packing packing = new Packing(forward, back, offset, rows, columns, stride, pieces);
    packings.add(packing);
    pieces += Split.pieces(rows, packing.pieceRows());
  }

  /** How many pieces there are. */
  int pieces() {
    return pieces;
  }

  /** Packs a piece of one of the matrices. */
  void run(int piece) {
    int which = packings.size() - 1;
    while (piece < packings.get(which).firstPiece) {
      which--;
    }
    Packing packing = packings.get(which);
    int row = (piece - packing.firstPiece) * packing.pieceRows();
    packing.pack(kernels, weights, row, Math.min(packing.pieceRows(), packing.rows - row));
  }

  private record Packing(
      PackedMatrix forward,
      @Nullable PackedMatrix back,
      int offset,
      int rows,
      int columns,
      int stride,
      int firstPiece) {

    int pieceRows() {
      return Math.max(ALIGNED, PIECE / columns / ALIGNED * ALIGNED);
    }

    void pack(Kernels kernels, float[] weights, int row, int count) {
      if (back != null) { // first, because it reads row by row, which prefetching is good at
        kernels.packRows(back, row, count, weights, offset, stride, false);
      }
      kernels.packRows(forward, row, count, weights, offset, stride, true);
    }
  }
}
