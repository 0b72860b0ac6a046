package io.carousel.engine.train;

/**
 * Quantiles of the gradient norms of a run, however long, in bounded memory: norms are counted in
 * bins of 1/200 of a decade, so a quantile is right to 0.6 %. The greatest is exact.
 */
public final class NormQuantiles {
  private static final int PER_DECADE = 200;
  private static final int LOWEST = -40; // decades; what is beyond falls into the outermost bins
  private static final int HIGHEST = 40;

  private final long[] counts = new long[(HIGHEST - LOWEST) * PER_DECADE];
  private long count;
  private double max = Double.NaN;

  /** Counts a norm; one that is not finite is left out. */
  public void add(double norm) {
    if (!Double.isFinite(norm)) {
      return;
    }
    double place = (Math.log10(norm) - LOWEST) * PER_DECADE;
    counts[(int) Math.clamp(place, 0, counts.length - 1)]++;
    count++;
    max = max >= norm ? max : norm;
  }

  /** How many were counted. */
  public long count() {
    return count;
  }

  /** The greatest; NaN without any. */
  public double max() {
    return max;
  }

  /**
   * The norm that a share of all norms does not exceed; NaN without any.
   *
   * @param share in (0, 1]
   */
  public double quantile(double share) {
    if (count == 0) {
      return Double.NaN;
    }
    long wanted = (long) Math.ceil(share * count);
    int bin = 0;
    for (long seen = counts[0]; seen < wanted; seen += counts[bin]) {
      bin++;
    }
    return Math.min(max, Math.pow(10, LOWEST + (bin + 0.5) / PER_DECADE));
  }
}
