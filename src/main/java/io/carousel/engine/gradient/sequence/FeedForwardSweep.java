package io.carousel.engine.gradient.sequence;

import io.carousel.engine.gradient.cell.FeedForwardPass;
import io.carousel.engine.gradient.cell.ModelWeights;
import io.carousel.engine.gradient.cell.SequenceTape;
import io.carousel.engine.gradient.numerics.Linear;
import io.carousel.engine.gradient.numerics.ScaledTriangle;
import java.util.ArrayList;
import java.util.List;

/**
 * Back-propagation of one sequence through layers that are not recurrent, with the loss sources
 * kept apart: one pass for each scored prediction, over the steps that it sees.
 */
final class FeedForwardSweep implements LossSources {
  private final List<ScaledTriangle> norms = new ArrayList<>(); // [L]
  private final double[][][] sums; // [L][T](E or H)

  private FeedForwardSweep(ModelWeights model, SequenceTape tape) {
    int layers = model.weights().layers();
    sums = new double[layers][tape.steps][];
    for (int layer = 0; layer < layers; layer++) {
      norms.add(new ScaledTriangle(tape.steps));
      for (int k = 0; k < tape.steps; k++) {
        sums[layer][k] = new double[model.inputWidth(layer)];
      }
    }
  }

  static FeedForwardSweep run(ModelWeights model, SequenceTape tape) {
    FeedForwardSweep sweep = new FeedForwardSweep(model, tape);
    for (int t = 0; t < tape.steps; t++) {
      if (tape.scored[t]) {
        sweep.add(t, FeedForwardPass.ofPrediction(model, tape, t));
      }
    }
    return sweep;
  }

  private void add(int t, FeedForwardPass pass) {
    for (int layer = 0; layer < sums.length; layer++) {
      double[] gradient = pass.input(layer);
      int width = sums[layer][0].length;
      for (int k = pass.first(); k <= t; k++) {
        int from = (k - pass.first()) * width;
        norms.get(layer).add(t, k, Linear.norm(gradient, from, width), 0);
        Linear.addScaled(1, gradient, from, sums[layer][k], 0, width);
      }
    }
  }

  @Override
  public ScaledTriangle norms(int layer, int state) {
    return norms.get(layer);
  }

  @Override
  public double[] sum(int layer, int state, int k) {
    return sums[layer][k];
  }
}
