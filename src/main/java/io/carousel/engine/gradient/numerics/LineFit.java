package io.carousel.engine.gradient.numerics;

import org.jspecify.annotations.Nullable;

/**
 * Ordinary least squares of y on consecutive integers x.
 *
 * @param slope β
 * @param half half the width of its 95 % interval
 * @param rSquared share of the variance explained; 1 where y does not vary
 * @param from first x
 * @param to last x
 */
public record LineFit(double slope, double half, double rSquared, int from, int to) {

  /** The line through y[from..to]; null for fewer than three points. */
  public static @Nullable LineFit of(double[] y, int from, int to) {
    int n = to - from + 1;
    if (n < 3) {
      return null;
    }
    double meanX = (from + to) / 2.0;
    double meanY = 0;
    for (int x = from; x <= to; x++) {
      meanY += y[x] / n;
    }
    double xx = 0;
    double xy = 0;
    double yy = 0;
    for (int x = from; x <= to; x++) {
      xx += (x - meanX) * (x - meanX);
      xy += (x - meanX) * (y[x] - meanY);
      yy += (y[x] - meanY) * (y[x] - meanY);
    }
    double slope = xy / xx;
    double residual = 0;
    for (int x = from; x <= to; x++) {
      double e = y[x] - meanY - slope * (x - meanX);
      residual += e * e;
    }
    double half = Statistics.student(n - 2) * Math.sqrt(residual / (n - 2) / xx);
    // Rounding alone is no variance: a profile flat to fifteen digits is flat.
    double noise = 1e-26 * n * (1 + meanY * meanY);
    return new LineFit(slope, half, yy <= noise ? 1 : 1 - residual / yy, from, to);
  }

  public double lower() {
    return slope - half;
  }

  public double upper() {
    return slope + half;
  }

  /** Steps after which the exponential of the line has halved; infinite where it does not fall. */
  public double halfLife() {
    return slope < 0 ? Math.log(2) / -slope : Double.POSITIVE_INFINITY;
  }
}
