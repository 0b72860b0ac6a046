package io.carousel.engine.gradient.cell;

import io.carousel.engine.gradient.numerics.Linear;
import io.carousel.engine.nn.Architecture;
import io.carousel.engine.nn.ParameterLayout;
import java.util.Arrays;

/**
 * Ordinary back-propagation through time of one sequence's summed loss Σ_t L_t: every parameter's
 * gradient and the gradient at every state. Layer by layer from the top, each through all its steps
 * before the next.
 */
public final class Backpropagation {
  private final ModelWeights model;
  private final SequenceTape tape;
  private final double[] gradient; // flat, in the layout's order
  private final double[][][][] stateGradients; // [L][state][T](H)
  private final double[][] outputGradients; // [L](T,H)
  private double[] inputGradient = Cell.NONE; // (T,E)

  private Backpropagation(ModelWeights model, SequenceTape tape) {
    this.model = model;
    this.tape = tape;
    DoubleWeights weights = model.weights();
    gradient = new double[weights.values().length];
    stateGradients = new double[weights.layers()][weights.paths().size()][tape.steps][];
    outputGradients = new double[weights.layers()][tape.steps * hidden(model)];
  }

  public static Backpropagation run(ModelWeights model, SequenceTape tape) {
    Backpropagation pass = new Backpropagation(model, tape);
    if (!model.weights().recurrent()) {
      pass.feedForward();
      return pass;
    }
    int top = model.weights().layers() - 1;
    Linear.addScaled(
        1, pass.projection(), 0, pass.outputGradients[top], 0, tape.steps * hidden(model));
    for (int layer = top; layer > 0; layer--) {
      pass.below(layer, pass.layer(layer, pass.own(layer)));
    }
    pass.embedding(pass.layer(0, pass.own(0)));
    return pass;
  }

  private void feedForward() {
    FeedForwardPass pass = FeedForwardPass.run(model, tape, 0, projection());
    Architecture a = model.weights().layout().architecture();
    for (int layer = 0; layer < outputGradients.length; layer++) {
      outputGradients[layer] = pass.outputs[layer];
      int width = model.inputWidth(layer);
      for (int k = 0; k < tape.steps; k++) {
        stateGradients[layer][0][k] =
            Arrays.copyOfRange(pass.input(layer), k * width, (k + 1) * width);
      }
      int offset = model.weights().layout().entry(a.inputWeight(layer)).offset();
      double[] sums = pass.sums[layer];
      model.taps(layer).addWeightGradient(sums, tape.given(layer), tape.steps, gradient, offset);
      addSum(a.inputBias(layer), sums);
      if (layer > 0 && pass.gates[layer].length > 0) {
        addProduct("highway.weight_l" + layer, pass.gates[layer], tape.output(layer - 1));
        addSum("highway.bias_l" + layer, pass.gates[layer]);
      }
    }
    embedding(pass.input(0));
  }

  private static int hidden(ModelWeights model) {
    return model.weights().hiddenSize();
  }

  /** ∂ΣL/∂θ, flat. */
  public double[] gradient() {
    return gradient;
  }

  /** ∂ΣL/∂state_k (H), the state by its index in {@link DoubleWeights#paths}. */
  public double[] stateGradient(int layer, int state, int k) {
    return stateGradients[layer][state][k];
  }

  /** ∂ΣL/∂ what a layer passes upwards (T,H), its own next step left out. */
  public double[] outputGradient(int layer) {
    return outputGradients[layer];
  }

  /** ∂ΣL/∂ the embedding at each step (T,E), whichever token stands there. */
  public double[] inputGradient() {
    return inputGradient;
  }

  private double[] projection() {
    int vocabulary = model.weights().vocabularySize();
    double[] logitGradients = new double[tape.steps * vocabulary];
    for (int t = 0; t < tape.steps; t++) {
      double[] at = tape.logitGradients[t]; // empty where not scored
      System.arraycopy(at, 0, logitGradients, t * vocabulary, at.length);
    }
    double[] h = tape.output(model.weights().layers() - 1);
    addProduct("decoder.weight", logitGradients, h);
    addSum("decoder.bias", logitGradients);
    return model.projectionGradient(logitGradients, tape.steps);
  }

  /** Of the gradient at what a layer hands upwards (T,H), what is that of its own h. */
  private double[] own(int layer) {
    double[] own = outputGradients[layer].clone();
    int hidden = hidden(model);
    for (int t = 0; t < tape.steps; t++) {
      Junction junction = tape.junction(layer, t);
      if (junction != null) {
        System.arraycopy(junction.own(upwards(layer, t), 1), 0, own, t * hidden, hidden);
      }
    }
    return own;
  }

