package io.carousel.engine.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/**
 * Vectors as wide as the machine is, and how a row that is not a multiple of them is read.
 *
 * <p>Loops run over whole vectors without a mask, and then over what is left: on machines without
 * mask registers a masked load costs several plain ones.
 */
final class VectorLanes {
  /** The widest that the machine has; never wider, or every operation falls back to objects. */
  static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;

  static final int LANES = SPECIES.length();

  /** The first j lanes; made once, because a mask may be an object. */
  static final VectorMask<Float>[] FIRST = firstLanes();

  private VectorLanes() {}

  static FloatVector load(float[] x, int at) {
    return FloatVector.fromArray(SPECIES, x, at);
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  private static VectorMask<Float>[] firstLanes() {
    VectorMask<Float>[] masks = new VectorMask[LANES];
    for (int count = 0; count < LANES; count++) {
      masks[count] = SPECIES.indexInRange(0, count);
    }
    return masks;
  }
}
