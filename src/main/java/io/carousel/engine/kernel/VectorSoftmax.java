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
    VectorMath.exp(n, logits, at, max, logits, at);
    float sum = sum(n, logits, at);
    scale(n, logits, at, scale / sum);
    logits[at + target] -= scale;
    return (float) Math.log(sum) - chosen;
  }

  /**
   * The largest that is a number; not NaN where one of them is NaN, which the sum will be. By
   * comparisons, because max has to see to the sign of zeros, and in two chains, because each of
   * them waits for the one before.
   */
  private static float max(int n, float[] x, int at) {
    int pairs = n - n % (2 * LANES);
    FloatVector even = FloatVector.broadcast(SPECIES, Float.NEGATIVE_INFINITY);
    FloatVector odd = even;
    for (int j = at; j < at + pairs; j += 2 * LANES) {
      FloatVector first = FloatVector.fromArray(SPECIES, x, j);
      FloatVector second = FloatVector.fromArray(SPECIES, x, j + LANES);
      even = even.blend(first, first.compare(VectorOperators.GT, even));
      odd = odd.blend(second, second.compare(VectorOperators.GT, odd));
    }
    float max = even.max(odd).reduceLanes(VectorOperators.MAX); // exact, so in any order
    for (int j = at + pairs; j < at + n; j++) {
      max = x[j] > max ? x[j] : max;
    }
    return max;
  }

  /** Taken lane by lane, and then over the lanes. */
  private static float sum(int n, float[] x, int at) {
    int whole = SPECIES.loopBound(n);
    FloatVector sum = FloatVector.zero(SPECIES);
    for (int j = at; j < at + whole; j += LANES) {
      sum = sum.add(FloatVector.fromArray(SPECIES, x, j));
    }
    float[] lanes = VectorLanes.buffer();
    sum.intoArray(lanes, 0);
    float total = 0;
    for (int j = 0; j < LANES; j += 4) { // in fours, as reduceLanes has no fixed order
      total += (lanes[j] + lanes[j + 1]) + (lanes[j + 2] + lanes[j + 3]);
    }
    for (int j = at + whole; j < at + n; j++) {
      total += x[j];
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
