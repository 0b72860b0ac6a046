package io.carousel.engine.kernel;

/**
 * Register-tiled matrix products.
 *
 * <p>B comes in panels as wide as a tile of C ({@link PanelMatrix}); {@link VectorTiles} computes
 * one tile at a time.
 *
 * <p>Every element of C is a sum over blocks of k in their order, each one chain of fused
 * multiply-adds over ascending k, whichever kernel computes it. So the bits of a row do not depend
 * on how many rows are multiplied together.
 */
final class VectorGemm {
  private static final int LANES = VectorKernels.SPECIES.length();

  /** Columns of a panel: two vectors. */
  static final int PANEL = 2 * LANES;

  /** Rows of a tile: 16 accumulators of the 32 registers of AVX-512 and NEON, 8 of AVX2's 16. */
  private static final int ROWS = LANES == 8 ? 4 : 8;

  /** Rows of A, in the transposed product, that are copied next to each other. */
  static final int TILE = 16;

  /** Rows of A that are copied at once: 4 tiles. */
  private static final int BLOCK = 4 * TILE;

  /** Steps of k at a time: so much of a panel stays in the first-level cache for all tiles. */
  private static final int DEPTH = 128;

  private static final ThreadLocal<float[]> BLOCK_OF_A =
      ThreadLocal.withInitial(() -> new float[DEPTH * BLOCK]);
  private static final ThreadLocal<float[]> TILE_OF_C =
      ThreadLocal.withInitial(() -> new float[8 * PANEL]);

  private VectorGemm() {}

  /** C (m,n) = A (m,k) · B (k,n), or C +=. */
  static void multiply(
      int m,
      float[] a,
      int ao,
      int lda,
      PanelMatrix b,
      float[] c,
      int co,
      int ldc,
      boolean accumulate) {
    int n = b.columns();
    for (int panel = 0; panel < b.panels(); panel++) {
      int column = panel * PANEL;
      int width = Math.min(PANEL, n - column);
      for (int from = 0; from < b.rows(); from += DEPTH) {
        int depth = Math.min(DEPTH, b.rows() - from);
        int b0 = b.index(panel, from);
        boolean add = accumulate || from > 0;
        for (int row = 0; row < m; ) {
          int rows = tileRows(m - row);
          int a0 = ao + row * lda + from;
          int c0 = co + row * ldc + column;
          tile(rows, width, depth, a, a0, lda, b.values, b0, c, c0, ldc, add);
          row += rows;
        }
      }
    }
  }

  /** C (m,n) = Aᵀ · B, or C +=, with A (k,m) and rows [bRow, bRow+k) of B. */
  static void multiplyTransposed(
      int m,
      int k,
      float[] a,
      int ao,
      int lda,
      PanelMatrix b,
      int bRow,
      float[] c,
      int co,
      int ldc,
      boolean accumulate) {
    float[] packed = BLOCK_OF_A.get();
    for (int from = 0; from < k; from += DEPTH) {
      int depth = Math.min(DEPTH, k - from);
      boolean add = accumulate || from > 0;
      for (int block = 0; block < m; block += BLOCK) {
        int end = Math.min(block + BLOCK, m);
        copyBlock(depth, end - block, a, ao + from * lda + block, lda, packed);
        for (int row = block; row < end; row += TILE) {
          int rows = Math.min(TILE, end - row);
          int tile = (row - block) * DEPTH;
          panels(rows, depth, packed, tile, b, bRow + from, c, co + row * ldc, ldc, add);
        }
      }
    }
  }

  /**
   * Copies (depth,rows) of A to tiles of (DEPTH,TILE). All tiles of a row at once: the rows of A
   * lie a page apart, and finding a page costs more than what is read from it.
   */
  private static void copyBlock(int depth, int rows, float[] a, int from, int lda, float[] packed) {
    for (int p = 0; p < depth; p++) {
      for (int row = 0; row < rows; row += TILE) {
        int count = Math.min(TILE, rows - row);
        System.arraycopy(a, from + p * lda + row, packed, row * DEPTH + p * TILE, count);
      }
    }
  }

