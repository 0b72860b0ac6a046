package io.carousel.engine.nn;

/**
 * Dropout between layers (Srivastava et al. 2014; between layers only: Zaremba et al. 2014).
 *
 * <p>Whether an activation is dropped is a hash of the seed, the layer and its place, so that
 * forward and backward agree without a stored mask, and no thread's order matters.
 */
final class Dropout {
  private final long threshold;
  private final float scale;

  Dropout(double probability) {
    threshold = (long) (probability * (1L << 53));
    scale = (float) (1 / (1 - probability));
  }

  /** y[i] = x[i] / (1−p), or 0, for i in [from, to); x from its offset. */
  void apply(long seed, int layer, float[] x, int xOffset, float[] y, int from, int to) {
    long key = mix(seed + 0x9e3779b97f4a7c15L * (layer + 1));
    for (int i = from; i < to; i++) {
      boolean kept = (mix(key + i) >>> 11) >= threshold;
      y[i] = kept ? x[xOffset + i] * scale : 0f;
    }
  }

  /** SplitMix64's finaliser (Steele, Lea and Flood 2014). */
  private static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
