package io.carousel.engine.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import org.jspecify.annotations.Nullable;

/**
 * Tiles of a matrix product: C (rows,PANEL) = D + A (rows,k) · B (k,PANEL).
 *
 * <p>D is what a sum begins with: C itself, or one row for all (ldf = 0), or null for zeros.
 *
 * <p>One method for each number of rows, because the accumulators stay in registers only as local
 * variables: two vectors a row, two of B, and one to broadcast an element of A into. The stride of
 * B is a constant, so that the compiler takes the bounds checks out of the loop. Twelve
 * accumulators already hide the latency of a fused multiply-add; with fewer than eight the units
 * wait, so a caller cuts its rows into tiles of nearly the same height.
 */
final class VectorTiles {
  private static final VectorSpecies<Float> SPECIES = VectorLanes.SPECIES;
  private static final int LANES = SPECIES.length();

  /** Columns of a panel: two vectors. */
  static final int PANEL = 2 * LANES;

  /**
   * Rows of the highest tile: 12 accumulators of AVX2's 16 registers, 24 of AVX-512's 32, where a
   * panel that comes from a farther cache is then read half as often, and 16 of NEON's 32.
   */
  static final int MOST_ROWS = LANES == 8 ? 6 : LANES == 16 ? 12 : 8;

  private VectorTiles() {}

  /** A tile of any height up to {@link #MOST_ROWS}; strides and offsets in elements. */
  static void run(
      int rows,
      int k,
      float[] a,
      int a0,
      int lda,
      float[] b,
      int b0,
      float @Nullable [] from,
      int f0,
      int ldf,
      float[] c,
      int c0,
      int ldc) {
    switch (rows) {
      case 1 -> rows1(k, a, a0, b, b0, from, f0, c, c0);
      case 2 -> rows2(k, a, a0, lda, b, b0, from, f0, ldf, c, c0, ldc);
      case 3 -> rows3(k, a, a0, lda, b, b0, from, f0, ldf, c, c0, ldc);
      case 4 -> rows4(k, a, a0, lda, b, b0, from, f0, ldf, c, c0, ldc);
      case 5 -> rows5(k, a, a0, lda, b, b0, from, f0, ldf, c, c0, ldc);
      case 6 -> rows6(k, a, a0, lda, b, b0, from, f0, ldf, c, c0, ldc);
      case 7 -> rows7(k, a, a0, lda, b, b0, from, f0, ldf, c, c0, ldc);
      case 8 -> rows8(k, a, a0, lda, b, b0, from, f0, ldf, c, c0, ldc);
      default -> VectorTallTiles.run(rows, k, a, a0, lda, b, b0, from, f0, ldf, c, c0, ldc);
    }
  }

  /** Copies a row of a panel; a call to the library for so few elements would cost more. */
  static void copyRow(float[] source, int from, float[] target, int to) {
    FloatVector.fromArray(SPECIES, source, from).intoArray(target, to);
    FloatVector.fromArray(SPECIES, source, from + LANES).intoArray(target, to + LANES);
  }

  /**
   * Sums of the columns of a panel's block (k,PANEL), or sums += them; four rows side by side,
   * because a single chain of additions would wait for each of them.
   */
  static void sumRows(int k, float[] b, int b0, float[] sums, int to, boolean accumulate) {
    FloatVector s0 = FloatVector.zero(SPECIES);
    FloatVector t0 = FloatVector.zero(SPECIES);
    if (accumulate) {
      s0 = FloatVector.fromArray(SPECIES, sums, to);
      t0 = FloatVector.fromArray(SPECIES, sums, to + LANES);
    }
    FloatVector s1 = FloatVector.zero(SPECIES);
    FloatVector t1 = FloatVector.zero(SPECIES);
    FloatVector s2 = FloatVector.zero(SPECIES);
    FloatVector t2 = FloatVector.zero(SPECIES);
    FloatVector s3 = FloatVector.zero(SPECIES);
    FloatVector t3 = FloatVector.zero(SPECIES);
    int p = 0;
    for (; p + 3 < k; p += 4) {
      int at = b0 + p * PANEL;
      s0 = s0.add(FloatVector.fromArray(SPECIES, b, at));
      t0 = t0.add(FloatVector.fromArray(SPECIES, b, at + LANES));
      s1 = s1.add(FloatVector.fromArray(SPECIES, b, at + 1 * PANEL));
      t1 = t1.add(FloatVector.fromArray(SPECIES, b, at + 1 * PANEL + LANES));
      s2 = s2.add(FloatVector.fromArray(SPECIES, b, at + 2 * PANEL));
      t2 = t2.add(FloatVector.fromArray(SPECIES, b, at + 2 * PANEL + LANES));
      s3 = s3.add(FloatVector.fromArray(SPECIES, b, at + 3 * PANEL));
      t3 = t3.add(FloatVector.fromArray(SPECIES, b, at + 3 * PANEL + LANES));
    }
    for (; p < k; p++) {
      s0 = s0.add(FloatVector.fromArray(SPECIES, b, b0 + p * PANEL));
      t0 = t0.add(FloatVector.fromArray(SPECIES, b, b0 + p * PANEL + LANES));
    }
    s0.add(s1).add(s2.add(s3)).intoArray(sums, to);
    t0.add(t1).add(t2.add(t3)).intoArray(sums, to + LANES);
  }

