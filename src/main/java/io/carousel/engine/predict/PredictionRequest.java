package io.carousel.engine.predict;

import java.util.List;

/**
 * Asks what comes next.
 *
 * @param contexts 1..N sequences of token ids, each of at least one token
 * @param temperature divides the logits; above 0
 * @param steps tokens to continue with, at least 1
 * @param beamWidth continuations kept side by side, for {@link Strategy#BEAM}; 1–16
 * @param seed of {@link Strategy#SAMPLE}
 */
public record PredictionRequest(
    List<int[]> contexts,
    double temperature,
    int steps,
    Strategy strategy,
    int beamWidth,
    long seed) {

  public PredictionRequest {
    if (contexts.isEmpty()) {
      throw new IllegalArgumentException("inputs: expected at least 1 context, found 0");
    }
    for (int i = 0; i < contexts.size(); i++) {
      if (contexts.get(i).length == 0) {
        throw new IllegalArgumentException("inputs[" + i + "]: expected at least 1 token, found 0");
      }
    }
    if (!(temperature > 0 && temperature <= 100)) {
      throw new IllegalArgumentException(
          "temperature: expected a number above 0 and at most 100, found " + temperature);
    }
    if (steps < 1) {
      throw new IllegalArgumentException("steps: expected at least 1, found " + steps);
    }
    if (beamWidth < 1 || beamWidth > 16) {
      throw new IllegalArgumentException(
          "beam_width: expected a number from 1 to 16, found " + beamWidth);
    }
  }
}