  /** All columns of C for one tile of A. */
  private static void panels(
      int m,
      int k,
      float[] packed,
      int tile,
      PanelMatrix b,
      int bRow,
      float[] c,
      int co,
      int ldc,
      boolean accumulate) {
    int n = b.columns();
    for (int panel = 0; panel < b.panels(); panel++) {
      int column = panel * PANEL;
      int width = Math.min(PANEL, n - column);
      int b0 = b.index(panel, bRow);
      for (int row = 0; row < m; ) {
        int rows = tileRows(m - row);
        tilePacked(
            rows,
            width,
            k,
            packed,
            tile + row,
            b.values,
            b0,
            c,
            co + row * ldc + column,
            ldc,
            accumulate);
        row += rows;
      }
    }
  }

  /** The largest kernel that fits. */
  private static int tileRows(int left) {
    return left >= ROWS ? ROWS : Integer.highestOneBit(left);
  }

  /** One tile of C; a tile narrower than a panel goes through a buffer as wide as one. */
  private static void tile(
      int rows,
      int width,
      int k,
      float[] a,
      int a0,
      int lda,
      float[] b,
      int b0,
      float[] c,
      int c0,
      int ldc,
      boolean accumulate) {
    if (width == PANEL) {
      run(rows, k, a, a0, lda, b, b0, c, c0, ldc, accumulate);
    } else {
      float[] edge = TILE_OF_C.get();
      run(rows, k, a, a0, lda, b, b0, edge, 0, PANEL, false);
      copyEdge(rows, width, edge, c, c0, ldc, accumulate);
    }
  }

  private static void tilePacked(
      int rows,
      int width,
      int k,
      float[] a,
      int a0,
      float[] b,
      int b0,
      float[] c,
      int c0,
      int ldc,
      boolean accumulate) {
    if (width == PANEL) {
      runPacked(rows, k, a, a0, b, b0, c, c0, ldc, accumulate);
    } else {
      float[] edge = TILE_OF_C.get();
      runPacked(rows, k, a, a0, b, b0, edge, 0, PANEL, false);
      copyEdge(rows, width, edge, c, c0, ldc, accumulate);
    }
  }

  private static void copyEdge(
      int rows, int width, float[] edge, float[] c, int c0, int ldc, boolean accumulate) {
    for (int row = 0; row < rows; row++) {
      for (int j = 0; j < width; j++) {
        float value = edge[row * PANEL + j];
        int at = c0 + row * ldc + j;
        c[at] = accumulate ? c[at] + value : value;
      }
    }
  }

  private static void run(
      int rows,
      int k,
      float[] a,
      int a0,
      int lda,
      float[] b,
      int b0,
      float[] c,
      int c0,
      int ldc,
      boolean accumulate) {
    switch (rows) {
      case 8 -> VectorTiles.rows8(k, a, a0, lda, b, b0, c, c0, ldc, accumulate);
      case 4 -> VectorTiles.rows4(k, a, a0, lda, b, b0, c, c0, ldc, accumulate);
      case 2 -> VectorTiles.rows2(k, a, a0, lda, b, b0, c, c0, ldc, accumulate);
      default -> VectorTiles.rows1(k, a, a0, lda, b, b0, c, c0, ldc, accumulate);
    }
  }

  private static void runPacked(
      int rows,
      int k,
      float[] a,
      int a0,
      float[] b,
      int b0,
      float[] c,
      int c0,
      int ldc,
      boolean accumulate) {
    switch (rows) {
      case 8 -> VectorTiles.rows8Packed(k, a, a0, b, b0, c, c0, ldc, accumulate);
      case 4 -> VectorTiles.rows4Packed(k, a, a0, b, b0, c, c0, ldc, accumulate);
      case 2 -> VectorTiles.rows2Packed(k, a, a0, b, b0, c, c0, ldc, accumulate);
      default -> VectorTiles.rows1Packed(k, a, a0, b, b0, c, c0, ldc, accumulate);
    }
  }
}