  /**
   * One row of A with four panels that follow one another: C (1,4·PANEL). A single row has two sums
   * a panel, too few to keep the units busy; one token at a time this is all there is.
   *
   * @param panelStride from a panel to the next
   */
  static void row1Panels4(
      int k,
      float[] a,
      int a0,
      float[] b,
      int b0,
      int panelStride,
      float @Nullable [] from,
      int f0,
      float[] c,
      int c0) {
    int b1 = b0 + panelStride;
    int b2 = b1 + panelStride;
    int b3 = b2 + panelStride;
    FloatVector s0 = FloatVector.zero(SPECIES);
    FloatVector t0 = FloatVector.zero(SPECIES);
    FloatVector s1 = FloatVector.zero(SPECIES);
    FloatVector t1 = FloatVector.zero(SPECIES);
    FloatVector s2 = FloatVector.zero(SPECIES);
    FloatVector t2 = FloatVector.zero(SPECIES);
    FloatVector s3 = FloatVector.zero(SPECIES);
    FloatVector t3 = FloatVector.zero(SPECIES);
    for (int p = 0; p < k; p++) {
      FloatVector x = FloatVector.broadcast(SPECIES, a[a0 + p]);
      s0 = x.fma(FloatVector.fromArray(SPECIES, b, b0 + p * PANEL), s0);
      t0 = x.fma(FloatVector.fromArray(SPECIES, b, b0 + p * PANEL + LANES), t0);
      s1 = x.fma(FloatVector.fromArray(SPECIES, b, b1 + p * PANEL), s1);
      t1 = x.fma(FloatVector.fromArray(SPECIES, b, b1 + p * PANEL + LANES), t1);
      s2 = x.fma(FloatVector.fromArray(SPECIES, b, b2 + p * PANEL), s2);
      t2 = x.fma(FloatVector.fromArray(SPECIES, b, b2 + p * PANEL + LANES), t2);
      s3 = x.fma(FloatVector.fromArray(SPECIES, b, b3 + p * PANEL), s3);
      t3 = x.fma(FloatVector.fromArray(SPECIES, b, b3 + p * PANEL + LANES), t3);
    }
    if (from != null) {
      s0 = s0.add(FloatVector.fromArray(SPECIES, from, f0));
      t0 = t0.add(FloatVector.fromArray(SPECIES, from, f0 + LANES));
      s1 = s1.add(FloatVector.fromArray(SPECIES, from, f0 + 1 * PANEL));
      t1 = t1.add(FloatVector.fromArray(SPECIES, from, f0 + 1 * PANEL + LANES));
      s2 = s2.add(FloatVector.fromArray(SPECIES, from, f0 + 2 * PANEL));
      t2 = t2.add(FloatVector.fromArray(SPECIES, from, f0 + 2 * PANEL + LANES));
      s3 = s3.add(FloatVector.fromArray(SPECIES, from, f0 + 3 * PANEL));
      t3 = t3.add(FloatVector.fromArray(SPECIES, from, f0 + 3 * PANEL + LANES));
    }
    s0.intoArray(c, c0);
    t0.intoArray(c, c0 + LANES);
    s1.intoArray(c, c0 + 1 * PANEL);
    t1.intoArray(c, c0 + 1 * PANEL + LANES);
    s2.intoArray(c, c0 + 2 * PANEL);
    t2.intoArray(c, c0 + 2 * PANEL + LANES);
    s3.intoArray(c, c0 + 3 * PANEL);
    t3.intoArray(c, c0 + 3 * PANEL + LANES);
  }

