package io.carousel.engine.kernel;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Matrix products in tiles that stay in registers ({@link VectorTiles}) and blocks that stay in the
 * caches.
 *
 * <p>Every element of C is a sum over blocks of k in their order, each one chain of fused
 * multiply-adds over ascending k, whichever tile computes it. So the bits of a row do not depend on
 * how many rows are multiplied together.
 */
final class VectorGemm {
  /** Columns of a panel of B. */
  static final int PANEL = VectorTiles.PANEL;

  /**
   * Most steps of k at a time: 16 KB of a panel, half of a first-level cache, serve all tiles; with
   * 16 lanes 32 KB, because there C, read and written once a block, costs more than panels do.
   */
  private static final int DEPTH = Math.max(256, 4096 / PANEL);

  /**
   * Elements of A, 1 MB, that are near enough to be read again for each panel of B, while a panel
   * of C is finished in the first-level cache. A larger A is taken block of k by block, which reads
   * and writes all of C for each block.
   */
  private static final int NEAR = 1 << 18;

  /** Elements of sums that are added to, 512 KB, for which there is room in a near cache. */
  private static final int NEAR_SUMS = 1 << 17;

  /**
   * Panels of A, in the transposed product, that are copied at once: 256 bytes of a row or more.
   */
  private static final int GROUP = 4;

  private static final ThreadLocal<Scratch> SCRATCH = ThreadLocal.withInitial(Scratch::new);

  /** What a thread needs beside the operands; it only grows. */
  private static final class Scratch {
    final float[] edge = new float[VectorTiles.MOST_ROWS * PANEL];
    final float[] panels = new float[GROUP * DEPTH * PANEL];
    final float[] sums = new float[GROUP * PANEL];
    float[] result = new float[0];
    float touched;

    float[] result(int size) {
      if (result.length < size) {
        result = new float[size];
      }
      return result;
    }
  }

  private VectorGemm() {}

  // ---------------------------------------------------------------- C = D + A · B

  /** C (m,n) = D + A (m,k) · B (k,n), with D as in {@link VectorTiles}. */
  static void multiply(
      int m,
      float[] a,
      int ao,
      int lda,
      PanelMatrix b,
      float @Nullable [] d,
      int dof,
      int ldd,
      float[] c,
      int co,
      int ldc) {
    int step = depth(b.rows());
    int panel = 0;
    if (m == 1) {
      for (; (panel + 4) * PANEL <= b.columns(); panel += 4) {
        fourPanels(panel, a, ao, b, d, dof, c, co);
      }
    } else if (d != null && ldd > 0 && m * b.columns() <= NEAR_SUMS) {
      touch(m, b.columns(), d, dof, ldd);
    }
    if ((long) m * b.rows() <= NEAR) {
      for (; panel < b.panels(); panel++) {
        for (int from = 0; from < b.rows(); from += step) {
          block(m, a, ao, lda, b, panel, from, step, d, dof, ldd, c, co, ldc);
        }
      }
    } else {
      for (int from = 0; from < b.rows(); from += step) {
        for (int each = panel; each < b.panels(); each++) {
          block(m, a, ao, lda, b, each, from, step, d, dof, ldd, c, co, ldc);
        }
      }
    }
  }

  /**
   * Reads a matrix once row by row, which prefetching is good at; a tile reads a little of many
   * rows and would wait for each.
   */
  private static void touch(int rows, int columns, float[] x, int at, int stride) {
    int line = PackedMatrix.LINE;
    float s0 = 0; // four sums, as one would wait for each addition
    float s1 = 0;
    float s2 = 0;
    float s3 = 0;
    for (int row = 0; row < rows; row++) {
      int end = at + row * stride + columns;
      for (int j = end - columns; j + 3 * line < end; j += 4 * line) {
        s0 += x[j];
        s1 += x[j + line];
        s2 += x[j + 2 * line];
        s3 += x[j + 3 * line];
      }
    }
    SCRATCH.get().touched = s0 + s1 + s2 + s3; // or the compiler would leave the reading out
  }

