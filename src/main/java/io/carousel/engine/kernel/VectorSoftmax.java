package io.carousel.engine.kernel;

import static io.carousel.engine.kernel.VectorLanes.FIRST;
import static io.carousel.engine.kernel.VectorLanes.LANES;
import static io.carousel.engine.kernel.VectorLanes.SPECIES;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;

/** Softmax and cross-entropy of one row. */
final class VectorSoftmax {
  // Lane j takes lane j + 8, j + 4, …; steps of a sum over the lanes in a fixed order.
  private static final VectorShuffle<Float> BY_8 = rotation(8);
  private static final VectorShuffle<Float> BY_4 = rotation(4);
  private static final VectorShuffle<Float> BY_2 = rotation(2);
  private static final VectorShuffle<Float> BY_1 = rotation(1);

  private VectorSoftmax() {}

  /** The logits become scale·∂loss/∂logits; returns −log p(target). */
  static float crossEntropy(int n, float[] logits, int at, int target, float scale) {
    float max = max(n, logits, at);
    float chosen = logits[at + target] - max;
    float sum = expSum(n, logits, at, max);
    scale(n, logits, at, scale / sum);
    logits[at + target] -= scale;
    return (float) Math.log(sum) - chosen;
  }

  /** NaN where one of them is. */
  private static float max(int n, float[] x, int at) {
    int whole = SPECIES.loopBound(n);
    FloatVector largest = FloatVector.broadcast(SPECIES, Float.NEGATIVE_INFINITY);
    for (int j = 0; j < whole; j += LANES) {
      largest = largest.max(FloatVector.fromArray(SPECIES, x, at + j));
    }
    float max = largest.reduceLanes(VectorOperators.MAX); // exact, so in any order
    for (int j = whole; j < n; j++) {
      max = Math.max(max, x[at + j]);
    }
    return max;
  }

  /** x becomes exp(x − max); returns the sum, taken lane by lane and then over the lanes. */
  private static float expSum(int n, float[] x, int at, float max) {
    int whole = SPECIES.loopBound(n);
    FloatVector sum = FloatVector.zero(SPECIES);
    for (int j = at; j < at + whole; j += LANES) {
      FloatVector e = VectorMath.exp(FloatVector.fromArray(SPECIES, x, j).sub(max));
      e.intoArray(x, j);
      sum = sum.add(e);
    }
    // Halves added to halves, because reduceLanes has no fixed order.
    if (LANES > 8) {
      sum = sum.add(sum.rearrange(BY_8));
    }
    if (LANES > 4) {
      sum = sum.add(sum.rearrange(BY_4));
    }
    sum = sum.add(sum.rearrange(BY_2));
    sum = sum.add(sum.rearrange(BY_1));
    return sum.lane(0) + expRest(n - whole, x, at + whole, max);
  }

  /** The same for fewer than a vector. */
  private static float expRest(int n, float[] x, int at, float max) {
    float sum = 0;
    if (n > 0) {
      VectorMask<Float> mask = FIRST[n];
      VectorMath.exp(FloatVector.fromArray(SPECIES, x, at, mask).sub(max)).intoArray(x, at, mask);
      for (int j = at; j < at + n; j++) {
        sum += x[j];
      }
    }
    return sum;
  }

  private static void scale(int n, float[] x, int at, float factor) {
    int whole = SPECIES.loopBound(n);
    for (int j = at; j < at + whole; j += LANES) {
      FloatVector.fromArray(SPECIES, x, j).mul(factor).intoArray(x, j);
    }
    for (int j = at + whole; j < at + n; j++) {
      x[j] *= factor;
    }
  }

  private static VectorShuffle<Float> rotation(int by) {
    return VectorShuffle.fromOp(SPECIES, lane -> (lane + by) % LANES);
  }
}
