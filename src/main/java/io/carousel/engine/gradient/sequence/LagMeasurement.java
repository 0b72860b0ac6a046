package io.carousel.engine.gradient.sequence;

import io.carousel.engine.gradient.numerics.ScaledTriangle;
import io.carousel.engine.gradient.numerics.Statistics;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The lag matrix of one layer and state over all sequences. */
public final class LagMeasurement {
  public final int layer;
  public final String state;
  public final ScaledTriangle mean; // after finish(): over the sequences scored at t
  public final int[] scored; // (T) number of sequences scored at t
  final List<double[]> sequenceLogs = new ArrayList<>(); // per sequence (T): ln S_b(τ), NaN without
  public final List<ScaledTriangle> sequences = new ArrayList<>(); // where asked for
  public final List<boolean[]> sequenceScored = new ArrayList<>();

  public LagMeasurement(int layer, String state, int steps) {
    this.layer = layer;
    this.state = state;
    mean = new ScaledTriangle(steps);
    scored = new int[steps];
  }

  public void add(ScaledTriangle norms, boolean[] isScored, boolean keep) {
    mean.add(norms);
    for (int t = 0; t < scored.length; t++) {
      scored[t] += isScored[t] ? 1 : 0;
    }
    double[] logs = new double[scored.length];
    for (int lag = 0; lag < logs.length; lag++) {
      double[] diagonal = diagonal(norms, isScored, lag);
      logs[lag] = diagonal.length == 0 ? Double.NaN : Statistics.logMeanExp(diagonal);
    }
    sequenceLogs.add(logs);
    if (keep) {
      sequences.add(norms);
      sequenceScored.add(isScored);
    }
  }

  public void finish() {
    for (int t = 0; t < scored.length; t++) {
      if (scored[t] > 0) {
        mean.divideRow(t, scored[t]);
      }
    }
  }

  public boolean[] anyScored() {
    boolean[] any = new boolean[scored.length];
    for (int t = 0; t < any.length; t++) {
      any[t] = scored[t] > 0;
    }
    return any;
  }

  /** ln A[t,t−lag] of the mean for every t that is scored. */
  public double[] diagonal(int lag) {
    return diagonal(mean, anyScored(), lag);
  }

  /** ln of every entry of the mean. */
  double[] entries() {
    double[] logs = new double[scored.length * (scored.length + 1) / 2];
    int n = 0;
    for (int t = 0; t < scored.length; t++) {
      for (int k = 0; k <= t && scored[t] > 0; k++) {
        logs[n++] = mean.log(t, k);
      }
    }
    return Arrays.copyOf(logs, n);
  }

  private static double[] diagonal(ScaledTriangle norms, boolean[] isScored, int lag) {
    double[] logs = new double[isScored.length - lag];
    int n = 0;
    for (int t = lag; t < isScored.length; t++) {
      if (isScored[t]) {
        logs[n++] = norms.log(t, t - lag);
      }
    }
    return Arrays.copyOf(logs, n);
  }
}
