package io.carousel.engine.gradient.cell;

import io.carousel.engine.nn.Architecture;
import io.carousel.engine.nn.ParameterLayout;
import io.carousel.engine.nn.Parameters;
import java.util.Arrays;
import java.util.List;

/** The parameters of a language model in float64: one flat array with named views, and its cell. */
public final class DoubleWeights {
  private final ParameterLayout layout;
  private final double[] values;
  private final Cell cell;

  public DoubleWeights(ParameterLayout layout, double[] values) {
    this(layout, values, Cell.of(layout.architecture()));
  }

  /** With a cell of the caller's choice: the oracles know a linear one in closed form. */
  public DoubleWeights(ParameterLayout layout, double[] values, Cell cell) {
    if (values.length != layout.size()) {
      throw new IllegalArgumentException(
          "expected %d values, found %d".formatted(layout.size(), values.length));
    }
    this.layout = layout;
    this.values = values;
    this.cell = cell;
  }

  /** Widens exactly: every float is a double. */
  public static DoubleWeights of(Parameters parameters) {
    return new DoubleWeights(parameters.layout(), widen(parameters.values()));
  }

  public static double[] widen(float[] values) {
    double[] wide = new double[values.length];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = values[i];
    }
    return wide;
  }

  public ParameterLayout layout() {
    return layout;
  }

  /** The flat array itself, not a copy. */
  public double[] values() {
    return values;
  }

  public Cell cell() {
    return cell;
  }

  public int layers() {
    return layout.architecture().layers();
  }

  public int hiddenSize() {
    return layout.architecture().hiddenSize();
  }

  public int gateRows() {
    return layout.architecture().gateRows();
  }

  public int vocabularySize() {
    return layout.vocabularySize();
  }

  /** Whether a step's state depends on that of the step before. */
  public boolean recurrent() {
    return layout.architecture().cell().recurrent();
  }

  /**
   * What the gradient of a prediction is followed to, of each layer and step: the parts of the
   * state; of a layer that is not recurrent "x", what it is given.
   */
  public List<String> paths() {
    return recurrent() ? cell.states() : List.of("x");
  }

  /** A copy of one parameter, row-major. */
  double[] copyOf(String name) {
    ParameterLayout.Entry entry = layout.entry(name);
    return Arrays.copyOfRange(values, entry.offset(), entry.offset() + entry.size());
  }

  TapWeights taps(int layer) {
    Architecture a = layout.architecture();
    return new TapWeights(
        copyOf(a.inputWeight(layer)), copyOf(a.inputBias(layer)), a.taps(layer), a.dilation(layer));
  }

  public LayerWeights layer(int layer) {
    return new LayerWeights(
        copyOf("rnn.weight_ih_l" + layer),
        copyOf("rnn.weight_hh_l" + layer),
        copyOf("rnn.bias_ih_l" + layer),
        copyOf("rnn.bias_hh_l" + layer));
  }
}
