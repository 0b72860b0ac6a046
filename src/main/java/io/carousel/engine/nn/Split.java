package io.carousel.engine.nn;

import io.carousel.engine.kernel.Kernels;
import io.carousel.engine.kernel.Workers;

/** In which pieces the phases of a step are given to the threads. */
final class Split {
  /** Rows of (T,B) that one task of a row-wise phase takes. */
  static final int ROWS = 128;

  /** Rows of a weight matrix that one task computes the gradient of. */
  static final int WEIGHT_ROWS = 64;

  /** Rows of the table of distinct tokens that one task takes. */
  static final int TABLE_ROWS = 16;

  /** Lanes of a block in the time loop, where a row's bits depend on its neighbours. */
  private static final int LANES = 16;

  /** Rows of W_dec where there are too few for pieces of {@link #WEIGHT_ROWS}. */
  private static final int FEW_ROWS = 16;

  private Split() {}

  static int pieces(int total, int size) {
    return (total + size - 1) / size;
  }

  /** In how many blocks the lanes are cut in a time loop. */
  static int laneBlocks(Kernels kernels, Workers workers, int lanes) {
    return kernels.rowsIndependent() ? Math.min(workers.threads(), lanes) : pieces(lanes, LANES);
  }

  /** The first lane of a block. */
  static int firstLane(int lanes, int block, int blocks) {
    return (int) ((long) lanes * block / blocks);
  }

  /** Rows of W_dec (V,H) that one task computes the gradient of. */
  static int vocabularyRows(int vocabulary) {
    return vocabulary < 8 * WEIGHT_ROWS ? FEW_ROWS : WEIGHT_ROWS;
  }
}
