package io.carousel.engine.gradient.part;

import io.carousel.engine.gradient.cell.DoubleWeights;
import io.carousel.engine.gradient.numerics.Linear;
import io.carousel.engine.gradient.report.Flags;
import io.carousel.engine.gradient.report.StateGradient;
import io.carousel.engine.gradient.sequence.SequenceAnalysis;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** {@code state_gradient}. */
public final class StateGradientPart implements ReportPart<StateGradient> {
  private final List<String> states;
  private final double[][][] total; // [L][state](T)
  private final double[][][] lagZero; // [L][state](T)
  private final int[] scored; // (T)
  private int sequences;

  public StateGradientPart(DoubleWeights weights, int steps) {
    states = weights.paths();
    total = new double[weights.layers()][states.size()][steps];
    lagZero = new double[weights.layers()][states.size()][steps];
    scored = new int[steps];
  }

  @Override
  public void add(SequenceAnalysis sequence) {
    sequences++;
    for (int k = 0; k < scored.length; k++) {
      scored[k] += sequence.tape().scored[k] ? 1 : 0;
      for (int layer = 0; layer < total.length; layer++) {
        for (int state = 0; state < states.size(); state++) {
          total[layer][state][k] += Linear.norm(sequence.ordinary().stateGradient(layer, state, k));
          lagZero[layer][state][k] += sequence.sources().norms(layer, state).value(k, k);
        }
      }
    }
  }

  @Override
  public StateGradient build() {
    boolean[] measured = new boolean[scored.length];
    double[] all = new double[scored.length];
    double[] where = new double[scored.length];
    Arrays.fill(all, sequences);
    for (int k = 0; k < scored.length; k++) {
      measured[k] = scored[k] > 0;
      where[k] = scored[k];
    }
    List<StateGradient.Layer> layers = new ArrayList<>();
    for (int layer = 0; layer < total.length; layer++) {
      for (int state = 0; state < states.size(); state++) {
        Flags flags = new Flags();
        layers.add(
            new StateGradient.Layer(
                layer,
                states.get(state),
                flags.numbers("total", quotient(total[layer][state], all)),
                flags.numbers("lag_zero", quotient(lagZero[layer][state], where), measured),
                flags.list()));
      }
    }
    return new StateGradient(List.copyOf(layers));
  }

  private static double[] quotient(double[] sums, double[] counts) {
    double[] means = new double[sums.length];
    for (int i = 0; i < means.length; i++) {
      means[i] = sums[i] / counts[i];
    }
    return means;
  }
}
