package io.carousel.engine.nn;

import io.carousel.engine.kernel.Kernels;
import io.carousel.engine.kernel.Workers;

/**
 * In which pieces the phases of a step are given to the threads.
 *
 * <p>Where a backend's rows are independent the pieces are as many as the threads share evenly;
 * where they are not they must be the same for any number of threads, or the bits would not be.
 */
final class Split {
  /**
   * Rows of a weight matrix that one task computes the gradient of at least, and at most: more make
   * better use of what a task reads, fewer are shared more evenly.
   */
  private static final int WEIGHT_ROWS = 64;

  private static final int MOST_WEIGHT_ROWS = 128;

  /** Rows of W_dec where there are too few for pieces of {@link #WEIGHT_ROWS}. */
  private static final int FEW_ROWS = 16;

  /** Rows of (T,B), or of the table of tokens, that one task of a row-wise phase takes at most. */
  private static final int ROWS = 128;

  /**
   * Rows of (T,B) that one task of the output layer takes at most: its weights may be the largest
   * of all, and pass by once for each task.
   */
  private static final int OUTPUT_ROWS = 512;

  /** Lanes of two blocks in the time loop, where a row's bits depend on its neighbours. */
  private static final int LANES = 64;

  /**
   * Rows of two pieces of any other phase, where a row's bits depend on its neighbours: a backend
   * that packs the other operand for each call needs long calls.
   */
  private static final int LONG = 1024;

  private final boolean independent;
  private final int threads;

  Split(Kernels kernels, Workers workers) {
    independent = kernels.rowsIndependent();
    threads = workers.threads();
  }

  /** Pieces of a size that are needed for so many. */
  static int pieces(int total, int size) {
    return (total + size - 1) / size;
  }

  /** The first of {@code total} that belongs to a piece; of the piece behind the last, the end. */
  static int first(int total, int piece, int pieces) {
    return (int) ((long) total * piece / pieces);
  }

  /** Rows of a weight matrix of so many that one task computes the gradient of. */
  int weightRows(int rows) {
    if (!independent) {
      return longRows(rows);
    }
    return rows < 3 * threads * MOST_WEIGHT_ROWS ? WEIGHT_ROWS : MOST_WEIGHT_ROWS;
  }

  /** Rows of W_dec (V,H) that one task computes the gradient of. */
  int vocabularyRows(int vocabulary) {
    return independent && vocabulary < 8 * WEIGHT_ROWS ? FEW_ROWS : weightRows(vocabulary);
  }

  private static int longRows(int rows) {
    return Math.max(1, pieces(rows, 2 * pieces(rows, LONG)));
  }

  /** In how many blocks the lanes are cut in a time loop. */
  int laneBlocks(int lanes) {
    return Math.min(lanes, independent ? threads : 2 * pieces(lanes, LANES));
  }

  /** In how many pieces the rows of a row-wise phase are cut. */
  int rowPieces(int rows) {
    return rowPieces(rows, ROWS);
  }

  /** In how many pieces the rows of the output layer are cut. */
  int outputPieces(int rows) {
    return rowPieces(rows, OUTPUT_ROWS);
  }

  private int rowPieces(int rows, int most) {
    int pieces = pieces(rows, most);
    return Math.min(rows, independent ? threads * pieces(pieces, threads) : 2 * pieces(rows, LONG));
  }
}
