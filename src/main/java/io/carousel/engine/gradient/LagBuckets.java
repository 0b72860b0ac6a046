package io.carousel.engine.gradient;

/** Octaves of lags: 0, 1, 2–3, 4–7, 8–15, … */
final class LagBuckets {
  private LagBuckets() {}

  static int count(int steps) {
    return of(steps - 1) + 1;
  }

  static int of(int lag) {
    return Integer.SIZE - Integer.numberOfLeadingZeros(lag);
  }

  static int first(int bucket) {
    return bucket == 0 ? 0 : 1 << (bucket - 1);
  }

  /** The last lag of a bucket that a window of that many steps has. */
  static int last(int bucket, int steps) {
    return Math.min((1 << bucket) - 1, steps - 1);
  }
}
