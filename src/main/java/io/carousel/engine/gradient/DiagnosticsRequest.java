package io.carousel.engine.gradient;

import org.jspecify.annotations.Nullable;

/**
 * What to diagnose a model on.
 *
 * @param inputs token ids [T][B]
 * @param targets token ids [T][B] to predict at each step; −1 is not scored
 * @param requiredLag R, the number of steps over which the model is to learn; null for the longest
 *     lag that this window has
 * @param perSequence whether the report holds the lag matrix of each sequence beside their mean
 */
public record DiagnosticsRequest(
    int[][] inputs, int[][] targets, @Nullable Integer requiredLag, boolean perSequence) {

  public DiagnosticsRequest {
    TokenBatch.requireShape(inputs, targets);
    if (requiredLag != null && requiredLag < 1) {
      throw new IllegalArgumentException("required_lag: expected at least 1, found " + requiredLag);
    }
  }
}