  /** A block of one panel, {@code step} steps of k or what is left: the first begins with D. */
  private static void block(
      int m,
      float[] a,
      int ao,
      int lda,
      PanelMatrix b,
      int panel,
      int from,
      int step,
      float @Nullable [] d,
      int dof,
      int ldd,
      float[] c,
      int co,
      int ldc) {
    int depth = Math.min(step, b.rows() - from);
    if (from == 0) {
      onePanel(m, a, ao, lda, b, panel, 0, depth, d, dof, ldd, c, co, ldc);
    } else {
      onePanel(m, a, ao, lda, b, panel, from, depth, c, co, ldc, c, co, ldc);
    }
  }

  /** A block of one panel, {@code depth} steps of k from {@code from} on, times all rows of A. */
  private static void onePanel(
      int m,
      float[] a,
      int ao,
      int lda,
      PanelMatrix b,
      int panel,
      int from,
      int depth,
      float @Nullable [] d,
      int dof,
      int ldd,
      float[] c,
      int co,
      int ldc) {
    int column = panel * PANEL;
    int width = Math.min(PANEL, b.columns() - column);
    int b0 = b.index(panel, from);
    for (int row = 0; row < m; ) {
      int rows = height(m - row);
      int a0 = ao + row * lda + from;
      int d0 = dof + row * ldd + column;
      int c0 = co + row * ldc + column;
      if (width == PANEL) {
        VectorTiles.run(rows, depth, a, a0, lda, b.values, b0, d, d0, ldd, c, c0, ldc);
      } else {
        float[] edge = SCRATCH.get().edge;
        VectorTiles.run(rows, depth, a, a0, lda, b.values, b0, null, 0, 0, edge, 0, PANEL);
        copyEdge(rows, width, edge, d, d0, ldd, c, c0, ldc);
      }
      row += rows;
    }
  }

  /** A single row times four panels. */
  private static void fourPanels(
      int panel,
      float[] a,
      int ao,
      PanelMatrix b,
      float @Nullable [] d,
      int dof,
      float[] c,
      int co) {
    int column = panel * PANEL;
    int stride = b.capacity() * PANEL;
    int step = depth(b.rows());
    for (int from = 0; from < b.rows(); from += step) {
      int depth = Math.min(step, b.rows() - from);
      int b0 = b.index(panel, from);
      if (from == 0) {
        VectorTiles.row1Panels4(
            depth, a, ao, b.values, b0, stride, d, dof + column, c, co + column);
      } else {
        VectorTiles.row1Panels4(
            depth, a, ao + from, b.values, b0, stride, c, co + column, c, co + column);
      }
    }
  }

  /** A tile that is narrower than a panel, from the buffer that it was computed in. */
  private static void copyEdge(
      int rows,
      int width,
      float[] edge,
      float @Nullable [] d,
      int d0,
      int ldd,
      float[] c,
      int c0,
      int ldc) {
    for (int row = 0; row < rows; row++) {
      for (int j = 0; j < width; j++) {
        float value = edge[row * PANEL + j];
        c[c0 + row * ldc + j] = d == null ? value : d[d0 + row * ldd + j] + value;
      }
    }
  }

  /** Steps of k in a block, so that all blocks get nearly the same and none is a mere rest. */
  private static int depth(int k) {
    int blocks = Math.max(1, (k + DEPTH - 1) / DEPTH);
    return (k + blocks - 1) / blocks;
  }

  /** Rows of the next tile, so that all that are left get nearly the same. */
  private static int height(int left) {
    int tiles = (left + VectorTiles.MOST_ROWS - 1) / VectorTiles.MOST_ROWS;
    return (left + tiles - 1) / tiles;
  }

  // ---------------------------------------------------------------- C = Aᵀ · B

