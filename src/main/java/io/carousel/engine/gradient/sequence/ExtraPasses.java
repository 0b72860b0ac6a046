package io.carousel.engine.gradient.sequence;

import io.carousel.engine.gradient.cell.DoubleWeights;
import io.carousel.engine.gradient.report.CostlyPart;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Which passes beside the ordinary ones an analysis makes, and over how much: as many sequences as
 * a bounded number of operations allows, at least one.
 *
 * @param jacobianSteps chosen steps (≤ {@value #MOST_JACOBIANS}); empty without the part
 * @param jacobianSequences how many sequences, the first ones
 * @param exponents Lyapunov exponents followed; 0 without the part
 * @param lyapunovSequences how many sequences, the first ones
 * @param warmUp steps before the exponents count
 * @param context whether contexts are shortened
 */
public record ExtraPasses(
    int[] jacobianSteps,
    int jacobianSequences,
    int exponents,
    int lyapunovSequences,
    int warmUp,
    boolean context) {
  private static final int MOST_JACOBIANS = 8;

  /** Multiplications; in products of matrices, some seven billion a second and core. */
  private static final double LYAPUNOV_WORK = 12e9;

  /** What the whole spectrum of one sequence may take before fewer exponents are followed. */
  private static final double WHOLE_SPECTRUM = 30e9;

  /** Multiplications; one vector at a time, some billion a second. */
  private static final double JACOBIAN_WORK = 0.8e9;

  /** For T steps of B sequences. */
  public static ExtraPasses of(
      DoubleWeights weights, int steps, int sequences, Set<CostlyPart> parts) {
    int n = weights.cell().states().size() * weights.hiddenSize();
    double layers = weights.layers();
    boolean jacobian = weights.recurrent() && parts.contains(CostlyPart.JACOBIAN);
    boolean lyapunov = weights.recurrent() && parts.contains(CostlyPart.LYAPUNOV);

    double matrix = 8.0 / 3 * n * n * n * layers;
    int chosen = (int) Math.clamp(JACOBIAN_WORK / matrix, 1, Math.min(steps, MOST_JACOBIANS));
    int spacing = steps / chosen;
    int[] at = IntStream.rangeClosed(1, chosen).map(i -> i * spacing - 1).toArray();

    int exponents = n;
    while (exponents > 1 && lyapunov(weights, n, exponents, steps) > WHOLE_SPECTRUM) {
      exponents = exponents * 3 / 4;
    }
    double sequence = lyapunov(weights, n, exponents, steps);
    return new ExtraPasses(
        jacobian ? at : new int[0],
        jacobian ? (int) Math.clamp(JACOBIAN_WORK / (matrix * chosen), 1, sequences) : 0,
        lyapunov ? exponents : 0,
        lyapunov ? (int) Math.clamp(LYAPUNOV_WORK / sequence, 1, sequences) : 0,
        steps / 4,
        parts.contains(CostlyPart.CONTEXT));
  }

  /** J V, R and Q of n×k, at every step of one sequence. */
  private static double lyapunov(DoubleWeights weights, int n, int k, int steps) {
    double h = weights.hiddenSize();
    return (n * h * k + 2.0 * n * k * k) * steps * weights.layers();
  }
}