  private static void rows1(
      int k,
      float[] a,
      int a0,
      float[] b,
      int b0,
      float @Nullable [] from,
      int f0,
      float[] c,
      int c0) {
    FloatVector s0 = FloatVector.zero(SPECIES);
    FloatVector t0 = FloatVector.zero(SPECIES);
    for (int p = 0; p < k; p++) {
      FloatVector left = FloatVector.fromArray(SPECIES, b, b0 + p * PANEL);
      FloatVector right = FloatVector.fromArray(SPECIES, b, b0 + p * PANEL + LANES);
      FloatVector x0 = FloatVector.broadcast(SPECIES, a[a0 + p]);
      s0 = x0.fma(left, s0);
      t0 = x0.fma(right, t0);
    }
    if (from != null) {
      s0 = s0.add(FloatVector.fromArray(SPECIES, from, f0));
      t0 = t0.add(FloatVector.fromArray(SPECIES, from, f0 + LANES));
    }
    s0.intoArray(c, c0);
    t0.intoArray(c, c0 + LANES);
  }

  private static void rows2(
      int k,
      float[] a,
      int a0,
      int lda,
      float[] b,
      int b0,
      float @Nullable [] from,
      int f0,
      int ldf,
      float[] c,
      int c0,
      int ldc) {
    int a1 = a0 + lda;
    int c1 = c0 + ldc;
    FloatVector s0 = FloatVector.zero(SPECIES);
    FloatVector t0 = FloatVector.zero(SPECIES);
    FloatVector s1 = FloatVector.zero(SPECIES);
    FloatVector t1 = FloatVector.zero(SPECIES);
    for (int p = 0; p < k; p++) {
      FloatVector left = FloatVector.fromArray(SPECIES, b, b0 + p * PANEL);
      FloatVector right = FloatVector.fromArray(SPECIES, b, b0 + p * PANEL + LANES);
      FloatVector x0 = FloatVector.broadcast(SPECIES, a[a0 + p]);
      s0 = x0.fma(left, s0);
      t0 = x0.fma(right, t0);
      FloatVector x1 = FloatVector.broadcast(SPECIES, a[a1 + p]);
      s1 = x1.fma(left, s1);
      t1 = x1.fma(right, t1);
    }
    if (from != null) {
      s0 = s0.add(FloatVector.fromArray(SPECIES, from, f0));
      t0 = t0.add(FloatVector.fromArray(SPECIES, from, f0 + LANES));
      s1 = s1.add(FloatVector.fromArray(SPECIES, from, f0 + ldf));
      t1 = t1.add(FloatVector.fromArray(SPECIES, from, f0 + ldf + LANES));
    }
    s0.intoArray(c, c0);
    t0.intoArray(c, c0 + LANES);
    s1.intoArray(c, c1);
    t1.intoArray(c, c1 + LANES);
  }