  /** ∂ΣL/∂a_t (H) of a layer. */
  private double[] upwards(int layer, int t) {
    int hidden = hidden(model);
    return Arrays.copyOfRange(outputGradients[layer], t * hidden, (t + 1) * hidden);
  }

  /** From the gradient at a layer's inputs (T,in) to that at what the layers below hand upwards. */
  private void below(int layer, double[] toInput) {
    int hidden = hidden(model);
    int parts = model.weights().layout().architecture().inputs(layer);
    for (int t = 0; t < tape.steps; t++) {
      for (int i = 0; i < parts; i++) {
        int from = (t * parts + i) * hidden;
        double[] to = outputGradients[layer - parts + i];
        Linear.addScaled(1, toInput, from, to, t * hidden, hidden);
      }
    }
    double[] past = outputGradients[layer - 1];
    double[] gate = new double[past.length];
    boolean gated = false;
    for (int t = 0; t < tape.steps; t++) {
      Junction junction = tape.junction(layer, t);
      if (junction != null) {
        double[] da = upwards(layer, t);
        Linear.addScaled(1, junction.past(da, 1), 0, past, t * hidden, hidden);
        if (junction.hasGate()) {
          System.arraycopy(junction.gate(da, 1), 0, gate, t * hidden, hidden);
          gated = true;
        }
      }
    }
    if (gated) {
      addProduct("highway.weight_l" + layer, gate, tape.output(layer - 1));
      addSum("highway.bias_l" + layer, gate);
      double[] back = model.gate(layer).back(gate, tape.steps);
      Linear.addScaled(1, back, 0, past, 0, past.length);
    }
  }

  /** From the gradient at a layer's h (T,H) to that at its inputs (T,in). */
  private double[] layer(int layer, double[] fromAbove) {
    DoubleWeights weights = model.weights();
    Cell cell = weights.cell();
    LayerWeights w = model.layer(layer);
    int hidden = weights.hiddenSize();
    int gateRows = weights.gateRows();
    double[] dInput = new double[tape.steps * gateRows];
    double[] dRecurrent = new double[tape.steps * gateRows];
    double[] x = new double[tape.steps * w.inputSize()];
    double[] previousH = new double[tape.steps * hidden];
    AdjointRows here = new AdjointRows(weights, 1);
    here.append();
    for (int t = tape.steps - 1; t >= 0; t--) {
      CellStep step = tape.step(layer, t);
      Linear.addScaled(1, fromAbove, t * hidden, here.dh, 0, hidden);
      cell.backward(step, here);
      for (int state = 0; state < cell.states().size(); state++) {
        stateGradients[layer][state][t] = here.state(cell.states().get(state)).clone();
      }
      System.arraycopy(here.dInput, 0, dInput, t * gateRows, gateRows);
      System.arraycopy(here.dRecurrent, 0, dRecurrent, t * gateRows, gateRows);
      System.arraycopy(step.x, 0, x, t * w.inputSize(), w.inputSize());
      System.arraycopy(step.previousH, 0, previousH, t * hidden, hidden);
      cell.carry(step, w, here);
    }
    addProduct("rnn.weight_ih_l" + layer, dInput, x);
    addProduct("rnn.weight_hh_l" + layer, dRecurrent, previousH);
    addSum("rnn.bias_ih_l" + layer, dInput);
    addSum("rnn.bias_hh_l" + layer, dRecurrent);
    double[] toInput = new double[x.length];
    Linear.addProduct(dInput, tape.steps, w.inputBack, toInput);
    return toInput;
  }

  private void embedding(double[] toInput) {
    inputGradient = toInput;
    int width = model.embeddingSize();
    int offset = model.weights().layout().entry("embedding.weight").offset();
    for (int t = 0; t < tape.steps; t++) {
      int row = offset + tape.inputs[t] * width;
      Linear.addScaled(1, toInput, t * width, gradient, row, width);
    }
  }

  /** gradient(rows,columns) += Σ_t at_t(rows) ⊗ input_t(columns). */
  private void addProduct(String name, double[] at, double[] input) {
    ParameterLayout.Entry entry = model.weights().layout().entry(name);
    int rows = at.length / tape.steps;
    int columns = input.length / tape.steps;
    double[] product = new double[rows * columns];
    Linear.addTransposedProduct(at, rows, input, columns, tape.steps, product);
    Linear.addScaled(1, product, 0, gradient, entry.offset(), product.length);
  }

  private void addSum(String name, double[] at) {
    ParameterLayout.Entry entry = model.weights().layout().entry(name);
    int rows = at.length / tape.steps;
    for (int t = 0; t < tape.steps; t++) {
      Linear.addScaled(1, at, t * rows, gradient, entry.offset(), rows);
    }
  }
}
