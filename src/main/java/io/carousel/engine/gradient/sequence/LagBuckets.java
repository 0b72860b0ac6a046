package io.carousel.engine.gradient.sequence;

/** Octaves of lags: 0, 1, 2–3, 4–7, 8–15, … */
public final class LagBuckets {
  private LagBuckets() {}

  public static int count(int steps) {
    return of(steps - 1) + 1;
  }

  public static int of(int lag) {
    return Integer.SIZE - Integer.numberOfLeadingZeros(lag);
  }

  public static int first(int bucket) {
    return bucket == 0 ? 0 : 1 << (bucket - 1);
  }

  /** The last lag of a bucket that a window of that many steps has. */
  public static int last(int bucket, int steps) {
    return Math.min((1 << bucket) - 1, steps - 1);
  }
}
