package io.carousel.engine.gradient.cell;

import static org.assertj.core.api.Assertions.assertThat;

import io.carousel.engine.gradient.Nets;
import io.carousel.engine.gradient.numerics.Determinant;
import io.carousel.engine.gradient.numerics.Linear;
import io.carousel.engine.nn.ParameterLayout;
import java.util.Arrays;

/** Checks of closed forms against differences of the forward pass alone. */
final class Slopes {
  private static final double STEP = 1e-5;
  private static final double RELATIVE = 1e-6;

  private Slopes() {}

  /** Every parameter's gradient of the mean loss. */
  static void assertGradient(ParameterLayout layout, int[][] inputs, int[][] targets) {
    double[] values = Nets.uniform(layout, 5);
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

  /** J entry by entry: the closed form, and the identity carried back a step; and its ln|det|. */
  static void assertJacobian(ParameterLayout layout) {
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
    double[] closed = cell.jacobian(step, w).matrix();
    double[] slopes = new double[size * size];
    for (int j = 0; j < size; j++) {
      double[] up = after(cell, w, x, moved(state, j, STEP), h);
      double[] down = after(cell, w, x, moved(state, j, -STEP), h);
      for (int i = 0; i < size; i++) {
        double slope = (up[i] - down[i]) / (2 * STEP);
        slopes[i * size + j] = slope;
        double entry = rows.state(j < h ? "h" : "c")[i * h + j % h];
        double tolerance = RELATIVE * Math.max(Math.abs(slope), 1e-3);
        assertThat(Math.abs(entry - slope))
            .as("∂s[%d]/∂s[%d] = %s, by differences %s", i, j, entry, slope)
            .isLessThanOrEqualTo(tolerance);
        assertThat(Math.abs(closed[i * size + j] - slope))
            .as("J[%d,%d] = %s, by differences %s", i, j, closed[i * size + j], slope)
            .isLessThanOrEqualTo(tolerance);
      }
    }
    double determinant = Determinant.logAbs(slopes, size);
    if (Double.isFinite(determinant)) { // relu closes units: then both are −∞ to rounding
      assertThat(Math.abs(cell.logAbsDeterminant(step, w) - determinant)).isLessThan(1e-5);
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
    double[] previousH = Arrays.copyOf(state, h);
    double[] previousC = Arrays.copyOfRange(state, h, state.length);
    return cell.forward(w.fromInput(x, 1), w.fromState(previousH, 1), x, previousH, previousC);
  }

  private static double[] moved(double[] values, int index, double by) {
    double[] moved = values.clone();
    moved[index] += by;
    return moved;
  }
}
