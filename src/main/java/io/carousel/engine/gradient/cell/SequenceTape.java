package io.carousel.engine.gradient.cell;

import io.carousel.engine.gradient.numerics.Softmax;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The forward pass of one sequence from a zero state, with all that the backward passes need. */
public final class SequenceTape {
  public final int steps; // T
  public final List<List<CellStep>> layers = new ArrayList<>(); // [L][T]
  private final List<List<Junction>> junctions = new ArrayList<>(); // [L][T]; empty without
  private final List<double[]> given = new ArrayList<>(); // [L](T,in), what each layer is given
  private final List<double[]> outputs = new ArrayList<>(); // [L](T,H), what goes upwards
  public final int[] inputs; // (T)
  public final int[] targets; // (T), −1 not scored
  public final boolean[] scored; // (T)
  public final double[] losses; // (T) cross-entropy in nats of each prediction, 0 where not scored
  final double[][] logits; // [T](V)
  // [T](V) of each prediction's own loss; empty where not scored
  public final double[][] logitGradients;

  private SequenceTape(int[] inputs, int[] targets) {
    this.inputs = inputs;
    this.targets = targets;
    steps = inputs.length;
    scored = new boolean[steps];
    losses = new double[steps];
    logits = new double[steps][];
    logitGradients = new double[steps][];
  }

  /**
   * Runs a sequence.
   *
   * @param inputs token ids (T)
   * @param targets token ids (T); −1 is not scored
   */
  public static SequenceTape run(ModelWeights model, int[] inputs, int[] targets) {
    SequenceTape tape = new SequenceTape(inputs, targets);
    Stack stack = new Stack(model, model.embeddings(inputs), tape.steps);
    for (int layer = 0; layer < model.weights().layers(); layer++) {
      double[] x = stack.input();
      tape.given.add(x);
      double[] h =
          model.weights().recurrent()
              ? tape.addLayer(model.weights().cell(), model.layer(layer), x)
              : tape.addLayer(model.weights().cell(), model.taps(layer), x);
      tape.junctions.add(stack.add(h));
      tape.outputs.add(stack.output(layer));
    }
    double[] logits = model.logits(stack.top(), tape.steps);
    int vocabulary = model.weights().vocabularySize();
    for (int t = 0; t < tape.steps; t++) {
      tape.logits[t] = Arrays.copyOfRange(logits, t * vocabulary, (t + 1) * vocabulary);
      tape.predict(t);
    }
    return tape;
  }

  /**
   * Runs a sequence to back-propagate from its last logits instead of from losses.
   *
   * @param inputs token ids (T), at least one
   * @param gradient (V) at the logits of the last step, of whatever is to be differentiated
   */
  public static SequenceTape run(ModelWeights model, int[] inputs, double[] gradient) {
    int[] notScored = new int[inputs.length];
    Arrays.fill(notScored, -1);
    SequenceTape tape = run(model, inputs, notScored);
    tape.logitGradients[tape.steps - 1] = gradient;
    return tape;
  }

  /** What the projection gives at a step (V). */
  public double[] logits(int t) {
    return logits[t];
  }

  public CellStep step(int layer, int t) {
    return layers.get(layer).get(t);
  }

  /** Where a layer meets what leads past it; null where nothing does. */
  public @Nullable Junction junction(int layer, int t) {
    List<Junction> of = junctions.get(layer);
    return of.isEmpty() ? null : of.get(t);
  }

  /** What a layer is given (T,in). */
  double[] given(int layer) {
    return given.get(layer);
  }

  /** What a layer hands upwards (T,H). */
  double[] output(int layer) {
    return outputs.get(layer);
  }

  /** From a layer's inputs (T,in) to its outputs (T,H). */
  private double[] addLayer(Cell cell, LayerWeights w, double[] x) {
    int rows = w.gateRows();
    int in = w.inputSize();
    double[] fromInput = w.fromInput(x, steps);
    double[] outputs = new double[steps * w.hiddenSize()];
    List<CellStep> past = new ArrayList<>(steps);
    double[] h = new double[w.hiddenSize()];
    double[] c = new double[w.hiddenSize()];
    for (int t = 0; t < steps; t++) {
      double[] a = Arrays.copyOfRange(fromInput, t * rows, (t + 1) * rows);
      double[] input = Arrays.copyOfRange(x, t * in, (t + 1) * in);
      CellStep step = cell.forward(a, w.fromState(h, 1), input, h, c);
      past.add(step);
      h = step.h;
      c = step.c;
      System.arraycopy(h, 0, outputs, t * h.length, h.length);
    }
    layers.add(past);
    return outputs;
  }

  /** The same of a layer that is not recurrent. */
  private double[] addLayer(Cell cell, TapWeights w, double[] x) {
    double[] sums = w.of(x, steps);
    int hidden = sums.length / steps;
    int in = x.length / steps;
    double[] nothing = new double[hidden];
    double[] outputs = new double[sums.length];
    List<CellStep> past = new ArrayList<>(steps);
    for (int t = 0; t < steps; t++) {
      double[] a = Arrays.copyOfRange(sums, t * hidden, (t + 1) * hidden);
      double[] input = Arrays.copyOfRange(x, t * in, (t + 1) * in);
      CellStep step = cell.forward(a, nothing, input, nothing, Cell.NONE);
      past.add(step);
      System.arraycopy(step.h, 0, outputs, t * hidden, hidden);
    }
    layers.add(past);
    return outputs;
  }

  private void predict(int t) {
    int target = targets[t];
    logitGradients[t] = Cell.NONE;
    scored[t] = target >= 0;
    if (target < 0) {
      return;
    }
    Softmax softmax = Softmax.of(logits[t], 0, logits[t].length);
    losses[t] = softmax.loss(logits[t][target]);
    logitGradients[t] = softmax.gradient(logits[t], target);
  }
}