  /**
   * C (m,n) = Aᵀ · B, or C +=, with A (k,m) and rows [bRow, bRow+k) of B.
   *
   * <p>Computed as Cᵀ = Bᵀ · A: B is stored transposed, so that its rows are what a tile reads
   * along k, and blocks of A are copied to panels, which costs one copy for all of B. The sums of
   * A's columns, where they are wanted, are taken from the panels.
   */
  static void multiplyTransposed(
      int m,
      int k,
      float[] a,
      int ao,
      int lda,
      TransposedMatrix b,
      int bRow,
      float[] c,
      int co,
      int ldc,
      boolean accumulate,
      float @Nullable [] sums,
      int so) {
    int n = b.columns();
    int step = depth(k);
    Scratch scratch = SCRATCH.get();
    float[] result = scratch.result(GROUP * n * PANEL);
    for (int first = 0; first < m; first += GROUP * PANEL) {
      int columns = Math.min(GROUP * PANEL, m - first);
      for (int from = 0; from < k; from += step) {
        int depth = Math.min(step, k - from);
        copyPanels(depth, columns, a, ao + from * lda + first, lda, scratch.panels);
        for (int panel = 0; panel * PANEL < columns; panel++) {
          int b0 = panel * DEPTH * PANEL;
          int to = panel * n * PANEL;
          tileColumn(n, depth, b, bRow + from, scratch.panels, b0, result, to, from > 0);
          if (sums != null) {
            VectorTiles.sumRows(depth, scratch.panels, b0, scratch.sums, panel * PANEL, from > 0);
          }
        }
      }
      if (sums != null) {
        storeSums(columns, scratch.sums, sums, so + first, accumulate);
      }
      if (accumulate) {
        for (int j = 0; j < columns; j++) {
          int from = j / PANEL * n * PANEL + j % PANEL;
          addRow(n, result, from, c, co + (first + j) * ldc);
        }
      } else {
        for (int j = 0; j < columns; j += PANEL) {
          int width = Math.min(PANEL, columns - j);
          VectorTranspose.copy(n, width, result, j * n, PANEL, c, co + (first + j) * ldc, ldc);
        }
      }
    }
  }

  /** Copies (depth,columns) of A to panels of (DEPTH,PANEL), the last one filled up with zeros. */
  private static void copyPanels(
      int depth, int columns, float[] a, int from, int lda, float[] panels) {
    int whole = columns - columns % PANEL;
    for (int p = 0; p < depth; p++) {
      int row = from + p * lda;
      for (int j = 0; j < whole; j += PANEL) {
        VectorTiles.copyRow(a, row + j, panels, j * DEPTH + p * PANEL);
      }
      if (whole < columns) {
        int to = whole * DEPTH + p * PANEL;
        System.arraycopy(a, row + whole, panels, to, columns - whole);
        Arrays.fill(panels, to + columns - whole, to + PANEL, 0f);
      }
    }
  }

  private static void storeSums(
      int columns, float[] found, float[] sums, int to, boolean accumulate) {
    for (int j = 0; j < columns; j++) {
      sums[to + j] = accumulate ? sums[to + j] + found[j] : found[j];
    }
  }

  /** All n rows of Bᵀ times one panel, into (n,PANEL). */
  private static void tileColumn(
      int n,
      int depth,
      TransposedMatrix b,
      int bRow,
      float[] panels,
      int panel,
      float[] result,
      int to,
      boolean accumulate) {
    int stride = b.stride();
    for (int row = 0; row < n; ) {
      int rows = height(n - row);
      VectorTiles.run(
          rows,
          depth,
          b.values,
          row * stride + bRow,
          stride,
          panels,
          panel,
          accumulate ? result : null,
          to + row * PANEL,
          PANEL,
          result,
          to + row * PANEL,
          PANEL);
      row += rows;
    }
  }

  /** A column of a (n,PANEL) result to a row of C. */
  private static void addRow(int n, float[] result, int from, float[] c, int to) {
    for (int j = 0; j < n; j++) {
      c[to + j] += result[from + j * PANEL];
    }
  }
}
