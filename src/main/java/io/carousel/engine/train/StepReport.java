package io.carousel.engine.train;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One optimiser step.
 *
 * @param step optimiser steps done, this one included
 * @param epoch epoch it belongs to, from 1
 * @param tokens scored predictions since the start
 * @param elapsedSeconds since the start
 * @param learningRate the rate used
 * @param loss mean cross-entropy of the batch in nats, before the step
 * @param gradientNorm global norm before the clip
 * @param clipped whether the clip changed the gradient
 * @param detail per parameter, or null where nobody asked
 */
public record StepReport(
    long step,
    int epoch,
    long tokens,
    double elapsedSeconds,
    double learningRate,
    double loss,
    double gradientNorm,
    boolean clipped,
    @Nullable List<ParameterReport> detail) {

  /**
   * One parameter at one step.
   *
   * @param name PyTorch's name
   * @param gradientNorm Euclidean norm of its gradient before the clip
   * @param updateRatioLog10 log₁₀(mean‖Δθ‖ / mean‖θ‖); NaN where the parameter is all zero
   */
  public record ParameterReport(String name, double gradientNorm, double updateRatioLog10) {}
}
