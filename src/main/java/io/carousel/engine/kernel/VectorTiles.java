package io.carousel.engine.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The micro-kernels of {@link VectorGemm}: a tile of C of up to 8 rows and two vectors of columns,
 * computed in registers along the whole of k.
 *
 * <p>B is read front to back with a constant stride, which lets the compiler take the bounds checks
 * out of the loop; an element of A is broadcast, which costs no more than a load. There is one
 * method per number of rows, with its accumulators as local variables, because an array of vectors
 * would live in memory; and they are stored here and not in a helper, because a vector that is
 * passed to a method that is not inlined becomes an object, in every turn of the loop.
 */
final class VectorTiles {
  private static final VectorSpecies<Float> SPECIES = VectorKernels.SPECIES;
  private static final int LANES = SPECIES.length();
  private static final int PANEL = VectorGemm.PANEL;
  private static final int TILE = VectorGemm.TILE;

  private VectorTiles() {}

  // A row-major: row r of the tile begins at a0 + r·lda.

  static void rows8(
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
    if (accumulate) {
      s0.add(FloatVector.fromArray(SPECIES, c, c0)).intoArray(c, c0);
      t0.add(FloatVector.fromArray(SPECIES, c, c0 + LANES)).intoArray(c, c0 + LANES);
      s1.add(FloatVector.fromArray(SPECIES, c, c1)).intoArray(c, c1);
      t1.add(FloatVector.fromArray(SPECIES, c, c1 + LANES)).intoArray(c, c1 + LANES);
      s2.add(FloatVector.fromArray(SPECIES, c, c2)).intoArray(c, c2);
      t2.add(FloatVector.fromArray(SPECIES, c, c2 + LANES)).intoArray(c, c2 + LANES);
      s3.add(FloatVector.fromArray(SPECIES, c, c3)).intoArray(c, c3);
      t3.add(FloatVector.fromArray(SPECIES, c, c3 + LANES)).intoArray(c, c3 + LANES);
      s4.add(FloatVector.fromArray(SPECIES, c, c4)).intoArray(c, c4);
      t4.add(FloatVector.fromArray(SPECIES, c, c4 + LANES)).intoArray(c, c4 + LANES);
      s5.add(FloatVector.fromArray(SPECIES, c, c5)).intoArray(c, c5);
      t5.add(FloatVector.fromArray(SPECIES, c, c5 + LANES)).intoArray(c, c5 + LANES);
      s6.add(FloatVector.fromArray(SPECIES, c, c6)).intoArray(c, c6);
      t6.add(FloatVector.fromArray(SPECIES, c, c6 + LANES)).intoArray(c, c6 + LANES);
      s7.add(FloatVector.fromArray(SPECIES, c, c7)).intoArray(c, c7);
      t7.add(FloatVector.fromArray(SPECIES, c, c7 + LANES)).intoArray(c, c7 + LANES);
    } else {
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

  static void rows4(
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
    if (accumulate) {
      s0.add(FloatVector.fromArray(SPECIES, c, c0)).intoArray(c, c0);
      t0.add(FloatVector.fromArray(SPECIES, c, c0 + LANES)).intoArray(c, c0 + LANES);
      s1.add(FloatVector.fromArray(SPECIES, c, c1)).intoArray(c, c1);
      t1.add(FloatVector.fromArray(SPECIES, c, c1 + LANES)).intoArray(c, c1 + LANES);
      s2.add(FloatVector.fromArray(SPECIES, c, c2)).intoArray(c, c2);
      t2.add(FloatVector.fromArray(SPECIES, c, c2 + LANES)).intoArray(c, c2 + LANES);
      s3.add(FloatVector.fromArray(SPECIES, c, c3)).intoArray(c, c3);
      t3.add(FloatVector.fromArray(SPECIES, c, c3 + LANES)).intoArray(c, c3 + LANES);
    } else {
      s0.intoArray(c, c0);
      t0.intoArray(c, c0 + LANES);
      s1.intoArray(c, c1);
      t1.intoArray(c, c1 + LANES);
      s2.intoArray(c, c2);
      t2.intoArray(c, c2 + LANES);
      s3.intoArray(c, c3);
      t3.intoArray(c, c3 + LANES);
    }
  }

  static void rows2(
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
    if (accumulate) {
      s0.add(FloatVector.fromArray(SPECIES, c, c0)).intoArray(c, c0);
      t0.add(FloatVector.fromArray(SPECIES, c, c0 + LANES)).intoArray(c, c0 + LANES);
      s1.add(FloatVector.fromArray(SPECIES, c, c1)).intoArray(c, c1);
      t1.add(FloatVector.fromArray(SPECIES, c, c1 + LANES)).intoArray(c, c1 + LANES);
    } else {
      s0.intoArray(c, c0);
      t0.intoArray(c, c0 + LANES);
      s1.intoArray(c, c1);
      t1.intoArray(c, c1 + LANES);
    }
  }

  static void rows1(
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
    FloatVector s0 = FloatVector.zero(SPECIES);
    FloatVector t0 = FloatVector.zero(SPECIES);
    for (int p = 0; p < k; p++) {
      FloatVector left = FloatVector.fromArray(SPECIES, b, b0 + p * PANEL);
      FloatVector right = FloatVector.fromArray(SPECIES, b, b0 + p * PANEL + LANES);
      FloatVector x0 = FloatVector.broadcast(SPECIES, a[a0 + p]);
      s0 = x0.fma(left, s0);
      t0 = x0.fma(right, t0);
    }
    if (accumulate) {
      s0.add(FloatVector.fromArray(SPECIES, c, c0)).intoArray(c, c0);
      t0.add(FloatVector.fromArray(SPECIES, c, c0 + LANES)).intoArray(c, c0 + LANES);
    } else {
      s0.intoArray(c, c0);
      t0.intoArray(c, c0 + LANES);
    }
  }

  // A copied to (k,TILE): element (p,r) of the tile at a0 + p·TILE + r.

  static void rows8Packed(
      int k, float[] a, int a0, float[] b, int b0, float[] c, int c0, int ldc, boolean accumulate) {
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
      FloatVector x0 = FloatVector.broadcast(SPECIES, a[a0 + p * TILE]);
      s0 = x0.fma(left, s0);
      t0 = x0.fma(right, t0);
      FloatVector x1 = FloatVector.broadcast(SPECIES, a[a0 + p * TILE + 1]);
      s1 = x1.fma(left, s1);
      t1 = x1.fma(right, t1);
      FloatVector x2 = FloatVector.broadcast(SPECIES, a[a0 + p * TILE + 2]);
      s2 = x2.fma(left, s2);
      t2 = x2.fma(right, t2);
      FloatVector x3 = FloatVector.broadcast(SPECIES, a[a0 + p * TILE + 3]);
      s3 = x3.fma(left, s3);
      t3 = x3.fma(right, t3);
      FloatVector x4 = FloatVector.broadcast(SPECIES, a[a0 + p * TILE + 4]);
      s4 = x4.fma(left, s4);
      t4 = x4.fma(right, t4);
      FloatVector x5 = FloatVector.broadcast(SPECIES, a[a0 + p * TILE + 5]);
      s5 = x5.fma(left, s5);
      t5 = x5.fma(right, t5);
      FloatVector x6 = FloatVector.broadcast(SPECIES, a[a0 + p * TILE + 6]);
      s6 = x6.fma(left, s6);
      t6 = x6.fma(right, t6);
      FloatVector x7 = FloatVector.broadcast(SPECIES, a[a0 + p * TILE + 7]);
      s7 = x7.fma(left, s7);
      t7 = x7.fma(right, t7);
    }
    if (accumulate) {
      s0.add(FloatVector.fromArray(SPECIES, c, c0)).intoArray(c, c0);
      t0.add(FloatVector.fromArray(SPECIES, c, c0 + LANES)).intoArray(c, c0 + LANES);
      s1.add(FloatVector.fromArray(SPECIES, c, c1)).intoArray(c, c1);
      t1.add(FloatVector.fromArray(SPECIES, c, c1 + LANES)).intoArray(c, c1 + LANES);
      s2.add(FloatVector.fromArray(SPECIES, c, c2)).intoArray(c, c2);
      t2.add(FloatVector.fromArray(SPECIES, c, c2 + LANES)).intoArray(c, c2 + LANES);
      s3.add(FloatVector.fromArray(SPECIES, c, c3)).intoArray(c, c3);
      t3.add(FloatVector.fromArray(SPECIES, c, c3 + LANES)).intoArray(c, c3 + LANES);
      s4.add(FloatVector.fromArray(SPECIES, c, c4)).intoArray(c, c4);
      t4.add(FloatVector.fromArray(SPECIES, c, c4 + LANES)).intoArray(c, c4 + LANES);
      s5.add(FloatVector.fromArray(SPECIES, c, c5)).intoArray(c, c5);
      t5.add(FloatVector.fromArray(SPECIES, c, c5 + LANES)).intoArray(c, c5 + LANES);
      s6.add(FloatVector.fromArray(SPECIES, c, c6)).intoArray(c, c6);
      t6.add(FloatVector.fromArray(SPECIES, c, c6 + LANES)).intoArray(c, c6 + LANES);
      s7.add(FloatVector.fromArray(SPECIES, c, c7)).intoArray(c, c7);
      t7.add(FloatVector.fromArray(SPECIES, c, c7 + LANES)).intoArray(c, c7 + LANES);
    } else {
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

  static void rows4Packed(
      int k, float[] a, int a0, float[] b, int b0, float[] c, int c0, int ldc, boolean accumulate) {
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
      FloatVector x0 = FloatVector.broadcast(SPECIES, a[a0 + p * TILE]);
      s0 = x0.fma(left, s0);
      t0 = x0.fma(right, t0);
      FloatVector x1 = FloatVector.broadcast(SPECIES, a[a0 + p * TILE + 1]);
      s1 = x1.fma(left, s1);
      t1 = x1.fma(right, t1);
      FloatVector x2 = FloatVector.broadcast(SPECIES, a[a0 + p * TILE + 2]);
      s2 = x2.fma(left, s2);
      t2 = x2.fma(right, t2);
      FloatVector x3 = FloatVector.broadcast(SPECIES, a[a0 + p * TILE + 3]);
      s3 = x3.fma(left, s3);
      t3 = x3.fma(right, t3);
    }
    if (accumulate) {
      s0.add(FloatVector.fromArray(SPECIES, c, c0)).intoArray(c, c0);
      t0.add(FloatVector.fromArray(SPECIES, c, c0 + LANES)).intoArray(c, c0 + LANES);
      s1.add(FloatVector.fromArray(SPECIES, c, c1)).intoArray(c, c1);
      t1.add(FloatVector.fromArray(SPECIES, c, c1 + LANES)).intoArray(c, c1 + LANES);
      s2.add(FloatVector.fromArray(SPECIES, c, c2)).intoArray(c, c2);
      t2.add(FloatVector.fromArray(SPECIES, c, c2 + LANES)).intoArray(c, c2 + LANES);
      s3.add(FloatVector.fromArray(SPECIES, c, c3)).intoArray(c, c3);
      t3.add(FloatVector.fromArray(SPECIES, c, c3 + LANES)).intoArray(c, c3 + LANES);
    } else {
      s0.intoArray(c, c0);
      t0.intoArray(c, c0 + LANES);
      s1.intoArray(c, c1);
      t1.intoArray(c, c1 + LANES);
      s2.intoArray(c, c2);
      t2.intoArray(c, c2 + LANES);
      s3.intoArray(c, c3);
      t3.intoArray(c, c3 + LANES);
    }
  }

  static void rows2Packed(
      int k, float[] a, int a0, float[] b, int b0, float[] c, int c0, int ldc, boolean accumulate) {
    int c1 = c0 + ldc;
    FloatVector s0 = FloatVector.zero(SPECIES);
    FloatVector t0 = FloatVector.zero(SPECIES);
    FloatVector s1 = FloatVector.zero(SPECIES);
    FloatVector t1 = FloatVector.zero(SPECIES);
    for (int p = 0; p < k; p++) {
      FloatVector left = FloatVector.fromArray(SPECIES, b, b0 + p * PANEL);
      FloatVector right = FloatVector.fromArray(SPECIES, b, b0 + p * PANEL + LANES);
      FloatVector x0 = FloatVector.broadcast(SPECIES, a[a0 + p * TILE]);
      s0 = x0.fma(left, s0);
      t0 = x0.fma(right, t0);
      FloatVector x1 = FloatVector.broadcast(SPECIES, a[a0 + p * TILE + 1]);
      s1 = x1.fma(left, s1);
      t1 = x1.fma(right, t1);
    }
    if (accumulate) {
      s0.add(FloatVector.fromArray(SPECIES, c, c0)).intoArray(c, c0);
      t0.add(FloatVector.fromArray(SPECIES, c, c0 + LANES)).intoArray(c, c0 + LANES);
      s1.add(FloatVector.fromArray(SPECIES, c, c1)).intoArray(c, c1);
      t1.add(FloatVector.fromArray(SPECIES, c, c1 + LANES)).intoArray(c, c1 + LANES);
    } else {
      s0.intoArray(c, c0);
      t0.intoArray(c, c0 + LANES);
      s1.intoArray(c, c1);
      t1.intoArray(c, c1 + LANES);
    }
  }

  static void rows1Packed(
      int k, float[] a, int a0, float[] b, int b0, float[] c, int c0, int ldc, boolean accumulate) {
    FloatVector s0 = FloatVector.zero(SPECIES);
    FloatVector t0 = FloatVector.zero(SPECIES);
    for (int p = 0; p < k; p++) {
      FloatVector left = FloatVector.fromArray(SPECIES, b, b0 + p * PANEL);
      FloatVector right = FloatVector.fromArray(SPECIES, b, b0 + p * PANEL + LANES);
      FloatVector x0 = FloatVector.broadcast(SPECIES, a[a0 + p * TILE]);
      s0 = x0.fma(left, s0);
      t0 = x0.fma(right, t0);
    }
    if (accumulate) {
      s0.add(FloatVector.fromArray(SPECIES, c, c0)).intoArray(c, c0);
      t0.add(FloatVector.fromArray(SPECIES, c, c0 + LANES)).intoArray(c, c0 + LANES);
    } else {
      s0.intoArray(c, c0);
      t0.intoArray(c, c0 + LANES);
    }
  }
}
