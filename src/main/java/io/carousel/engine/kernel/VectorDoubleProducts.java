package io.carousel.engine.kernel;

import java.util.Arrays;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Products of doubles in tiles of {@value #ROWS} rows and two vectors, whose twelve sums stay in
 * registers, over blocks of k that stay in the first-level cache.
 *
 * <p>B is read front to back, from panels as wide as a tile and padded with zero columns. Whole
 * tiles of A's rows are read where they are; the last rows, and a transposed A, from a copy that is
 * padded with zero rows. So one loop serves all shapes; a tile over the edge of C is summed beside
 * it.
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
    double[] left = new double[0]; // [rows][DEPTH]

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
    boolean copied = columnStride != 1;
    double[] left = scratch.left(copied ? (m + ROWS) * DEPTH : ROWS * DEPTH);
    int whole = copied ? 0 : m / ROWS * ROWS; // rows that are read where they are
    for (int from = 0; from < k; from += DEPTH) {
      int depth = Math.min(DEPTH, k - from);
      int a0 = aOffset + from * columnStride;
      copyRows(whole, m, depth, a, a0, rowStride, columnStride, left);
      for (int first = 0; first < n; first += WIDTH) {
        int at = first * k + from * WIDTH;
        int columns = Math.min(WIDTH, n - first);
        for (int row = 0; row < m; row += ROWS) {
          int rows = Math.min(ROWS, m - row);
          int into = cOffset + row * cStride + first;
          double[] source = row < whole ? a : left;
          int begin = row < whole ? a0 + row * rowStride : (row - whole) * DEPTH;
          int stride = row < whole ? rowStride : DEPTH;
          if (columns == WIDTH && rows == ROWS) {
            tile(depth, source, begin, stride, right, at, c, into, cStride);
          } else if (columns == WIDTH && rows == 1) {
            row(depth, source, begin, right, at, c, into);
          } else {
            edge(depth, source, begin, stride, right, at, rows, columns, c, into, cStride, scratch);
          }
        }
      }
    }
  }

  /** Rows of A from one on, as many to fill the last tile, each of DEPTH places. */
  private static void copyRows(
      int from,
      int m,
      int depth,
      double[] a,
      int a0,
      int rowStride,
      int columnStride,
      double[] left) {
    int end = (m + ROWS - 1) / ROWS * ROWS;
    for (int row = from; row < end; row++) {
      int to = (row - from) * DEPTH;
      if (row >= m) {
        Arrays.fill(left, to, to + depth, 0);
      } else if (columnStride == 1) {
        System.arraycopy(a, a0 + row * rowStride, left, to, depth);
      } else {
        for (int p = 0; p < depth; p++) {
          left[to + p] = a[a0 + row * rowStride + p * columnStride];
        }
      }
    }
  }

  private static void edge(
      int depth,
      double[] left,
      int a0,
      int lda,
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
    tile(depth, left, a0, lda, right, b0, edge, 0, WIDTH);
    for (int i = 0; i < rows; i++) {
      System.arraycopy(edge, i * WIDTH, c, c0 + i * cStride, columns);
    }
  }

  /** C (1,WIDTH) += A (1,k) · B (k,WIDTH). */
  private static void row(int k, double[] a, int a0, double[] b, int b0, double[] c, int c0) {
    DoubleVector s0 = DoubleVector.fromArray(SPECIES, c, c0);
    DoubleVector t0 = DoubleVector.fromArray(SPECIES, c, c0 + LANES);
    for (int p = 0; p < k; p++) {
      DoubleVector x0 = DoubleVector.broadcast(SPECIES, a[a0 + p]);
      s0 = x0.fma(DoubleVector.fromArray(SPECIES, b, b0 + p * WIDTH), s0);
      t0 = x0.fma(DoubleVector.fromArray(SPECIES, b, b0 + p * WIDTH + LANES), t0);
    }
    s0.intoArray(c, c0);
    t0.intoArray(c, c0 + LANES);
  }

  /** C (ROWS,WIDTH) += A (ROWS,k) · B (k,WIDTH). */
  private static void tile(
      int k, double[] a, int a0, int lda, double[] b, int b0, double[] c, int c0, int ldc) {
    int a1 = a0 + lda;
    int a2 = a1 + lda;
    int a3 = a2 + lda;
    int a4 = a3 + lda;
    int a5 = a4 + lda;
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
      DoubleVector x0 = DoubleVector.broadcast(SPECIES, a[a0 + p]);
      s0 = x0.fma(left, s0);
      t0 = x0.fma(right, t0);
      DoubleVector x1 = DoubleVector.broadcast(SPECIES, a[a1 + p]);
      s1 = x1.fma(left, s1);
      t1 = x1.fma(right, t1);
      DoubleVector x2 = DoubleVector.broadcast(SPECIES, a[a2 + p]);
      s2 = x2.fma(left, s2);
      t2 = x2.fma(right, t2);
      DoubleVector x3 = DoubleVector.broadcast(SPECIES, a[a3 + p]);
      s3 = x3.fma(left, s3);
      t3 = x3.fma(right, t3);
      DoubleVector x4 = DoubleVector.broadcast(SPECIES, a[a4 + p]);
      s4 = x4.fma(left, s4);
      t4 = x4.fma(right, t4);
      DoubleVector x5 = DoubleVector.broadcast(SPECIES, a[a5 + p]);
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
