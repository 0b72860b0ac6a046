package io.carousel.engine.gradient;

import static org.assertj.core.api.Assertions.assertThat;

import io.carousel.engine.nn.Architecture;
import io.carousel.engine.nn.CellType;
import io.carousel.engine.nn.Initialization;
import io.carousel.engine.nn.Nonlinearity;
import io.carousel.engine.nn.ParameterLayout;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Oracle 6: the closed forms against differences of the forward pass alone. */
class CentralDifferenceTest {
  private static final double STEP = 1e-5;
  private static final double RELATIVE = 1e-6;
  private static final List<String> KINDS = List.of("rnn-tanh", "rnn-relu", "gru", "lstm");

  @ParameterizedTest
  @FieldSource("KINDS")
  void gradient_everyParameter_isTheSlopeOfTheLoss(String kind) {
    assertGradient(new ParameterLayout(architecture(kind, 2, false), 6));
  }

  @Test
  void gradient_tiedWeights_isTheSlopeOfTheLoss() {
    assertGradient(new ParameterLayout(architecture("lstm", 1, true), 6));
  }

  @ParameterizedTest
  @FieldSource("KINDS")
  void carry_rowsOfTheIdentity_areTheJacobianEntryByEntry(String kind) {
    ParameterLayout layout = new ParameterLayout(architecture(kind, 1, false), 6);
    DoubleWeights weights = new DoubleWeights(layout, Nets.uniform(layout, 11));
    LayerWeights w = weights.layer(0);
    Cell cell = weights.cell();
    int h = weights.hiddenSize();
    int size = cell.states().size() * h;
    double[] x = {0.3, -0.2, 0.5, 0.9};
    double[] state = {0.4, -0.7, 0.2, 0.6, 1.3, -0.8, 0.5, -1.1};
    state = Arrays.copyOf(state, size);

    AdjointRows rows = new AdjointRows(weights, size);
    for (int i = 0; i < size; i++) {
      rows.append();
      rows.state(i < h ? "h" : "c")[i * h + i % h] = 1;
    }
    CellStep step = step(cell, w, x, state, h);
    cell.backward(step, rows);
    cell.carry(step, w, rows);

    for (int j = 0; j < size; j++) {
      double[] up = after(cell, w, x, moved(state, j, STEP), h);
      double[] down = after(cell, w, x, moved(state, j, -STEP), h);
      for (int i = 0; i < size; i++) {
        double slope = (up[i] - down[i]) / (2 * STEP);
        double entry = rows.state(j < h ? "h" : "c")[i * h + j % h];
        assertThat(Math.abs(entry - slope))
            .as("∂s[%d]/∂s[%d] = %s, by differences %s", i, j, entry, slope)
            .isLessThanOrEqualTo(RELATIVE * Math.max(Math.abs(slope), 1e-3));
      }
    }
  }

  private static void assertGradient(ParameterLayout layout) {
    double[] values = Nets.uniform(layout, 5);
    int[][] inputs = Nets.tokens(7, 2, 6, 1);
    int[][] targets = Nets.tokens(7, 2, 6, 2);
    targets[3][1] = -1;
    double[] exact =
        ExactGradient.of(new DoubleWeights(layout, values), inputs, targets).gradient();
    for (ParameterLayout.Entry entry : layout.entries()) {
      double[] slopes = new double[entry.size()];
      for (int i = 0; i < slopes.length; i++) {
        double up = loss(layout, moved(values, entry.offset() + i, STEP), inputs, targets);
        double down = loss(layout, moved(values, entry.offset() + i, -STEP), inputs, targets);
        slopes[i] = (up - down) / (2 * STEP);
      }
      double[] part = Arrays.copyOfRange(exact, entry.offset(), entry.offset() + entry.size());
      double largest = Linear.largest(slopes, 0, slopes.length);
      assertThat(largest).as(entry.name()).isPositive();
      for (int i = 0; i < slopes.length; i++) {
        // Differences of a loss near 2 are good to 1e-11; small entries are held to the largest.
        assertThat(Math.abs(part[i] - slopes[i]))
            .as("%s[%d] = %s, by differences %s", entry.name(), i, part[i], slopes[i])
            .isLessThanOrEqualTo(RELATIVE * largest);
      }
    }
  }

  private static double loss(ParameterLayout layout, double[] v, int[][] inputs, int[][] targets) {
    DoubleWeights weights = new DoubleWeights(layout, v);
    ModelWeights model = new ModelWeights(weights);
    TokenBatch batch = new TokenBatch(inputs, targets, layout.vocabularySize());
    double sum = 0;
    for (int b = 0; b < batch.size(); b++) {
      sum += Arrays.stream(batch.run(model, b).losses).sum();
    }
    return sum / batch.scored();
  }

  private static double[] after(Cell cell, LayerWeights w, double[] x, double[] state, int h) {
    CellStep step = step(cell, w, x, state, h);
    double[] after = Arrays.copyOf(step.h, state.length);
    System.arraycopy(step.c, 0, after, h, state.length - h);
    return after;
  }

  private static CellStep step(Cell cell, LayerWeights w, double[] x, double[] state, int h) {
    return cell.forward(w, x, Arrays.copyOf(state, h), Arrays.copyOfRange(state, h, state.length));
  }

  private static double[] moved(double[] values, int index, double by) {
    double[] moved = values.clone();
    moved[index] += by;
    return moved;
  }

  private static Architecture architecture(String kind, int layers, boolean tied) {
    CellType cell =
        switch (kind) {
          case "lstm" -> CellType.LSTM;
          case "gru" -> CellType.GRU;
          default -> CellType.RNN;
        };
    return new Architecture(
        cell,
        layers,
        4,
        4,
        0,
        tied,
        kind.endsWith("relu") ? Nonlinearity.RELU : Nonlinearity.TANH,
        Initialization.DEFAULT);
  }
}
