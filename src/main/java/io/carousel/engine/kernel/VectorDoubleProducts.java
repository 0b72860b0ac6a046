package io.carousel.engine.kernel;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Products of doubles in tiles of {@value #ROWS} rows and two vectors, whose twelve sums stay in
 * registers, over blocks of k that stay in the first-level cache.
 *
 * <p>Both sides are read front to back: B from panels as wide as a tile, padded with zero columns,
 * A from a copy of the tile's rows, padded with zero rows. So one loop serves all shapes; a tile
 * over the edge of C is summed beside it.
 */
final class VectorDoubleProducts extends DoubleProducts {
  private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();
  private static final int WIDTH = 2 * LANES;
  private static final int ROWS = 6;
  private static final int DEPTH = 2048 / WIDTH; // 16 KB of a panel

  private static final ThreadLocal<Scratch> SCRATCH = ThreadLocal.withInitial(Scratch::new);

  /** What a thread needs beside the operands. */
  private static final class Scratch {
    final double[] edge = new double[ROWS * WIDTH];
    double[] left = new double[0]; // [tile][DEPTH][ROWS]

    double[] left(int size) {
      if (left.length < size) {
        left = new double[size];
      }
      return left;
    }
  }

  /** {@code [panel][k][WIDTH]}. */
  static final class Panels extends DoubleOperand {
    final double[] values;

    Panels(int rows, int columns) {
      super(rows, columns);
      int panels = (columns + WIDTH - 1) / WIDTH;
      values = new double[Math.multiplyExact(Math.multiplyExact(panels, rows), WIDTH)];
    }
  }

  @Override
  DoubleOperand newOperand(
      double[] source, int offset, int stride, int k, int n, boolean transposed) {
    Panels panels = new Panels(k, n);
    for (int first = 0; first < n; first += WIDTH) {
      int used = Math.min(WIDTH, n - first);
      for (int p = 0; p < k; p++) {
        int to = first * k + p * WIDTH;
        if (transposed) {
          for (int j = 0; j < used; j++) {
            panels.values[to + j] = source[offset + (first + j) * stride + p];
          }
        } else {
          System.arraycopy(source, offset + p * stride + first, panels.values, to, used);
        }
      }
    }
    return panels;
  }

  @Override
  void addProduct(
      int m,
      double[] a,
      int aOffset,
      int rowStride,
      int columnStride,
      DoubleOperand b,
      double[] c,
      int cOffset,
      int cStride) {
    double[] right = ((Panels) b).values;
    int k = b.rows();
    int n = b.columns();
    Scratch scratch = SCRATCH.get();
    int tiles = (m + ROWS - 1) / ROWS;
    double[] left = scratch.left(tiles * ROWS * Math.min(k, DEPTH));
    for (int from = 0; from < k; from += DEPTH) {
      int depth = Math.min(DEPTH, k - from);
      copyRows(m, depth, a, aOffset + from * columnStride, rowStride, columnStride, left);
      for (int first = 0; first < n; first += WIDTH) {
        int at = first * k + from * WIDTH;
        for (int row = 0; row < m; row += ROWS) {
          int into = cOffset + row * cStride + first;
          if (row + ROWS <= m && first + WIDTH <= n) {
            tile(depth, left, row * depth, right, at, c, into, cStride);
          } else {
            int rows = Math.min(ROWS, m - row);
            int columns = Math.min(WIDTH, n - first);
            edge(depth, left, row * depth, right, at, rows, columns, c, into, cStride, scratch);
          }
        }
      }
    }
  }

  /** Rows of A tile by tile, {@code [tile][depth][ROWS]}. */
  private static void copyRows(
      int m, int depth, double[] a, int a0, int rowStride, int columnStride, double[] left) {
    for (int row = 0; row < m; row += ROWS) {
      int rows = Math.min(ROWS, m - row);
      int to = row * depth;
      for (int i = 0; i < ROWS; i++) {
        int source = a0 + (row + i) * rowStride;
        for (int p = 0; p < depth; p++) {
          left[to + p * ROWS + i] = i < rows ? a[source + p * columnStride] : 0;
        }
      }
    }
  }

  private static void edge(
      int depth,
      double[] left,
      int a0,
      double[] right,
      int b0,
      int rows,
      int columns,
      double[] c,
      int c0,
      int cStride,
      Scratch scratch) {
    double[] edge = scratch.edge;
    for (int i = 0; i < rows; i++) {
      System.arraycopy(c, c0 + i * cStride, edge, i * WIDTH, columns);
    }
    tile(depth, left, a0, right, b0, edge, 0, WIDTH);
    for (int i = 0; i < rows; i++) {
      System.arraycopy(edge, i * WIDTH, c, c0 + i * cStride, columns);
    }
  }

  /** C (ROWS,WIDTH) += A (k,ROWS)ᵀ · B (k,WIDTH). */
  private static void tile(
      int k, double[] a, int a0, double[] b, int b0, double[] c, int c0, int ldc) {
    int c1 = c0 + ldc;
    int c2 = c1 + ldc;
    int c3 = c2 + ldc;
    int c4 = c3 + ldc;
    int c5 = c4 + ldc;
    DoubleVector s0 = DoubleVector.fromArray(SPECIES, c, c0);
    DoubleVector t0 = DoubleVector.fromArray(SPECIES, c, c0 + LANES);
    DoubleVector s1 = DoubleVector.fromArray(SPECIES, c, c1);
    DoubleVector t1 = DoubleVector.fromArray(SPECIES, c, c1 + LANES);
    DoubleVector s2 = DoubleVector.fromArray(SPECIES, c, c2);
    DoubleVector t2 = DoubleVector.fromArray(SPECIES, c, c2 + LANES);
    DoubleVector s3 = DoubleVector.fromArray(SPECIES, c, c3);
    DoubleVector t3 = DoubleVector.fromArray(SPECIES, c, c3 + LANES);
    DoubleVector s4 = DoubleVector.fromArray(SPECIES, c, c4);
    DoubleVector t4 = DoubleVector.fromArray(SPECIES, c, c4 + LANES);
    DoubleVector s5 = DoubleVector.fromArray(SPECIES, c, c5);
    DoubleVector t5 = DoubleVector.fromArray(SPECIES, c, c5 + LANES);
    for (int p = 0; p < k; p++) {
      DoubleVector left = DoubleVector.fromArray(SPECIES, b, b0 + p * WIDTH);
      DoubleVector right = DoubleVector.fromArray(SPECIES, b, b0 + p * WIDTH + LANES);
      DoubleVector x0 = DoubleVector.broadcast(SPECIES, a[a0 + p * ROWS]);
      s0 = x0.fma(left, s0);
      t0 = x0.fma(right, t0);
      DoubleVector x1 = DoubleVector.broadcast(SPECIES, a[a0 + p * ROWS + 1]);
      s1 = x1.fma(left, s1);
      t1 = x1.fma(right, t1);
      DoubleVector x2 = DoubleVector.broadcast(SPECIES, a[a0 + p * ROWS + 2]);
      s2 = x2.fma(left, s2);
      t2 = x2.fma(right, t2);
      DoubleVector x3 = DoubleVector.broadcast(SPECIES, a[a0 + p * ROWS + 3]);
      s3 = x3.fma(left, s3);
      t3 = x3.fma(right, t3);
      DoubleVector x4 = DoubleVector.broadcast(SPECIES, a[a0 + p * ROWS + 4]);
      s4 = x4.fma(left, s4);
      t4 = x4.fma(right, t4);
      DoubleVector x5 = DoubleVector.broadcast(SPECIES, a[a0 + p * ROWS + 5]);
      s5 = x5.fma(left, s5);
      t5 = x5.fma(right, t5);
    }
    s0.intoArray(c, c0);
    t0.intoArray(c, c0 + LANES);
    s1.intoArray(c, c1);
    t1.intoArray(c, c1 + LANES);
    s2.intoArray(c, c2);
    t2.intoArray(c, c2 + LANES);
    s3.intoArray(c, c3);
    t3.intoArray(c, c3 + LANES);
    s4.intoArray(c, c4);
    t4.intoArray(c, c4 + LANES);
    s5.intoArray(c, c5);
    t5.intoArray(c, c5 + LANES);
  }
}
