package io.carousel.engine.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;
import org.jspecify.annotations.Nullable;

/**
 * Vectors as wide as the machine is, and how a row that is not a multiple of them is read.
 *
 * <p>Loops run over whole vectors without a mask, and once more with one over what is left: on
 * machines without mask registers a masked load costs several plain ones.
 */
final class VectorLanes {
  /** The widest that the machine has; never wider, or every operation falls back to objects. */
  static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;

  static final int LANES = SPECIES.length();

  /** The first j lanes; made once, because a mask may be an object. */
  static final VectorMask<Float>[] FIRST = firstLanes();

  private VectorLanes() {}

  /** A whole vector, or with a mask its first lanes. */
  static FloatVector load(float[] x, int at, @Nullable VectorMask<Float> mask) {
    return mask == null
        ? FloatVector.fromArray(SPECIES, x, at)
        : FloatVector.fromArray(SPECIES, x, at, mask);
  }

  static void store(FloatVector v, float[] x, int at, @Nullable VectorMask<Float> mask) {
    if (mask == null) {
      v.intoArray(x, at);
    } else {
      v.intoArray(x, at, mask);
    }
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
