package io.carousel.engine.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Vectors as wide as the machine is, and how a row that is not a multiple of them is read.
 *
 * <p>Loops run over whole vectors without a mask, because on machines without mask registers a
 * masked load costs several plain ones, and what is left goes through the same loop in a buffer.
 */
final class VectorLanes {
  /** The widest that the machine has; never wider, or every operation falls back to objects. */
  static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;

  static final int LANES = SPECIES.length();

  private static final ThreadLocal<float[]> BUFFER =
      ThreadLocal.withInitial(() -> new float[LANES]);

  private VectorLanes() {}

  static FloatVector load(float[] x, int at) {
    return FloatVector.fromArray(SPECIES, x, at);
  }

  /** This thread's room for a vector. */
  static float[] buffer() {
    return BUFFER.get();
  }

  /**
   * Fewer than a vector's elements in this thread's buffer of a whole one; what lies behind them
   * there is left over from before, and finite or not it stays in its lanes.
   */
  static float[] rest(int count, float[] x, int at) {
    float[] rest = buffer();
    copy(count, x, at, rest, 0);
    return rest;
  }

  /** Copies a few elements; a call to the library would cost more. */
  static void copy(int count, float[] x, int xo, float[] y, int yo) {
    for (int j = 0; j < count; j++) {
      y[yo + j] = x[xo + j];
    }
  }
}
