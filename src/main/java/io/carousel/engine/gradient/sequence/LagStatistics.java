package io.carousel.engine.gradient.sequence;

import io.carousel.engine.gradient.numerics.LineFit;
import io.carousel.engine.gradient.numerics.Statistics;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The lag profile of one layer and state, by natural logarithms. */
public final class LagStatistics {
  public final int layer;
  public final String state;
  // (T) steps over which a lag is averaged; the lists below are NaN where 0
  public final int[] count;
  public final double[] logMean; // ln S(τ)
  public final double[] logGeometricMean;
  public final double[] logP10;
  public final double[] logMedian;
  public final double[] logP90;
  public final double[] logRatio; // ln r(τ)
  public final double[] logRatioLower; // 95 % interval over the sequences; NaN for one
  public final double[] logRatioUpper;
  public final @Nullable LineFit fit;

  /** ln of p99/p50 of all entries of the lag matrix. */
  public final double logSpread;

  public LagStatistics(LagMeasurement measured) {
    layer = measured.layer;
    state = measured.state;
    int steps = measured.scored.length;
    double[][] diagonals =
        IntStream.range(0, steps).mapToObj(measured::diagonal).toArray(double[][]::new);
    count = IntStream.range(0, steps).map(lag -> diagonals[lag].length).toArray();
    logMean = map(diagonals, Statistics::logMeanExp);
    logGeometricMean = map(diagonals, Statistics::mean);
    logP10 = map(diagonals, logs -> Statistics.logQuantile(logs, 0.1));
    logMedian = map(diagonals, logs -> Statistics.logQuantile(logs, 0.5));
    logP90 = map(diagonals, logs -> Statistics.logQuantile(logs, 0.9));
    logRatio = new double[steps];
    logRatioLower = new double[steps];
    logRatioUpper = new double[steps];
    for (int lag = 0; lag < steps; lag++) {
      logRatio[lag] = logMean[lag] - logMean[0];
      interval(measured, lag);
    }
    fit = LineFit.of(logMean, Math.min(1, steps - 1), lastFitted());
    double[] entries = measured.entries();
    logSpread = Statistics.logQuantile(entries, 0.99) - Statistics.logQuantile(entries, 0.5);
  }

  /** The longest lag at which any prediction looks back. */
  public int longestLag() {
    int lag = count.length - 1;
    while (lag > 0 && count[lag] == 0) {
      lag--;
    }
    return lag;
  }

  /** (ΣS)²/ΣS². */
  public double memoryLength() {
    double[] logs = Arrays.copyOf(logMean, longestLag() + 1);
    double[] twice = Arrays.stream(logs).map(log -> 2 * log).toArray();
    return Math.exp(2 * Statistics.logSumExp(logs) - Statistics.logSumExp(twice));
  }

  /** The first lag with r(τ) below a level; null without. */
  public @Nullable Integer horizon(double level) {
    for (int lag = 0; lag <= longestLag(); lag++) {
      if (logRatio[lag] < Math.log(level)) {
        return lag;
      }
    }
    return null;
  }

  /** From the spread of ln r over the sequences, which are the independent draws. */
  private void interval(LagMeasurement measured, int lag) {
    double[] ratios =
        measured.sequenceLogs.stream()
            .mapToDouble(logs -> logs[lag] - logs[0])
            .filter(ratio -> !Double.isNaN(ratio))
            .toArray();
    double half = Statistics.halfInterval(ratios);
    logRatioLower[lag] = logRatio[lag] - half;
    logRatioUpper[lag] = logRatio[lag] + half;
    if (Double.isNaN(half) && ratios.length > 1) { // some sequence passes nothing at all
      logRatioLower[lag] = Double.NEGATIVE_INFINITY;
      logRatioUpper[lag] = Arrays.stream(ratios).max().orElseThrow();
    }
  }

  /** The last lag before one whose S is exactly zero, infinite or unknown. */
  private int lastFitted() {
    int lag = 0;
    while (lag + 1 < logMean.length && Double.isFinite(logMean[lag + 1])) {
      lag++;
    }
    return lag;
  }

  private interface Summary {
    double of(double[] logs);
  }

  private static double[] map(double[][] diagonals, Summary summary) {
    double[] values = new double[diagonals.length];
    for (int lag = 0; lag < values.length; lag++) {
      values[lag] = diagonals[lag].length == 0 ? Double.NaN : summary.of(diagonals[lag]);
    }
    return values;
  }
}
