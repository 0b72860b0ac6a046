package io.carousel.engine.gradient;

import io.carousel.engine.nn.ParameterLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * Ordinary back-propagation through time of one sequence's summed loss Σ_t L_t: every parameter's
 * gradient and the gradient at every state.
 */
final class Backpropagation {
  private final ModelWeights model;
  private final SequenceTape tape;
  private final double[] gradient; // flat, in the layout's order
  private final double[][][][] stateGradients; // [L][state][T](H)
  private final List<AdjointRows> rows = new ArrayList<>();

  private Backpropagation(ModelWeights model, SequenceTape tape) {
    this.model = model;
    this.tape = tape;
    DoubleWeights weights = model.weights();
    gradient = new double[weights.values().length];
    stateGradients = new double[weights.layers()][weights.cell().states().size()][tape.steps][];
    for (int layer = 0; layer < weights.layers(); layer++) {
      AdjointRows one = new AdjointRows(weights, 1);
      one.append();
      rows.add(one);
    }
  }

  static Backpropagation run(ModelWeights model, SequenceTape tape) {
    Backpropagation pass = new Backpropagation(model, tape);
    for (int t = tape.steps - 1; t >= 0; t--) {
      pass.step(t);
    }
    return pass;
  }

  /** ∂ΣL/∂θ, flat. */
  double[] gradient() {
    return gradient;
  }

  /** ∂ΣL/∂state_k (H), the state by its index in {@link Cell#states}. */
  double[] stateGradient(int layer, int state, int k) {
    return stateGradients[layer][state][k];
  }

  private void step(int t) {
    DoubleWeights weights = model.weights();
    int top = weights.layers() - 1;
    if (tape.scored[t]) {
      model.addProjectionGradient(tape.logitGradients[t], rows.get(top).dh, 0);
      double[] h = tape.step(top, t).h;
      Linear.addOuter(tape.logitGradients[t], h, gradient, offset("decoder.weight"));
      add(tape.logitGradients[t], "decoder.bias");
    }
    for (int layer = top; layer >= 0; layer--) {
      AdjointRows here = rows.get(layer);
      if (layer < top) {
        toInput(layer + 1, here.dh, 0);
      }
      weights.cell().backward(tape.step(layer, t), here);
      for (int state = 0; state < weights.cell().states().size(); state++) {
        stateGradients[layer][state][t] = here.state(weights.cell().states().get(state)).clone();
      }
      addWeightGradients(layer, tape.step(layer, t), here);
    }
    int width = weights.layout().architecture().embeddingSize();
    double[] embedding = new double[width];
    toInput(0, embedding, 0);
    int row = offset("embedding.weight") + tape.inputs[t] * width;
    Linear.addScaled(1, embedding, 0, gradient, row, width);
    for (int layer = top; layer >= 0; layer--) {
      weights.cell().carry(tape.step(layer, t), model.layer(layer), rows.get(layer));
    }
  }

  /** Adds what a layer sends to its input at the same step. */
  private void toInput(int layer, double[] into, int offset) {
    LayerWeights w = model.layer(layer);
    double[] at = rows.get(layer).dInput;
    for (int i = 0; i < at.length; i++) {
      Linear.addScaled(at[i], w.input, i * w.inputSize(), into, offset, w.inputSize());
    }
  }

  private void addWeightGradients(int layer, CellStep step, AdjointRows at) {
    Linear.addOuter(at.dInput, step.x, gradient, offset("rnn.weight_ih_l" + layer));
    Linear.addOuter(at.dRecurrent, step.previousH, gradient, offset("rnn.weight_hh_l" + layer));
    add(at.dInput, "rnn.bias_ih_l" + layer);
    add(at.dRecurrent, "rnn.bias_hh_l" + layer);
  }

  private void add(double[] values, String name) {
    ParameterLayout.Entry entry = model.weights().layout().entry(name);
    Linear.addScaled(1, values, 0, gradient, entry.offset(), values.length);
  }

  private int offset(String name) {
    return model.weights().layout().entry(name).offset();
  }
}
