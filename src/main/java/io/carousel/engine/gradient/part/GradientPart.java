package io.carousel.engine.gradient.part;

import io.carousel.engine.gradient.cell.DoubleWeights;
import io.carousel.engine.gradient.numerics.Linear;
import io.carousel.engine.gradient.report.Flags;
import io.carousel.engine.gradient.report.ParameterNorms;
import io.carousel.engine.gradient.sequence.SequenceAnalysis;
import io.carousel.engine.nn.ParameterLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** {@code parameters}, the loss, and the gradient of the mean loss itself. */
public final class GradientPart implements ReportPart<List<ParameterNorms>> {
  private final DoubleWeights weights;
  private final int scored;
  private final Map<String, Double> updateRatios;
  private final double[] gradient; // flat, of the mean loss
  private double loss;

  /**
   * Begins.
   *
   * @param updateRatios log₁₀, by parameter; those of training, if any
   */
  public GradientPart(DoubleWeights weights, int scored, Map<String, Double> updateRatios) {
    this.weights = weights;
    this.updateRatios = updateRatios;
    this.scored = scored;
    gradient = new double[weights.values().length];
  }

  @Override
  public void add(SequenceAnalysis sequence) {
    for (double each : sequence.tape().losses) {
      loss += each / scored;
    }
    double[] summed = sequence.ordinary().gradient();
    Linear.addScaled(1.0 / scored, summed, 0, gradient, 0, gradient.length);
  }

  public double loss() {
    return loss;
  }

  /** Number of scored predictions. */
  int scored() {
    return scored;
  }

  /** Of the mean loss, flat. */
  public double[] gradient() {
    return gradient;
  }

  @Override
  public List<ParameterNorms> build() {
    List<ParameterNorms> norms = new ArrayList<>();
    for (ParameterLayout.Entry entry : weights.layout().entries()) {
      Flags flags = new Flags();
      Double ratio = updateRatios.get(entry.name());
      double sum = 0;
      for (int i = entry.offset(); i < entry.offset() + entry.size(); i++) {
        sum += Math.abs(gradient[i]);
      }
      double value = Linear.norm(weights.values(), entry.offset(), entry.size());
      double size = Linear.norm(gradient, entry.offset(), entry.size());
      norms.add(
          new ParameterNorms(
              entry.name(),
              entry.shape(),
              flags.number("value_norm", value),
              flags.number("gradient_norm", size),
              flags.number("mean_absolute_gradient", sum / entry.size()),
              ratio == null ? null : flags.number("update_ratio_log10", ratio),
              flags.list()));
    }
    return List.copyOf(norms);
  }
}
