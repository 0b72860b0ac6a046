package io.carousel.engine.gradient.report;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What clipping the gradient's norm does to a step (Pascanu, Mikolov and Bengio 2013): the loss
 * along a step of plain gradient descent, raw beside clipped. Where the loss has a cliff the raw
 * step leaps off it.
 *
 * @param learningRate of the step
 * @param threshold of the clip, a global norm
 * @param gradientNorm ‖dL/dθ‖₂ over all parameters, before the clip
 * @param clipped whether the norm is above the threshold
 * @param fractions of the whole step, from 0 to 1
 * @param rawLoss mean cross-entropy in nats after that fraction of −learningRate·gradient
 * @param clippedLoss the same for the clipped gradient
 * @param training what training has seen; null outside of it
 */
public record Clipping(
    double learningRate,
    double threshold,
    @Nullable Double gradientNorm,
    boolean clipped,
    List<Double> fractions,
    List<@Nullable Double> rawLoss,
    List<@Nullable Double> clippedLoss,
    @Nullable Training training,
    List<NonFinite> nonFinite) {

  /**
   * Norms before the clip over recent steps of training.
   *
   * @param steps how many
   * @param clippedShare share of them that were clipped
   * @param p50 median norm
   * @param p99 99 % quantile
   * @param max largest
   */
  public record Training(
      int steps,
      double clippedShare,
      @Nullable Double p50,
      @Nullable Double p99,
      @Nullable Double max,
      List<NonFinite> nonFinite) {}
}
