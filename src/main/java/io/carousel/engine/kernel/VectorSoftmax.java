package io.carousel.engine.kernel;

import static io.carousel.engine.kernel.VectorLanes.LANES;
import static io.carousel.engine.kernel.VectorLanes.SPECIES;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/** Softmax and cross-entropy of one row. */
final class VectorSoftmax {
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
    float sum = expVectors(whole, x, at, max);
    if (whole < n) {
      float[] rest = VectorLanes.rest(n - whole, x, at + whole);
      expVectors(LANES, rest, 0, max);
      VectorLanes.copy(n - whole, rest, 0, x, at + whole);
      for (int j = 0; j < n - whole; j++) {
        sum += rest[j];
      }
    }
    return sum;
  }

  private static float expVectors(int n, float[] x, int at, float max) {
    FloatVector sum = FloatVector.zero(SPECIES);
    for (int j = at; j < at + n; j += LANES) {
      FloatVector e = VectorMath.exp(FloatVector.fromArray(SPECIES, x, j).sub(max));
      e.intoArray(x, j);
      sum = sum.add(e);
    }
    // Pairs of pairs, because reduceLanes has no fixed order. Here and not in a method of its own,
    // which might not be inlined.
    float total = (sum.lane(0) + sum.lane(1)) + (sum.lane(2) + sum.lane(3));
    if (LANES > 4) {
      total += (sum.lane(4) + sum.lane(5)) + (sum.lane(6) + sum.lane(7));
    }
    if (LANES > 8) {
      total += (sum.lane(8) + sum.lane(9)) + (sum.lane(10) + sum.lane(11));
      total += (sum.lane(12) + sum.lane(13)) + (sum.lane(14) + sum.lane(15));
    }
    return total;
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
}