  private static void rows3(
      int k,
      float[] a,
      int a0,
      int lda,
      float[] b,
      int b0,
      float @Nullable [] from,
      int f0,
      int ldf,
      float[] c,
      int c0,
      int ldc) {
    int a1 = a0 + lda;
    int a2 = a1 + lda;
    int c1 = c0 + ldc;
    int c2 = c1 + ldc;
    FloatVector s0 = FloatVector.zero(SPECIES);
    FloatVector t0 = FloatVector.zero(SPECIES);
    FloatVector s1 = FloatVector.zero(SPECIES);
    FloatVector t1 = FloatVector.zero(SPECIES);
    FloatVector s2 = FloatVector.zero(SPECIES);
    FloatVector t2 = FloatVector.zero(SPECIES);
    for (int p = 0; p < k; p++) {
      FloatVector left = FloatVector.fromArray(SPECIES, b, b0 + p * PANEL);
      FloatVector right = FloatVector.fromArray(SPECIES, b, b0 + p * PANEL + LANES);
      FloatVector x0 = FloatVector.broadcast(SPECIES, a[a0 + p]);
      s0 = x0.fma(left, s0);
      t0 = x0.fma(right, t0);
      FloatVector x1 = FloatVector.broadcast(SPECIES, a[a1 + p]);
      s1 = x1.fma(left, s1);
      t1 = x1.fma(right, t1);
      FloatVector x2 = FloatVector.broadcast(SPECIES, a[a2 + p]);
      s2 = x2.fma(left, s2);
      t2 = x2.fma(right, t2);
    }
    if (from != null) {
      s0 = s0.add(FloatVector.fromArray(SPECIES, from, f0));
      t0 = t0.add(FloatVector.fromArray(SPECIES, from, f0 + LANES));
      s1 = s1.add(FloatVector.fromArray(SPECIES, from, f0 + ldf));
      t1 = t1.add(FloatVector.fromArray(SPECIES, from, f0 + ldf + LANES));
      s2 = s2.add(FloatVector.fromArray(SPECIES, from, f0 + 2 * ldf));
      t2 = t2.add(FloatVector.fromArray(SPECIES, from, f0 + 2 * ldf + LANES));
    }
    s0.intoArray(c, c0);
    t0.intoArray(c, c0 + LANES);
    s1.intoArray(c, c1);
    t1.intoArray(c, c1 + LANES);
    s2.intoArray(c, c2);
    t2.intoArray(c, c2 + LANES);
  }

  private static void rows4(
      int k,
      float[] a,
      int a0,
      int lda,
      float[] b,
      int b0,
      float @Nullable [] from,
      int f0,
      int ldf,
      float[] c,
      int c0,
      int ldc) {
    int a1 = a0 + lda;
    int a2 = a1 + lda;
    int a3 = a2 + lda;
    int c1 = c0 + ldc;
    int c2 = c1 + ldc;
    int c3 = c2 + ldc;
    FloatVector s0 = FloatVector.zero(SPECIES);
    FloatVector t0 = FloatVector.zero(SPECIES);
    FloatVector s1 = FloatVector.zero(SPECIES);
    FloatVector t1 = FloatVector.zero(SPECIES);
    FloatVector s2 = FloatVector.zero(SPECIES);
    FloatVector t2 = FloatVector.zero(SPECIES);
    FloatVector s3 = FloatVector.zero(SPECIES);
    FloatVector t3 = FloatVector.zero(SPECIES);
    for (int p = 0; p < k; p++) {
      FloatVector left = FloatVector.fromArray(SPECIES, b, b0 + p * PANEL);
      FloatVector right = FloatVector.fromArray(SPECIES, b, b0 + p * PANEL + LANES);
      FloatVector x0 = FloatVector.broadcast(SPECIES, a[a0 + p]);
      s0 = x0.fma(left, s0);
      t0 = x0.fma(right, t0);
      FloatVector x1 = FloatVector.broadcast(SPECIES, a[a1 + p]);
      s1 = x1.fma(left, s1);
      t1 = x1.fma(right, t1);
      FloatVector x2 = FloatVector.broadcast(SPECIES, a[a2 + p]);
      s2 = x2.fma(left, s2);
      t2 = x2.fma(right, t2);
      FloatVector x3 = FloatVector.broadcast(SPECIES, a[a3 + p]);
      s3 = x3.fma(left, s3);
      t3 = x3.fma(right, t3);
    }
    if (from != null) {
      s0 = s0.add(FloatVector.fromArray(SPECIES, from, f0));
      t0 = t0.add(FloatVector.fromArray(SPECIES, from, f0 + LANES));
      s1 = s1.add(FloatVector.fromArray(SPECIES, from, f0 + ldf));
      t1 = t1.add(FloatVector.fromArray(SPECIES, from, f0 + ldf + LANES));
      s2 = s2.add(FloatVector.fromArray(SPECIES, from, f0 + 2 * ldf));
      t2 = t2.add(FloatVector.fromArray(SPECIES, from, f0 + 2 * ldf + LANES));
      s3 = s3.add(FloatVector.fromArray(SPECIES, from, f0 + 3 * ldf));
      t3 = t3.add(FloatVector.fromArray(SPECIES, from, f0 + 3 * ldf + LANES));
    }
    s0.intoArray(c, c0);
    t0.intoArray(c, c0 + LANES);
    s1.intoArray(c, c1);
    t1.intoArray(c, c1 + LANES);
    s2.intoArray(c, c2);
    t2.intoArray(c, c2 + LANES);
    s3.intoArray(c, c3);
    t3.intoArray(c, c3 + LANES);
  }

