package io.carousel.engine.predict;

import org.jspecify.annotations.Nullable;

/**
 * What comes after one context.
 *
 * @param logProbabilities (V), natural logarithms, after the temperature; they sum to 1 as
 *     probabilities
 * @param entropy of that distribution, in nats
 * @param continuation where more than one step was asked for, else null
 */
public record Prediction(
    double[] logProbabilities, double entropy, @Nullable Continuation continuation) {

  /**
   * A continuation of several tokens.
   *
   * @param tokens chosen token ids
   * @param logProbability of the whole continuation, in nats, at temperature 1
   */
  public record Continuation(int[] tokens, double logProbability) {}
}
