package io.carousel.engine.gradient;

import io.carousel.engine.gradient.cell.DoubleWeights;
import io.carousel.engine.gradient.cell.RnnCell;
import io.carousel.engine.nn.Architecture;
import io.carousel.engine.nn.CellType;
import io.carousel.engine.nn.Initialization;
import io.carousel.engine.nn.Nonlinearity;
import io.carousel.engine.nn.ParameterLayout;
import java.util.Arrays;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.IntBinaryOperator;
import org.jspecify.annotations.Nullable;

/** Small networks and batches for the tests; seeded. */
public final class Nets {
  private Nets() {}

  public static Architecture architecture(
      CellType cell, Nonlinearity phi, int layers, int h, int e) {
    return new Architecture(cell, layers, h, e, 0, false, phi, Initialization.DEFAULT);
  }

  /** Every parameter from U(−0.6, 0.6). */
  public static double[] uniform(ParameterLayout layout, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] values = new double[layout.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = 1.2 * random.nextDouble() - 0.6;
    }
    return values;
  }

  public static int[][] tokens(int steps, int size, int vocabulary, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    return fill(steps, size, (t, b) -> random.nextInt(vocabulary));
  }

  public static int[][] fill(int steps, int size, IntBinaryOperator id) {
    int[][] tokens = new int[steps][size];
    for (int t = 0; t < steps; t++) {
      for (int b = 0; b < size; b++) {
        tokens[t][b] = id.applyAsInt(t, b);
      }
    }
    return tokens;
  }

  public static void set(ParameterLayout layout, double[] values, String name, double... data) {
    ParameterLayout.Entry entry = layout.entry(name);
    if (data.length != entry.size()) {
      throw new IllegalArgumentException(
          "%s: expected %d values, found %d".formatted(name, entry.size(), data.length));
    }
    System.arraycopy(data, 0, values, entry.offset(), data.length);
  }

  public static void fill(ParameterLayout layout, double[] values, String name, double value) {
    double[] data = new double[layout.entry(name).size()];
    Arrays.fill(data, value);
    set(layout, values, name, data);
  }

  /** A gate of that opening whatever the input, where W_hh is zero. */
  public static void openGate(ParameterLayout layout, double[] values, int gate, double open) {
    int h = layout.architecture().hiddenSize();
    double[] input = new double[layout.entry("rnn.weight_ih_l0").size()];
    double[] bias = new double[layout.entry("rnn.bias_ih_l0").size()];
    int columns = layout.entry("rnn.weight_ih_l0").columns();
    ParameterLayout.Entry entry = layout.entry("rnn.weight_ih_l0");
    System.arraycopy(values, entry.offset(), input, 0, input.length);
    for (int i = gate * h; i < (gate + 1) * h; i++) {
      bias[i] = Math.log(open / (1 - open));
      for (int j = 0; j < columns; j++) {
        input[i * columns + j] = 0;
      }
    }
    set(layout, values, "rnn.weight_ih_l0", input);
    set(layout, values, "rnn.bias_ih_l0", bias);
    fill(layout, values, "rnn.bias_hh_l0", 0);
  }

  /** factor·Q, Q a product of plane rotations: orthogonal to the last digits. */
  public static double[] orthogonal(int n, double factor, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] q = new double[n * n];
    for (int i = 0; i < n; i++) {
      q[i * n + i] = factor;
    }
    for (int i = 0; i < n; i++) {
      for (int j = i + 1; j < n; j++) {
        double angle = 2 * Math.PI * random.nextDouble();
        double c = Math.cos(angle);
        double s = Math.sin(angle);
        for (int k = 0; k < n; k++) {
          double a = q[i * n + k];
          double b = q[j * n + k];
          q[i * n + k] = c * a - s * b;
          q[j * n + k] = s * a + c * b;
        }
      }
    }
    return q;
  }

  public static DiagnosticsRequest request(int[][] inputs, int[][] targets) {
    return new DiagnosticsRequest(inputs, targets, null, false);
  }

  /** A plain RNN with a linear φ and those recurrent weights in every layer; the rest is random. */
  public static DoubleWeights linear(int hidden, double[]... recurrent) {
    Architecture a =
        architecture(CellType.RNN, Nonlinearity.TANH, recurrent.length, hidden, hidden);
    ParameterLayout layout = new ParameterLayout(a, 5);
    double[] values = uniform(layout, 7);
    for (int layer = 0; layer < recurrent.length; layer++) {
      set(layout, values, "rnn.weight_hh_l" + layer, recurrent[layer]);
    }
    return new DoubleWeights(layout, values, new RnnCell(RnnCell.Phi.LINEAR));
  }

  /** A number that the report must have. */
  public static <T> T present(@Nullable T value) {
    return Objects.requireNonNull(value);
  }
}
