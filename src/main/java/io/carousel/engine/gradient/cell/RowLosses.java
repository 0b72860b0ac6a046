package io.carousel.engine.gradient.cell;

import io.carousel.engine.gradient.numerics.Softmax;
import java.util.Arrays;
import java.util.stream.IntStream;

/** Forward passes of many sequences side by side from zero states, for their losses alone. */
public final class RowLosses {
  private RowLosses() {}

  /**
   * Each row's loss: the sum over its scored steps, in nats.
   *
   * @param inputs token ids [T][R]
   * @param targets token ids [T][R]; −1 is not scored
   */
  public static double[] of(ModelWeights model, int[][] inputs, int[][] targets) {
    DoubleWeights weights = model.weights();
    int rows = inputs[0].length;
    if (!weights.recurrent()) {
      return IntStream.range(0, rows)
          .mapToDouble(
              row -> sum(SequenceTape.run(model, column(inputs, row), column(targets, row))))
          .toArray();
    }
    double[][] h = new double[weights.layers()][rows * weights.hiddenSize()];
    double[][] c = new double[weights.layers()][rows * weights.hiddenSize()];
    double[] losses = new double[rows];
    for (int t = 0; t < inputs.length; t++) {
      Stack stack = new Stack(model, model.embeddings(inputs[t]), rows);
      for (int layer = 0; layer < weights.layers(); layer++) {
        step(weights.cell(), model.layer(layer), stack.input(), h[layer], c[layer], rows);
        stack.add(h[layer]);
      }
      if (Arrays.stream(targets[t]).anyMatch(target -> target >= 0)) {
        addLosses(model.logits(stack.top(), rows), targets[t], losses);
      }
    }
    return losses;
  }

  private static double sum(SequenceTape tape) {
    return Arrays.stream(tape.losses).sum();
  }

  private static int[] column(int[][] rows, int column) {
    return Arrays.stream(rows).mapToInt(row -> row[column]).toArray();
  }

  private static void step(
      Cell cell, LayerWeights w, double[] x, double[] h, double[] c, int rows) {
    int hidden = w.hiddenSize();
    int gateRows = w.gateRows();
    double[] a = w.fromInput(x, rows);
    double[] u = w.fromState(h, rows);
    for (int row = 0; row < rows; row++) {
      CellStep step =
          cell.forward(
              Arrays.copyOfRange(a, row * gateRows, (row + 1) * gateRows),
              Arrays.copyOfRange(u, row * gateRows, (row + 1) * gateRows),
              Cell.NONE,
              Arrays.copyOfRange(h, row * hidden, (row + 1) * hidden),
              Arrays.copyOfRange(c, row * hidden, (row + 1) * hidden));
      System.arraycopy(step.h, 0, h, row * hidden, hidden);
      System.arraycopy(step.c, 0, c, row * hidden, step.c.length);
    }
  }

  private static void addLosses(double[] logits, int[] targets, double[] losses) {
    int vocabulary = logits.length / targets.length;
    for (int row = 0; row < targets.length; row++) {
      if (targets[row] >= 0) {
        Softmax softmax = Softmax.of(logits, row * vocabulary, vocabulary);
        losses[row] += softmax.loss(logits[row * vocabulary + targets[row]]);
      }
    }
  }
}
