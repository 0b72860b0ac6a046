package io.carousel.engine.gradient.sequence;

import io.carousel.engine.gradient.cell.Cell;
import io.carousel.engine.gradient.cell.CellStep;
import io.carousel.engine.gradient.cell.LayerWeights;
import io.carousel.engine.gradient.cell.ModelWeights;
import io.carousel.engine.gradient.cell.SequenceTape;
import io.carousel.engine.gradient.numerics.Householder;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * How one layer's tangent space stretches along one sequence: V ← J_t V with V made orthonormal
 * again every few steps (Benettin et al. 1980).
 *
 * @param stretches one for each orthonormalisation after the warm-up
 * @param sumLogAbsDeterminant Σ ln|det J_t| over the same steps
 */
public record LyapunovSample(List<Stretch> stretches, double sumLogAbsDeterminant) {
  /**
   * How far directions may grow apart before they are made orthonormal: rounding then costs them
   * about three of their sixteen digits.
   */
  private static final double MOST_SPREAD = Math.log(1e3);

  private static final int MOST_STEPS = 8;

  /**
   * Some steps.
   *
   * @param logs ln|R_ii| (k) over all of them
   */
  public record Stretch(int steps, double[] logs) {}

  /**
   * Follows a sequence.
   *
   * @param exponents k, the leading directions followed
   * @param warmUp steps that turn V and do not count
   */
  public static LyapunovSample of(
      ModelWeights model, SequenceTape tape, int layer, int exponents, int warmUp) {
    Cell cell = model.weights().cell();
    LayerWeights w = model.layer(layer);
    int n = cell.states().size() * model.weights().hiddenSize();
    double[] v = new SplittableRandom(1).doubles((long) n * exponents, -1, 1).toArray();
    Householder.orthonormalize(v, n, exponents);
    List<Stretch> stretches = new ArrayList<>();
    double determinants = 0;
    int pending = 0;
    int every = 1;
    for (int t = 0; t < tape.steps; t++) {
      CellStep step = tape.step(layer, t);
      v = cell.jacobian(step, w).times(v, exponents);
      pending++;
      if (t >= warmUp) {
        determinants += cell.logAbsDeterminant(step, w);
      }
      if (pending >= every || t == warmUp - 1 || t == tape.steps - 1) {
        double[] logs = resolved(Householder.orthonormalize(v, n, exponents));
        if (t >= warmUp) {
          stretches.add(new Stretch(pending, logs));
        }
        every = stepsUntilNext(logs, pending);
        pending = 0;
      }
    }
    return new LyapunovSample(stretches, determinants);
  }

  /**
   * What has shrunk below the rounding of the longest direction is gone, whatever is left of it.
   */
  private static double[] resolved(double[] logs) {
    double rounding = Math.log(logs.length * Math.ulp(1.0));
    double longest = Double.NEGATIVE_INFINITY;
    for (double log : logs) {
      longest = Math.max(longest, log);
    }
    for (int i = 0; i < logs.length; i++) {
      logs[i] = logs[i] < longest + rounding ? Double.NEGATIVE_INFINITY : logs[i];
    }
    return logs;
  }

  /** As many as keep the directions' lengths, and any of them to 1, within the spread. */
  private static int stepsUntilNext(double[] logs, int steps) {
    double lowest = 0;
    double highest = 0;
    for (double log : logs) {
      lowest = Math.min(lowest, log);
      highest = Math.max(highest, log);
    }
    double perStep = (highest - lowest) / steps;
    return perStep <= MOST_SPREAD // false for NaN
        ? (int) Math.clamp(MOST_SPREAD / perStep, 1, MOST_STEPS)
        : 1;
  }
}
