package io.carousel.engine.gradient.sequence;

import io.carousel.engine.gradient.cell.ModelWeights;
import io.carousel.engine.gradient.cell.RowLosses;
import io.carousel.engine.gradient.cell.SequenceTape;
import java.util.stream.IntStream;

/**
 * Losses of some of a sequence's predictions when only the last tokens are kept.
 *
 * @param predictions how many
 * @param full their summed loss from the beginning of the window
 * @param shortened their summed loss with the last 1, 2, 4, … tokens
 */
public record ContextSample(int predictions, double full, double[] shortened) {
  private static final int MOST_PREDICTIONS = 8;

  /** Of scored predictions spread evenly over the second half. */
  static ContextSample of(ModelWeights model, SequenceTape tape) {
    int half = tape.steps / 2;
    int[] scored = IntStream.range(half, tape.steps).filter(t -> tape.scored[t]).toArray();
    int count = Math.min(scored.length, MOST_PREDICTIONS);
    int[] chosen =
        IntStream.rangeClosed(1, count).map(i -> scored[i * scored.length / count - 1]).toArray();
    double[] shortened = new double[octaves(tape.steps)];
    for (int octave = 0; octave < shortened.length && count > 0; octave++) {
      shortened[octave] = loss(model, tape, chosen, 1 << octave);
    }
    double full = IntStream.of(chosen).mapToDouble(t -> tape.losses[t]).sum();
    return new ContextSample(count, full, shortened);
  }

  /** How many of 1, 2, 4, … tokens the first prediction of the second half has before it. */
  public static int octaves(int steps) {
    return Integer.SIZE - Integer.numberOfLeadingZeros(steps / 2 + 1);
  }

  private static double loss(ModelWeights model, SequenceTape tape, int[] chosen, int tokens) {
    int[][] inputs = new int[tokens][chosen.length];
    int[][] targets = new int[tokens][chosen.length];
    for (int i = 0; i < tokens; i++) {
      for (int row = 0; row < chosen.length; row++) {
        int t = chosen[row] - tokens + 1 + i;
        inputs[i][row] = tape.inputs[t];
        targets[i][row] = i == tokens - 1 ? tape.targets[t] : -1;
      }
    }
    double sum = 0;
    for (double loss : RowLosses.of(model, inputs, targets)) {
      sum += loss;
    }
    return sum;
  }
}
