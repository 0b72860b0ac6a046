package io.carousel.engine.predict;

import io.carousel.engine.nn.Carry;
import io.carousel.engine.nn.LanguageModel;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Scores sequences side by side, window after window with the state carried: of a long one no more
 * than a window is held, and of its logits no more than a tile.
 */
final class Scorer {
  private final LanguageModel model;
  private final int lanes;
  private final int window;

  /**
   * @param lanes the most lanes that the model takes at once
   * @param window the most steps
   */
  Scorer(LanguageModel model, int lanes, int window) {
    this.model = model;
    this.lanes = lanes;
    this.window = window;
  }

  /** The scores, in the order of the sequences. */
  List<SequenceScore> score(List<int[]> sequences) {
    // Neighbours of about the same length have little padding.
    int[] order =
        IntStream.range(0, sequences.size())
            .boxed()
            .sorted(Comparator.comparingInt(i -> -sequences.get(i).length))
            .mapToInt(i -> i)
            .toArray();
    SequenceScore[] scores = new SequenceScore[sequences.size()];
    for (int first = 0; first < order.length; first += lanes) {
      int[] group = Arrays.copyOfRange(order, first, Math.min(first + lanes, order.length));
      List<SequenceScore> scored =
          Arrays.stream(group).mapToObj(i -> unscored(sequences.get(i))).toList();
      fill(scored);
      for (int lane = 0; lane < group.length; lane++) {
        scores[group[lane]] = scored.get(lane);
      }
    }
    return List.of(scores);
  }

  private static SequenceScore unscored(int[] sequence) {
    float[] logProbabilities = new float[sequence.length];
    int[] ranks = new int[sequence.length];
    logProbabilities[0] = Float.NaN;
    ranks[0] = -1;
    return new SequenceScore(sequence, logProbabilities, ranks);
  }

  /** Scores one group, the longest sequence first. */
  private void fill(List<SequenceScore> group) {
    int count = group.size();
    int predictions = group.getFirst().scored();
    Carry carry = model.newCarry(count);
    for (int from = 0; from < predictions; from += window) {
      int steps = Math.min(window, predictions - from);
      int[] inputs = new int[steps * count];
      int[] targets = new int[steps * count];
      for (int t = 0; t < steps; t++) {
        for (int lane = 0; lane < count; lane++) {
          int[] tokens = group.get(lane).tokens();
          boolean there = from + t + 1 < tokens.length;
          inputs[t * count + lane] = there ? tokens[from + t] : -1;
          targets[t * count + lane] = there ? tokens[from + t + 1] : -1;
        }
      }
      LanguageModel.Scores scores = model.score(steps, count, inputs, targets, carry);
      for (int place = 0; place < steps * count; place++) {
        if (targets[place] >= 0) {
          SequenceScore score = group.get(place % count);
          int at = from + place / count + 1;
          score.logProbabilities()[at] = -scores.losses()[place];
          score.ranks()[at] = scores.ranks()[place];
        }
      }
    }
  }
}
