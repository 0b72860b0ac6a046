package io.carousel.engine.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import org.jspecify.annotations.Nullable;

/**
 * The tiles of {@link VectorTiles} with more than eight rows, for machines with 32 registers of 16
 * lanes. A narrower machine has no use for them and never runs them.
 */
final class VectorTallTiles {
  private static final VectorSpecies<Float> SPECIES = VectorLanes.SPECIES;
  private static final int LANES = SPECIES.length();
  private static final int PANEL = VectorTiles.PANEL;

  private VectorTallTiles() {}

  /** A tile of 9 to 12 rows. */
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
      case 9 -> rows9(k, a, a0, lda, b, b0, from, f0, ldf, c, c0, ldc);
      case 10 -> rows10(k, a, a0, lda, b, b0, from, f0, ldf, c, c0, ldc);
      case 11 -> rows11(k, a, a0, lda, b, b0, from, f0, ldf, c, c0, ldc);
      case 12 -> rows12(k, a, a0, lda, b, b0, from, f0, ldf, c, c0, ldc);
      default -> throw new IllegalArgumentException("rows: expected 1 to 12, found " + rows);
    }
  }

  private static void rows9(
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
    int a8 = a7 + lda;
    int c1 = c0 + ldc;
    int c2 = c1 + ldc;
    int c3 = c2 + ldc;
    int c4 = c3 + ldc;
    int c5 = c4 + ldc;
    int c6 = c5 + ldc;
    int c7 = c6 + ldc;
    int c8 = c7 + ldc;
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
    FloatVector s8 = FloatVector.zero(SPECIES);
    FloatVector t8 = FloatVector.zero(SPECIES);
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
      FloatVector x8 = FloatVector.broadcast(SPECIES, a[a8 + p]);
      s8 = x8.fma(left, s8);
      t8 = x8.fma(right, t8);
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
      s8 = s8.add(FloatVector.fromArray(SPECIES, from, f0 + 8 * ldf));
      t8 = t8.add(FloatVector.fromArray(SPECIES, from, f0 + 8 * ldf + LANES));
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
    s8.intoArray(c, c8);
    t8.intoArray(c, c8 + LANES);
  }

  private static void rows10(
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
    int a8 = a7 + lda;
    int a9 = a8 + lda;
    int c1 = c0 + ldc;
    int c2 = c1 + ldc;
    int c3 = c2 + ldc;
    int c4 = c3 + ldc;
    int c5 = c4 + ldc;
    int c6 = c5 + ldc;
    int c7 = c6 + ldc;
    int c8 = c7 + ldc;
    int c9 = c8 + ldc;
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
    FloatVector s8 = FloatVector.zero(SPECIES);
    FloatVector t8 = FloatVector.zero(SPECIES);
    FloatVector s9 = FloatVector.zero(SPECIES);
    FloatVector t9 = FloatVector.zero(SPECIES);
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
      FloatVector x8 = FloatVector.broadcast(SPECIES, a[a8 + p]);
      s8 = x8.fma(left, s8);
      t8 = x8.fma(right, t8);
      FloatVector x9 = FloatVector.broadcast(SPECIES, a[a9 + p]);
      s9 = x9.fma(left, s9);
      t9 = x9.fma(right, t9);
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
      s8 = s8.add(FloatVector.fromArray(SPECIES, from, f0 + 8 * ldf));
      t8 = t8.add(FloatVector.fromArray(SPECIES, from, f0 + 8 * ldf + LANES));
      s9 = s9.add(FloatVector.fromArray(SPECIES, from, f0 + 9 * ldf));
      t9 = t9.add(FloatVector.fromArray(SPECIES, from, f0 + 9 * ldf + LANES));
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
    s8.intoArray(c, c8);
    t8.intoArray(c, c8 + LANES);
    s9.intoArray(c, c9);
    t9.intoArray(c, c9 + LANES);
  }

  private static void rows11(
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
    int a8 = a7 + lda;
    int a9 = a8 + lda;
    int a10 = a9 + lda;
    int c1 = c0 + ldc;
    int c2 = c1 + ldc;
    int c3 = c2 + ldc;
    int c4 = c3 + ldc;
    int c5 = c4 + ldc;
    int c6 = c5 + ldc;
    int c7 = c6 + ldc;
    int c8 = c7 + ldc;
    int c9 = c8 + ldc;
    int c10 = c9 + ldc;
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
    FloatVector s8 = FloatVector.zero(SPECIES);
    FloatVector t8 = FloatVector.zero(SPECIES);
    FloatVector s9 = FloatVector.zero(SPECIES);
    FloatVector t9 = FloatVector.zero(SPECIES);
    FloatVector s10 = FloatVector.zero(SPECIES);
    FloatVector t10 = FloatVector.zero(SPECIES);
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
      FloatVector x8 = FloatVector.broadcast(SPECIES, a[a8 + p]);
      s8 = x8.fma(left, s8);
      t8 = x8.fma(right, t8);
      FloatVector x9 = FloatVector.broadcast(SPECIES, a[a9 + p]);
      s9 = x9.fma(left, s9);
      t9 = x9.fma(right, t9);
      FloatVector x10 = FloatVector.broadcast(SPECIES, a[a10 + p]);
      s10 = x10.fma(left, s10);
      t10 = x10.fma(right, t10);
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
      s8 = s8.add(FloatVector.fromArray(SPECIES, from, f0 + 8 * ldf));
      t8 = t8.add(FloatVector.fromArray(SPECIES, from, f0 + 8 * ldf + LANES));
      s9 = s9.add(FloatVector.fromArray(SPECIES, from, f0 + 9 * ldf));
      t9 = t9.add(FloatVector.fromArray(SPECIES, from, f0 + 9 * ldf + LANES));
      s10 = s10.add(FloatVector.fromArray(SPECIES, from, f0 + 10 * ldf));
      t10 = t10.add(FloatVector.fromArray(SPECIES, from, f0 + 10 * ldf + LANES));
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
    s8.intoArray(c, c8);
    t8.intoArray(c, c8 + LANES);
    s9.intoArray(c, c9);
    t9.intoArray(c, c9 + LANES);
    s10.intoArray(c, c10);
    t10.intoArray(c, c10 + LANES);
  }

  private static void rows12(
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
    int a8 = a7 + lda;
    int a9 = a8 + lda;
    int a10 = a9 + lda;
    int a11 = a10 + lda;
    int c1 = c0 + ldc;
    int c2 = c1 + ldc;
    int c3 = c2 + ldc;
    int c4 = c3 + ldc;
    int c5 = c4 + ldc;
    int c6 = c5 + ldc;
    int c7 = c6 + ldc;
    int c8 = c7 + ldc;
    int c9 = c8 + ldc;
    int c10 = c9 + ldc;
    int c11 = c10 + ldc;
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
    FloatVector s8 = FloatVector.zero(SPECIES);
    FloatVector t8 = FloatVector.zero(SPECIES);
    FloatVector s9 = FloatVector.zero(SPECIES);
    FloatVector t9 = FloatVector.zero(SPECIES);
    FloatVector s10 = FloatVector.zero(SPECIES);
    FloatVector t10 = FloatVector.zero(SPECIES);
    FloatVector s11 = FloatVector.zero(SPECIES);
    FloatVector t11 = FloatVector.zero(SPECIES);
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
      FloatVector x8 = FloatVector.broadcast(SPECIES, a[a8 + p]);
      s8 = x8.fma(left, s8);
      t8 = x8.fma(right, t8);
      FloatVector x9 = FloatVector.broadcast(SPECIES, a[a9 + p]);
      s9 = x9.fma(left, s9);
      t9 = x9.fma(right, t9);
      FloatVector x10 = FloatVector.broadcast(SPECIES, a[a10 + p]);
      s10 = x10.fma(left, s10);
      t10 = x10.fma(right, t10);
      FloatVector x11 = FloatVector.broadcast(SPECIES, a[a11 + p]);
      s11 = x11.fma(left, s11);
      t11 = x11.fma(right, t11);
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
      s8 = s8.add(FloatVector.fromArray(SPECIES, from, f0 + 8 * ldf));
      t8 = t8.add(FloatVector.fromArray(SPECIES, from, f0 + 8 * ldf + LANES));
      s9 = s9.add(FloatVector.fromArray(SPECIES, from, f0 + 9 * ldf));
      t9 = t9.add(FloatVector.fromArray(SPECIES, from, f0 + 9 * ldf + LANES));
      s10 = s10.add(FloatVector.fromArray(SPECIES, from, f0 + 10 * ldf));
      t10 = t10.add(FloatVector.fromArray(SPECIES, from, f0 + 10 * ldf + LANES));
      s11 = s11.add(FloatVector.fromArray(SPECIES, from, f0 + 11 * ldf));
      t11 = t11.add(FloatVector.fromArray(SPECIES, from, f0 + 11 * ldf + LANES));
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
    s8.intoArray(c, c8);
    t8.intoArray(c, c8 + LANES);
    s9.intoArray(c, c9);
    t9.intoArray(c, c9 + LANES);
    s10.intoArray(c, c10);
    t10.intoArray(c, c10 + LANES);
    s11.intoArray(c, c11);
    t11.intoArray(c, c11 + LANES);
  }
}