  private static void rows5(
      int k,
      float[] a,
      int a0,
      int lda,
      float[] b,
      int b0,
      float @Nullable [] from,
      int f0,
      int ldf,
      float[] c,
      int c0,
      int ldc) {
    int a1 = a0 + lda;
    int a2 = a1 + lda;
    int a3 = a2 + lda;
    int a4 = a3 + lda;
    int c1 = c0 + ldc;
    int c2 = c1 + ldc;
    int c3 = c2 + ldc;
    int c4 = c3 + ldc;
    FloatVector s0 = FloatVector.zero(SPECIES);
    FloatVector t0 = FloatVector.zero(SPECIES);
    FloatVector s1 = FloatVector.zero(SPECIES);
    FloatVector t1 = FloatVector.zero(SPECIES);
    FloatVector s2 = FloatVector.zero(SPECIES);
    FloatVector t2 = FloatVector.zero(SPECIES);
    FloatVector s3 = FloatVector.zero(SPECIES);
    FloatVector t3 = FloatVector.zero(SPECIES);
    FloatVector s4 = FloatVector.zero(SPECIES);
    FloatVector t4 = FloatVector.zero(SPECIES);
    for (int p = 0; p < k; p++) {
      FloatVector left = FloatVector.fromArray(SPECIES, b, b0 + p * PANEL);
      FloatVector right = FloatVector.fromArray(SPECIES, b, b0 + p * PANEL + LANES);
      FloatVector x0 = FloatVector.broadcast(SPECIES, a[a0 + p]);
      s0 = x0.fma(left, s0);
      t0 = x0.fma(right, t0);
      FloatVector x1 = FloatVector.broadcast(SPECIES, a[a1 + p]);
      s1 = x1.fma(left, s1);
      t1 = x1.fma(right, t1);
      FloatVector x2 = FloatVector.broadcast(SPECIES, a[a2 + p]);
      s2 = x2.fma(left, s2);
      t2 = x2.fma(right, t2);
      FloatVector x3 = FloatVector.broadcast(SPECIES, a[a3 + p]);
      s3 = x3.fma(left, s3);
      t3 = x3.fma(right, t3);
      FloatVector x4 = FloatVector.broadcast(SPECIES, a[a4 + p]);
      s4 = x4.fma(left, s4);
      t4 = x4.fma(right, t4);
    }
    if (from != null) {
      s0 = s0.add(FloatVector.fromArray(SPECIES, from, f0));
      t0 = t0.add(FloatVector.fromArray(SPECIES, from, f0 + LANES));
      s1 = s1.add(FloatVector.fromArray(SPECIES, from, f0 + ldf));
      t1 = t1.add(FloatVector.fromArray(SPECIES, from, f0 + ldf + LANES));
      s2 = s2.add(FloatVector.fromArray(SPECIES, from, f0 + 2 * ldf));
      t2 = t2.add(FloatVector.fromArray(SPECIES, from, f0 + 2 * ldf + LANES));
      s3 = s3.add(FloatVector.fromArray(SPECIES, from, f0 + 3 * ldf));
      t3 = t3.add(FloatVector.fromArray(SPECIES, from, f0 + 3 * ldf + LANES));
      s4 = s4.add(FloatVector.fromArray(SPECIES, from, f0 + 4 * ldf));
      t4 = t4.add(FloatVector.fromArray(SPECIES, from, f0 + 4 * ldf + LANES));
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
  }

  private static void rows6(
      int k,
      float[] a,
      int a0,
      int lda,
      float[] b,
      int b0,
      float @Nullable [] from,
      int f0,
      int ldf,
      float[] c,
      int c0,
      int ldc) {
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
    FloatVector s0 = FloatVector.zero(SPECIES);
    FloatVector t0 = FloatVector.zero(SPECIES);
    FloatVector s1 = FloatVector.zero(SPECIES);
    FloatVector t1 = FloatVector.zero(SPECIES);
    FloatVector s2 = FloatVector.zero(SPECIES);
    FloatVector t2 = FloatVector.zero(SPECIES);
    FloatVector s3 = FloatVector.zero(SPECIES);
    FloatVector t3 = FloatVector.zero(SPECIES);
    FloatVector s4 = FloatVector.zero(SPECIES);
    FloatVector t4 = FloatVector.zero(SPECIES);
    FloatVector s5 = FloatVector.zero(SPECIES);
    FloatVector t5 = FloatVector.zero(SPECIES);
    for (int p = 0; p < k; p++) {
      FloatVector left = FloatVector.fromArray(SPECIES, b, b0 + p * PANEL);
      FloatVector right = FloatVector.fromArray(SPECIES, b, b0 + p * PANEL + LANES);
      FloatVector x0 = FloatVector.broadcast(SPECIES, a[a0 + p]);
      s0 = x0.fma(left, s0);
      t0 = x0.fma(right, t0);
      FloatVector x1 = FloatVector.broadcast(SPECIES, a[a1 + p]);
      s1 = x1.fma(left, s1);
      t1 = x1.fma(right, t1);
      FloatVector x2 = FloatVector.broadcast(SPECIES, a[a2 + p]);
      s2 = x2.fma(left, s2);
      t2 = x2.fma(right, t2);
      FloatVector x3 = FloatVector.broadcast(SPECIES, a[a3 + p]);
      s3 = x3.fma(left, s3);
      t3 = x3.fma(right, t3);
      FloatVector x4 = FloatVector.broadcast(SPECIES, a[a4 + p]);
      s4 = x4.fma(left, s4);
      t4 = x4.fma(right, t4);
      FloatVector x5 = FloatVector.broadcast(SPECIES, a[a5 + p]);
      s5 = x5.fma(left, s5);
      t5 = x5.fma(right, t5);
    }
    if (from != null) {
      s0 = s0.add(FloatVector.fromArray(SPECIES, from, f0));
      t0 = t0.add(FloatVector.fromArray(SPECIES, from, f0 + LANES));
      s1 = s1.add(FloatVector.fromArray(SPECIES, from, f0 + ldf));
      t1 = t1.add(FloatVector.fromArray(SPECIES, from, f0 + ldf + LANES));
      s2 = s2.add(FloatVector.fromArray(SPECIES, from, f0 + 2 * ldf));
      t2 = t2.add(FloatVector.fromArray(SPECIES, from, f0 + 2 * ldf + LANES));
      s3 = s3.add(FloatVector.fromArray(SPECIES, from, f0 + 3 * ldf));
      t3 = t3.add(FloatVector.fromArray(SPECIES, from, f0 + 3 * ldf + LANES));
      s4 = s4.add(FloatVector.fromArray(SPECIES, from, f0 + 4 * ldf));
      t4 = t4.add(FloatVector.fromArray(SPECIES, from, f0 + 4 * ldf + LANES));
      s5 = s5.add(FloatVector.fromArray(SPECIES, from, f0 + 5 * ldf));
      t5 = t5.add(FloatVector.fromArray(SPECIES, from, f0 + 5 * ldf + LANES));
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

  private static void rows7(
      int k,
      float[] a,
      int a0,
      int lda,
      float[] b,
      int b0,
      float @Nullable [] from,
      int f0,
      int ldf,
      float[] c,
      int c0,
      int ldc) {
    int a1 = a0 + lda;
    int a2 = a1 + lda;
    int a3 = a2 + lda;
    int a4 = a3 + lda;
    int a5 = a4 + lda;
    int a6 = a5 + lda;
    int c1 = c0 + ldc;
    int c2 = c1 + ldc;
    int c3 = c2 + ldc;
    int c4 = c3 + ldc;
    int c5 = c4 + ldc;
    int c6 = c5 + ldc;
    FloatVector s0 = FloatVector.zero(SPECIES);
    FloatVector t0 = FloatVector.zero(SPECIES);
    FloatVector s1 = FloatVector.zero(SPECIES);
    FloatVector t1 = FloatVector.zero(SPECIES);
    FloatVector s2 = FloatVector.zero(SPECIES);
    FloatVector t2 = FloatVector.zero(SPECIES);
    FloatVector s3 = FloatVector.zero(SPECIES);
    FloatVector t3 = FloatVector.zero(SPECIES);
    FloatVector s4 = FloatVector.zero(SPECIES);
    FloatVector t4 = FloatVector.zero(SPECIES);
    FloatVector s5 = FloatVector.zero(SPECIES);
    FloatVector t5 = FloatVector.zero(SPECIES);
    FloatVector s6 = FloatVector.zero(SPECIES);
    FloatVector t6 = FloatVector.zero(SPECIES);
    for (int p = 0; p < k; p++) {
      FloatVector left = FloatVector.fromArray(SPECIES, b, b0 + p * PANEL);
      FloatVector right = FloatVector.fromArray(SPECIES, b, b0 + p * PANEL + LANES);
      FloatVector x0 = FloatVector.broadcast(SPECIES, a[a0 + p]);
      s0 = x0.fma(left, s0);
      t0 = x0.fma(right, t0);
      FloatVector x1 = FloatVector.broadcast(SPECIES, a[a1 + p]);
      s1 = x1.fma(left, s1);
      t1 = x1.fma(right, t1);
      FloatVector x2 = FloatVector.broadcast(SPECIES, a[a2 + p]);
      s2 = x2.fma(left, s2);
      t2 = x2.fma(right, t2);
      FloatVector x3 = FloatVector.broadcast(SPECIES, a[a3 + p]);
      s3 = x3.fma(left, s3);
      t3 = x3.fma(right, t3);
      FloatVector x4 = FloatVector.broadcast(SPECIES, a[a4 + p]);
      s4 = x4.fma(left, s4);
      t4 = x4.fma(right, t4);
      FloatVector x5 = FloatVector.broadcast(SPECIES, a[a5 + p]);
      s5 = x5.fma(left, s5);
      t5 = x5.fma(right, t5);
      FloatVector x6 = FloatVector.broadcast(SPECIES, a[a6 + p]);
      s6 = x6.fma(left, s6);
      t6 = x6.fma(right, t6);
    }
    if (from != null) {
      s0 = s0.add(FloatVector.fromArray(SPECIES, from, f0));
      t0 = t0.add(FloatVector.fromArray(SPECIES, from, f0 + LANES));
      s1 = s1.add(FloatVector.fromArray(SPECIES, from, f0 + ldf));
      t1 = t1.add(FloatVector.fromArray(SPECIES, from, f0 + ldf + LANES));
      s2 = s2.add(FloatVector.fromArray(SPECIES, from, f0 + 2 * ldf));
      t2 = t2.add(FloatVector.fromArray(SPECIES, from, f0 + 2 * ldf + LANES));
      s3 = s3.add(FloatVector.fromArray(SPECIES, from, f0 + 3 * ldf));
      t3 = t3.add(FloatVector.fromArray(SPECIES, from, f0 + 3 * ldf + LANES));
      s4 = s4.add(FloatVector.fromArray(SPECIES, from, f0 + 4 * ldf));
      t4 = t4.add(FloatVector.fromArray(SPECIES, from, f0 + 4 * ldf + LANES));
      s5 = s5.add(FloatVector.fromArray(SPECIES, from, f0 + 5 * ldf));
      t5 = t5.add(FloatVector.fromArray(SPECIES, from, f0 + 5 * ldf + LANES));
      s6 = s6.add(FloatVector.fromArray(SPECIES, from, f0 + 6 * ldf));
      t6 = t6.add(FloatVector.fromArray(SPECIES, from, f0 + 6 * ldf + LANES));
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
    s6.intoArray(c, c6);
    t6.intoArray(c, c6 + LANES);
  }

  private static void rows8(
      int k,
      float[] a,
      int a0,
      int lda,
      float[] b,
      int b0,
      float @Nullable [] from,
      int f0,
      int ldf,
      float[] c,
      int c0,
      int ldc) {
    int a1 = a0 + lda;
    int a2 = a1 + lda;
    int a3 = a2 + lda;
    int a4 = a3 + lda;
    int a5 = a4 + lda;
    int a6 = a5 + lda;
    int a7 = a6 + lda;
    int c1 = c0 + ldc;
    int c2 = c1 + ldc;
    int c3 = c2 + ldc;
    int c4 = c3 + ldc;
    int c5 = c4 + ldc;
    int c6 = c5 + ldc;
    int c7 = c6 + ldc;
    FloatVector s0 = FloatVector.zero(SPECIES);
    FloatVector t0 = FloatVector.zero(SPECIES);
    FloatVector s1 = FloatVector.zero(SPECIES);
    FloatVector t1 = FloatVector.zero(SPECIES);
    FloatVector s2 = FloatVector.zero(SPECIES);
    FloatVector t2 = FloatVector.zero(SPECIES);
    FloatVector s3 = FloatVector.zero(SPECIES);
    FloatVector t3 = FloatVector.zero(SPECIES);
    FloatVector s4 = FloatVector.zero(SPECIES);
    FloatVector t4 = FloatVector.zero(SPECIES);
    FloatVector s5 = FloatVector.zero(SPECIES);
    FloatVector t5 = FloatVector.zero(SPECIES);
    FloatVector s6 = FloatVector.zero(SPECIES);
    FloatVector t6 = FloatVector.zero(SPECIES);
    FloatVector s7 = FloatVector.zero(SPECIES);
    FloatVector t7 = FloatVector.zero(SPECIES);
    for (int p = 0; p < k; p++) {
      FloatVector left = FloatVector.fromArray(SPECIES, b, b0 + p * PANEL);
      FloatVector right = FloatVector.fromArray(SPECIES, b, b0 + p * PANEL + LANES);
      FloatVector x0 = FloatVector.broadcast(SPECIES, a[a0 + p]);
      s0 = x0.fma(left, s0);
      t0 = x0.fma(right, t0);
      FloatVector x1 = FloatVector.broadcast(SPECIES, a[a1 + p]);
      s1 = x1.fma(left, s1);
      t1 = x1.fma(right, t1);
      FloatVector x2 = FloatVector.broadcast(SPECIES, a[a2 + p]);
      s2 = x2.fma(left, s2);
      t2 = x2.fma(right, t2);
      FloatVector x3 = FloatVector.broadcast(SPECIES, a[a3 + p]);
      s3 = x3.fma(left, s3);
      t3 = x3.fma(right, t3);
      FloatVector x4 = FloatVector.broadcast(SPECIES, a[a4 + p]);
      s4 = x4.fma(left, s4);
      t4 = x4.fma(right, t4);
      FloatVector x5 = FloatVector.broadcast(SPECIES, a[a5 + p]);
      s5 = x5.fma(left, s5);
      t5 = x5.fma(right, t5);
      FloatVector x6 = FloatVector.broadcast(SPECIES, a[a6 + p]);
      s6 = x6.fma(left, s6);
      t6 = x6.fma(right, t6);
      FloatVector x7 = FloatVector.broadcast(SPECIES, a[a7 + p]);
      s7 = x7.fma(left, s7);
      t7 = x7.fma(right, t7);
    }
    if (from != null) {
      s0 = s0.add(FloatVector.fromArray(SPECIES, from, f0));
      t0 = t0.add(FloatVector.fromArray(SPECIES, from, f0 + LANES));
      s1 = s1.add(FloatVector.fromArray(SPECIES, from, f0 + ldf));
      t1 = t1.add(FloatVector.fromArray(SPECIES, from, f0 + ldf + LANES));
      s2 = s2.add(FloatVector.fromArray(SPECIES, from, f0 + 2 * ldf));
      t2 = t2.add(FloatVector.fromArray(SPECIES, from, f0 + 2 * ldf + LANES));
      s3 = s3.add(FloatVector.fromArray(SPECIES, from, f0 + 3 * ldf));
      t3 = t3.add(FloatVector.fromArray(SPECIES, from, f0 + 3 * ldf + LANES));
      s4 = s4.add(FloatVector.fromArray(SPECIES, from, f0 + 4 * ldf));
      t4 = t4.add(FloatVector.fromArray(SPECIES, from, f0 + 4 * ldf + LANES));
      s5 = s5.add(FloatVector.fromArray(SPECIES, from, f0 + 5 * ldf));
      t5 = t5.add(FloatVector.fromArray(SPECIES, from, f0 + 5 * ldf + LANES));
      s6 = s6.add(FloatVector.fromArray(SPECIES, from, f0 + 6 * ldf));
      t6 = t6.add(FloatVector.fromArray(SPECIES, from, f0 + 6 * ldf + LANES));
      s7 = s7.add(FloatVector.fromArray(SPECIES, from, f0 + 7 * ldf));
      t7 = t7.add(FloatVector.fromArray(SPECIES, from, f0 + 7 * ldf + LANES));
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
    s6.intoArray(c, c6);
    t6.intoArray(c, c6 + LANES);
    s7.intoArray(c, c7);
    t7.intoArray(c, c7 + LANES);
  }
}
