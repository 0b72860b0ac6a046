package io.carousel.engine.gradient.report;

import org.jspecify.annotations.Nullable;

/**
 * Fields of a job's {@code training} to change; null where one should stay.
 *
 * @param sequenceLength steps of a window
 * @param gradientClipping how to clip
 * @param optimizer how to step
 */
public record SuggestedTraining(
    @Nullable Integer sequenceLength,
    @Nullable Clipping gradientClipping,
    @Nullable SuggestedOptimizer optimizer) {

  /** The optimiser stays. */
  SuggestedTraining(@Nullable Integer sequenceLength, @Nullable Clipping gradientClipping) {
    this(sequenceLength, gradientClipping, null);
  }

  public static SuggestedTraining window(int steps) {
    return new SuggestedTraining(steps, null);
  }

  /** The gradient's global norm clipped to a threshold. */
  public static SuggestedTraining clip(double threshold) {
    return new SuggestedTraining(null, new Clipping("global_norm", threshold));
  }

  public static SuggestedTraining learningRate(String optimizer, double rate) {
    return new SuggestedTraining(null, null, new SuggestedOptimizer(optimizer, rate));
  }

  /**
   * Clipping.
   *
   * @param type {@code global_norm}
   */
  public record Clipping(String type, double threshold) {}

  /**
   * An optimiser.
   *
   * @param type such as {@code adam}
   */
  public record SuggestedOptimizer(String type, double learningRate) {}
}
