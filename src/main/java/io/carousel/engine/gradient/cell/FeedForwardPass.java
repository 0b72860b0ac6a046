package io.carousel.engine.gradient.cell;

import io.carousel.engine.gradient.numerics.Linear;
import java.util.Arrays;

/**
 * Back-propagation through a stack of layers that are not recurrent, layer by layer from a gradient
 * at the top: steps mix only through the taps, so all steps of a layer move together.
 */
public final class FeedForwardPass {
  private final ModelWeights model;
  private final SequenceTape tape;
  private final int first; // the first step
  private final int steps;
  private final int hidden;
  final double[][] outputs; // [L](steps,H): at what each layer hands upwards
  final double[][] sums; // [L](steps,H): at each layer's pre-activations
  final double[][] gates; // [L](steps,H): at each highway's gate; empty without
  private double[] embedded = Cell.NONE; // (steps,E)

  private FeedForwardPass(ModelWeights model, SequenceTape tape, int first, int steps) {
    this.model = model;
    this.tape = tape;
    this.first = first;
    this.steps = steps;
    hidden = model.weights().hiddenSize();
    int layers = model.weights().layers();
    outputs = new double[layers][steps * hidden];
    sums = new double[layers][];
    gates = new double[layers][];
  }

  /** From the gradient at the top's output at the steps [first, first + rows), (rows,H). */
  static FeedForwardPass run(ModelWeights model, SequenceTape tape, int first, double[] atTop) {
    int hidden = model.weights().hiddenSize();
    FeedForwardPass pass = new FeedForwardPass(model, tape, first, atTop.length / hidden);
    int top = pass.outputs.length - 1;
    Linear.addScaled(1, atTop, 0, pass.outputs[top], 0, atTop.length);
    for (int layer = top; layer >= 0; layer--) {
      pass.layer(layer);
    }
    return pass;
  }

  /** Of one prediction's own loss, over the steps that it sees, of which it is the last. */
  public static FeedForwardPass ofPrediction(ModelWeights model, SequenceTape tape, int t) {
    int field = model.weights().layout().architecture().receptiveField();
    int first = Math.max(0, t - field + 1);
    int hidden = model.weights().hiddenSize();
    double[] atTop = new double[(t - first + 1) * hidden];
    model.addProjectionGradient(tape.logitGradients[t], atTop, (t - first) * hidden);
    return run(model, tape, first, atTop);
  }

  /** The first step of the pass. */
  public int first() {
    return first;
  }

  /** The gradient at what a layer is given (steps, E or H): at the output of the layer below. */
  public double[] input(int layer) {
    return layer == 0 ? embedded : outputs[layer - 1];
  }

  private void layer(int layer) {
    double[] own = outputs[layer].clone();
    for (int i = 0; i < steps; i++) {
      Junction junction = tape.junction(layer, first + i);
      if (junction != null) {
        System.arraycopy(junction.own(upwards(layer, i), 1), 0, own, i * hidden, hidden);
      }
    }
    sums[layer] = beforeActivation(layer, own);
    double[] toInput = model.taps(layer).back(sums[layer], steps);
    if (layer == 0) {
      embedded = toInput;
    } else {
      below(layer, toInput);
    }
  }

  private double[] beforeActivation(int layer, double[] own) {
    AdjointRows row = new AdjointRows(model.weights(), 1);
    row.append();
    double[] before = new double[own.length];
    for (int i = 0; i < steps; i++) {
      System.arraycopy(own, i * hidden, row.dh, 0, hidden);
      model.weights().cell().backward(tape.step(layer, first + i), row);
      System.arraycopy(row.dInput, 0, before, i * hidden, hidden);
    }
    return before;
  }

  private double[] upwards(int layer, int i) {
    return Arrays.copyOfRange(outputs[layer], i * hidden, (i + 1) * hidden);
  }

  /** From the gradient at a layer's input (steps,in) to that at the outputs of those below. */
  private void below(int layer, double[] toInput) {
    int parts = model.weights().layout().architecture().inputs(layer);
    double[] past = outputs[layer - 1];
    double[] gate = new double[past.length];
    boolean gated = false;
    for (int i = 0; i < steps; i++) {
      for (int part = 0; part < parts; part++) {
        double[] to = outputs[layer - parts + part];
        Linear.addScaled(1, toInput, (i * parts + part) * hidden, to, i * hidden, hidden);
      }
      Junction junction = tape.junction(layer, first + i);
      if (junction != null) {
        double[] da = upwards(layer, i);
        Linear.addScaled(1, junction.past(da, 1), 0, past, i * hidden, hidden);
        if (junction.hasGate()) {
          System.arraycopy(junction.gate(da, 1), 0, gate, i * hidden, hidden);
          gated = true;
        }
      }
    }
    gates[layer] = gated ? gate : Cell.NONE;
    if (gated) {
      Linear.addScaled(1, model.gate(layer).back(gate, steps), 0, past, 0, past.length);
    }
  }
}
