package io.carousel.engine.predict;

import io.carousel.engine.nn.Carry;
import io.carousel.engine.nn.LanguageModel;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Keeps the most likely continuations side by side, one in a lane. */
final class BeamSearch {
  private final LanguageModel model;
  private final int vocabulary;
  private final int lanes;

  /**
   * @param lanes the most lanes that the model takes at once
   */
  BeamSearch(LanguageModel model, int vocabulary, int lanes) {
    this.model = model;
    this.vocabulary = vocabulary;
    this.lanes = lanes;
  }

  /** A continuation, the lane of its state, and the tokens so far. */
  private record Hypothesis(int lane, int[] tokens, double logProbability) {
    Hypothesis extend(int token, double logProbability) {
      int[] longer = java.util.Arrays.copyOf(tokens, tokens.length + 1);
      longer[tokens.length] = token;
      return new Hypothesis(lane, longer, this.logProbability + logProbability);
    }
  }

  private static final Comparator<Hypothesis> MOST_LIKELY_FIRST =
      Comparator.comparingDouble(Hypothesis::logProbability).reversed();

  /**
   * The most likely continuation that the beam finds.
   *
   * @param carry state after the context, one lane
   * @param logits (V), what comes after it
   */
  Prediction.Continuation search(Carry carry, float[] logits, PredictionRequest request) {
    int width = Math.min(Math.min(request.beamWidth(), lanes), vocabulary);
    List<Hypothesis> beam = List.of(new Hypothesis(0, new int[0], 0));
    for (int step = 0; ; step++) {
      beam = extend(beam, logits, width);
      if (step + 1 == request.steps()) {
        Hypothesis best = beam.getFirst();
        return new Prediction.Continuation(best.tokens(), best.logProbability());
      }
      Carry next = model.newCarry(beam.size());
      int[] tokens = new int[beam.size()];
      for (int lane = 0; lane < beam.size(); lane++) {
        Hypothesis hypothesis = beam.get(lane);
        next.copyLane(lane, carry, hypothesis.lane());
        tokens[lane] = hypothesis.tokens()[step];
      }
      model.advance(1, beam.size(), tokens, next);
      logits = new float[beam.size() * vocabulary];
      model.logits(next, logits);
      carry = next;
      beam = inTheirLanes(beam);
    }
  }

  private List<Hypothesis> extend(List<Hypothesis> beam, float[] logits, int width) {
    List<Hypothesis> candidates = new ArrayList<>();
    for (Hypothesis hypothesis : beam) {
      double[] logProbabilities =
          Distribution.logSoftmax(logits, hypothesis.lane() * vocabulary, vocabulary, 1);
      for (int token = 0; token < vocabulary; token++) {
        candidates.add(hypothesis.extend(token, logProbabilities[token]));
      }
    }
    candidates.sort(MOST_LIKELY_FIRST);
    return new ArrayList<>(candidates.subList(0, Math.min(width, candidates.size())));
  }

  private static List<Hypothesis> inTheirLanes(List<Hypothesis> beam) {
    List<Hypothesis> moved = new ArrayList<>();
    for (int lane = 0; lane < beam.size(); lane++) {
      moved.add(new Hypothesis(lane, beam.get(lane).tokens(), beam.get(lane).logProbability()));
    }
    return moved;
  }
}
