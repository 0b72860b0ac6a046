package io.carousel.engine.nn;

import io.carousel.engine.kernel.Kernels;
import io.carousel.engine.kernel.PackedMatrix;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The weight matrices of a model that are packed anew after each change of its parameters: some
 * rows at a time, so that all threads share in the largest of them.
 */
final class WeightPackings {
  /** Elements of a piece, 256 KB, that one task packs. */
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
   * One more matrix (rows,columns).
   *
   * @param target what is filled; null where it is not wanted, and nothing is added
   * @param offset where the matrix begins among the parameters
   * @param stride from a row to the next
   * @param transposed whether products are with its transpose
   */
  void add(
      @Nullable PackedMatrix target,
      int offset,
      int rows,
      int columns,
      int stride,
      boolean transposed) {
    if (target != null) {
      Packing packing = new Packing(target, offset, rows, columns, stride, transposed, pieces);
      packings.add(packing);
      pieces += Split.pieces(rows, packing.pieceRows());
    }
  }

  /** Before the pieces; how many there are. */
  int begin() {
    for (int i = 0; i < packings.size(); i++) { // without an iterator: a step takes no memory
      Packing packing = packings.get(i);
      kernels.setRows(packing.target, packing.transposed ? packing.columns : packing.rows);
    }
    return pieces;
  }

  /** Packs a piece of one of the matrices. */
  void run(int piece) {
    int which = packings.size() - 1;
    while (piece < packings.get(which).firstPiece) {
      which--;
    }
    Packing packing = packings.get(which);
    int first = (piece - packing.firstPiece) * packing.pieceRows();
    int count = Math.min(packing.pieceRows(), packing.rows - first);
    kernels.packRows(
        packing.target, first, count, weights, packing.offset, packing.stride, packing.transposed);
  }

  private record Packing(
      PackedMatrix target,
      int offset,
      int rows,
      int columns,
      int stride,
      boolean transposed,
      int firstPiece) {

    int pieceRows() {
      return Math.max(ALIGNED, PIECE / columns / ALIGNED * ALIGNED);
    }
  }
}
