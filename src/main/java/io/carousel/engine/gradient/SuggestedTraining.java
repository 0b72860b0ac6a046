package io.carousel.engine.gradient;

import org.jspecify.annotations.Nullable;

/**
 * Fields of a job's {@code training} to change; null where one should stay.
 *
 * @param sequenceLength steps of a window
 * @param gradientClipping how to clip
 */
public record SuggestedTraining(
    @Nullable Integer sequenceLength, @Nullable Clipping gradientClipping) {

  /**
   * Clipping.
   *
   * @param type {@code global_norm}
   */
  public record Clipping(String type, double threshold) {}
}
