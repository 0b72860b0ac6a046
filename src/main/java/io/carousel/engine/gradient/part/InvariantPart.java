package io.carousel.engine.gradient.part;

import io.carousel.engine.gradient.cell.DoubleWeights;
import io.carousel.engine.gradient.numerics.Linear;
import io.carousel.engine.gradient.numerics.ScaledTriangle;
import io.carousel.engine.gradient.report.Invariant;
import io.carousel.engine.gradient.sequence.SequenceAnalysis;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code invariants}: what must hold between the passes, which take different ways. */
public final class InvariantPart implements ReportPart<List<Invariant>> {
  private static final double ROUNDING = 1e-10; // float64, some hundred steps
  private static final double DETERMINANT_ROUNDING = 1e-8; // what an ill-conditioned J leaves
  private static final double FLOAT_ROUNDING = 1e-4; // float32, some hundred steps

  private final DoubleWeights weights;
  private final @Nullable WeightLagPart byLag;
  private final GradientPart exact;
  private final @Nullable LyapunovPart lyapunov;
  private final double @Nullable [] production;
  private double adjointResidual;

  /**
   * Compares.
   *
   * @param byLag null of a network that is not recurrent
   * @param lyapunov null where it was not asked for
   * @param production the float32 engine's gradient of the mean loss, flat; null without
   */
  public InvariantPart(
      DoubleWeights weights,
      @Nullable WeightLagPart byLag,
      GradientPart exact,
      @Nullable LyapunovPart lyapunov,
      double @Nullable [] production) {
    this.weights = weights;
    this.byLag = byLag;
    this.exact = exact;
    this.lyapunov = lyapunov;
    this.production = production;
  }

  @Override
  public void add(SequenceAnalysis sequence) {
    int states = weights.paths().size();
    for (int layer = 0; layer < weights.layers(); layer++) {
      for (int state = 0; state < states; state++) {
        for (int k = 0; k < sequence.tape().steps; k++) {
          adjointResidual = Math.max(adjointResidual, residual(sequence, layer, state, k));
        }
      }
    }
  }

  /** Relative to Σ_t A[t,k], since the rows may cancel and leave their rounding. */
  private static double residual(SequenceAnalysis sequence, int layer, int state, int k) {
    ScaledTriangle norms = sequence.sources().norms(layer, state);
    double scale = 0;
    for (int t = k; t < norms.size(); t++) {
      scale += norms.value(t, k);
    }
    double distance =
        Linear.distance(
            sequence.sources().sum(layer, state, k),
            sequence.ordinary().stateGradient(layer, state, k));
    return relative(distance, scale);
  }

  @Override
  public List<Invariant> build() {
    List<Invariant> invariants = new ArrayList<>();
    invariants.add(
        Invariant.of(
            "adjoint_sums",
            "the gradients at a state, kept apart by loss source, add up to ordinary"
                + " back-propagation through time",
            adjointResidual,
            ROUNDING));
    if (byLag != null) {
      invariants.add(
          Invariant.of(
              "weight_gradient_sums",
              "the gradients in W_hh, kept apart by lag, add up to the whole gradient",
              weightResidual(byLag),
              ROUNDING));
    }
    Double residual = lyapunov != null && lyapunov.complete() ? lyapunov.residual() : null;
    if (residual != null) {
      invariants.add(
          Invariant.of(
              "lyapunov_sum",
              "the Lyapunov exponents add up to the mean of ln|det J|",
              residual,
              DETERMINANT_ROUNDING));
    }
    if (production != null) {
      double distance = Linear.distance(production, exact.gradient());
      invariants.add(
          Invariant.of(
              "production_gradient",
              "the float32 engine's gradient of all parameters agrees with the exact one",
              relative(distance, Linear.norm(exact.gradient())),
              FLOAT_ROUNDING));
    }
    return List.copyOf(invariants);
  }

  private double weightResidual(WeightLagPart lags) {
    double[] mean = exact.gradient();
    double largest = 0;
    for (int layer = 0; layer < weights.layers(); layer++) {
      int offset = weights.layout().entry("rnn.weight_hh_l" + layer).offset();
      double[] summed = lags.whole(layer);
      double[] whole = new double[summed.length];
      for (int i = 0; i < whole.length; i++) {
        whole[i] = mean[offset + i] * exact.scored();
      }
      double scale = lags.sumOfNorms(layer);
      largest = Math.max(largest, relative(Linear.distance(summed, whole), scale));
    }
    return largest;
  }

  private static double relative(double distance, double scale) {
    return distance == 0 ? 0 : distance / scale;
  }
}
