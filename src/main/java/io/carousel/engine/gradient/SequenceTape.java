package io.carousel.engine.gradient;

import java.util.ArrayList;
import java.util.List;

/** The forward pass of one sequence from a zero state, with all that the backward passes need. */
final class SequenceTape {
  final int steps; // T
  final List<List<CellStep>> layers = new ArrayList<>(); // [L][T]
  final int[] inputs; // (T)
  final boolean[] scored; // (T)
  final double[] losses; // (T) cross-entropy in nats of each prediction, 0 where not scored
  final double[][] logits; // [T](V)
  final double[][] logitGradients; // [T](V) of each prediction's own loss; empty where not scored

  private SequenceTape(int[] inputs, int layerCount) {
    this.inputs = inputs;
    steps = inputs.length;
    scored = new boolean[steps];
    losses = new double[steps];
    logits = new double[steps][];
    logitGradients = new double[steps][];
    for (int layer = 0; layer < layerCount; layer++) {
      layers.add(new ArrayList<>(steps));
    }
  }

  /**
   * Runs a sequence.
   *
   * @param inputs token ids (T)
   * @param targets token ids (T); −1 is not scored
   */
  static SequenceTape run(ModelWeights model, int[] inputs, int[] targets) {
    DoubleWeights weights = model.weights();
    SequenceTape tape = new SequenceTape(inputs, weights.layers());
    int hidden = weights.hiddenSize();
    Cell cell = weights.cell();
    for (int t = 0; t < tape.steps; t++) {
      double[] x = model.embedding(inputs[t]);
      for (int layer = 0; layer < weights.layers(); layer++) {
        List<CellStep> past = tape.layers.get(layer);
        double[] zero = new double[hidden];
        CellStep step =
            cell.forward(
                model.layer(layer),
                x,
                t == 0 ? zero : past.getLast().h,
                t == 0 ? zero : past.getLast().c);
        past.add(step);
        x = step.h;
      }
      tape.predict(model, t, x, targets[t]);
    }
    return tape;
  }

  CellStep step(int layer, int t) {
    return layers.get(layer).get(t);
  }

  private void predict(ModelWeights model, int t, double[] h, int target) {
    logits[t] = model.logits(h);
    logitGradients[t] = Cell.NONE;
    scored[t] = target >= 0;
    if (target < 0) {
      return;
    }
    double largest = Double.NEGATIVE_INFINITY;
    for (double logit : logits[t]) {
      largest = Math.max(largest, logit);
    }
    double sum = 0;
    for (double logit : logits[t]) {
      sum += Math.exp(logit - largest);
    }
    double[] gradient = new double[logits[t].length];
    for (int v = 0; v < gradient.length; v++) {
      gradient[v] = Math.exp(logits[t][v] - largest) / sum - (v == target ? 1 : 0);
    }
    losses[t] = largest + Math.log(sum) - logits[t][target];
    logitGradients[t] = gradient;
  }
}
