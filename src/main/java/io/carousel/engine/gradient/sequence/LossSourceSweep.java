package io.carousel.engine.gradient.sequence;

import io.carousel.engine.gradient.cell.AdjointRows;
import io.carousel.engine.gradient.cell.Cell;
import io.carousel.engine.gradient.cell.DoubleWeights;
import io.carousel.engine.gradient.cell.Junction;
import io.carousel.engine.gradient.cell.LayerWeights;
import io.carousel.engine.gradient.cell.ModelWeights;
import io.carousel.engine.gradient.cell.OutputRows;
import io.carousel.engine.gradient.cell.SequenceTape;
import io.carousel.engine.gradient.numerics.Linear;
import io.carousel.engine.gradient.numerics.ScaledTriangle;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Back-propagation through time of one sequence with the loss sources kept apart.
 *
 * <p>Each scored prediction t has a row of its own in every layer, which holds ∂L_t/∂h_k as the
 * sweep goes down from k = T−1. All rows move together: one product with W_hh and, from the layer
 * above at the same step, one with its W_ih. ½T²·G·H² products a sequence and layer.
 */
public final class LossSourceSweep implements LossSources {
  private static final int CHUNK = 64; // steps whose bucket sums wait for one product

  private final ModelWeights model;
  private final SequenceTape tape;
  private final List<AdjointRows> rows = new ArrayList<>();
  private final int[] source; // t of each row
  private final List<OutputRows> outputs = new ArrayList<>(); // at what each layer hands upwards
  private final double[] toInput; // (rows,in)
  private final List<List<ScaledTriangle>> norms = new ArrayList<>(); // [L][state]
  private final double[][][][] sums; // [L][state][T](H): Σ_t ∂L_t/∂state_k
  private final double[][][] buckets; // [L][bucket](G·H,H)
  private final double[][][] waiting; // [L][bucket](CHUNK,G·H)
  private final double[][] waitingStates; // [L](CHUNK,H): h_{k−1}
  private final double[][][] ownCellGradients; // [L][T](H): ∂L_t/∂c_t; empty without c
  private final double[][] largest; // [L](rows): the greatest of a row's norms at this step
  private int waitingSteps;

  private LossSourceSweep(ModelWeights model, SequenceTape tape) {
    this.model = model;
    this.tape = tape;
    DoubleWeights weights = model.weights();
    int layers = weights.layers();
    int states = weights.cell().states().size();
    int hidden = weights.hiddenSize();
    int bucketCount = LagBuckets.count(tape.steps);
    source = new int[tape.steps];
    toInput = new double[layers > 1 ? tape.steps * model.layer(layers - 1).inputSize() : 0];
    sums = new double[layers][states][tape.steps][hidden];
    buckets = new double[layers][bucketCount][weights.gateRows() * hidden];
    waiting = new double[layers][bucketCount][CHUNK * weights.gateRows()];
    largest = new double[layers][tape.steps];
    ownCellGradients = new double[layers][tape.steps][];
    waitingStates = new double[layers][CHUNK * hidden];
    for (int layer = 0; layer < layers; layer++) {
      rows.add(new AdjointRows(weights, tape.steps));
      outputs.add(new OutputRows(hidden, tape.steps));
      List<ScaledTriangle> triangles = new ArrayList<>();
      for (int state = 0; state < states; state++) {
        triangles.add(new ScaledTriangle(tape.steps));
      }
      norms.add(triangles);
    }
  }

  public static LossSourceSweep run(ModelWeights model, SequenceTape tape) {
    LossSourceSweep sweep = new LossSourceSweep(model, tape);
    for (int k = tape.steps - 1; k >= 0; k--) {
      sweep.step(k);
    }
    sweep.flush();
    return sweep;
  }

  @Override
  public ScaledTriangle norms(int layer, int state) {
    return norms.get(layer).get(state);
  }

  @Override
  public double[] sum(int layer, int state, int k) {
    return sums[layer][state][k];
  }

  /** ∂L_t/∂c_t (H); empty without a cell state, or where t is not scored. */
  public double[] ownCellGradient(int layer, int t) {
    return ownCellGradients[layer][t];
  }

  /** The part of ∂ΣL/∂W_hh (G·H,H) that comes from the lags of a bucket. */
  public double[] bucket(int layer, int bucket) {
    return buckets[layer][bucket];
  }

  private void step(int k) {
    int top = rows.size() - 1;
    Cell cell = model.weights().cell();
    if (tape.scored[k]) {
      source[rows.get(top).count] = k;
      rows.forEach(AdjointRows::append);
    }
    int count = rows.get(top).count;
    outputs.forEach(output -> output.clear(count));
    if (tape.scored[k]) {
      int last = (count - 1) * rows.get(top).hidden;
      model.addProjectionGradient(tape.logitGradients[k], outputs.get(top).da, last);
    }
    for (int layer = top; layer >= 0; layer--) {
      AdjointRows here = rows.get(layer);
      OutputRows upwards = outputs.get(layer);
      Junction junction = tape.junction(layer, k);
      here.addToH(
          junction == null ? upwards.da : junction.own(upwards.da, count), upwards.exponent);
      cell.backward(tape.step(layer, k), here);
      if (layer > 0) {
        addBelow(layer, here, junction);
      }
      recordStates(layer, k);
      ownCellGradients[layer][k] = tape.scored[k] ? here.lastCellGradient() : Cell.NONE;
      recordWeights(layer, k);
    }
    waitingSteps++;
    if (waitingSteps == CHUNK) {
      flush();
    }
    for (int layer = top; layer >= 0; layer--) {
      cell.carry(tape.step(layer, k), model.layer(layer), rows.get(layer));
      rows.get(layer).rescale(largest[layer]);
    }
  }

  /** What comes down from a layer to those below: through its weights, and past it. */
  private void addBelow(int layer, AdjointRows here, @Nullable Junction junction) {
    LayerWeights w = model.layer(layer);
    int in = w.inputSize();
    Arrays.fill(toInput, 0, here.count * in, 0);
    Linear.addProduct(here.dInput, here.count, w.inputBack, toInput);
    int parts = in / here.hidden;
    for (int i = 0; i < parts; i++) {
      outputs.get(layer - parts + i).add(toInput, i * here.hidden, in, here.exponent);
    }
    if (junction != null) {
      OutputRows upwards = outputs.get(layer);
      OutputRows below = outputs.get(layer - 1);
      double[] past = junction.past(upwards.da, here.count);
      below.add(past, 0, here.hidden, upwards.exponent);
      if (junction.hasGate()) {
        double[] gate = junction.gate(upwards.da, here.count);
        double[] back = model.gate(layer).back(gate, here.count);
        below.add(back, 0, here.hidden, upwards.exponent);
      }
    }
  }

  private void recordStates(int layer, int k) {
    AdjointRows at = rows.get(layer);
    List<String> states = model.weights().cell().states();
    for (int state = 0; state < states.size(); state++) {
      double[] gradients = at.state(states.get(state));
      for (int row = 0; row < at.count; row++) {
        int from = row * at.hidden;
        double norm = Linear.norm(gradients, from, at.hidden);
        norms.get(layer).get(state).add(source[row], k, norm, at.exponent[row]);
        largest[layer][row] = state == 0 ? norm : Math.max(largest[layer][row], norm);
        double scale = Math.scalb(1.0, at.exponent[row]);
        Linear.addScaled(scale, gradients, from, sums[layer][state][k], 0, at.hidden);
      }
    }
  }

  /** Sums the rows of each bucket; the product with h_{k−1} waits for a chunk of steps. */
  private void recordWeights(int layer, int k) {
    AdjointRows at = rows.get(layer);
    int into = waitingSteps * at.gateRows;
    for (double[] bucket : waiting[layer]) {
      Arrays.fill(bucket, into, into + at.gateRows, 0);
    }
    for (int row = 0; row < at.count; row++) {
      double[] bucket = waiting[layer][LagBuckets.of(source[row] - k)];
      double scale = Math.scalb(1.0, at.exponent[row]);
      Linear.addScaled(scale, at.dRecurrent, row * at.gateRows, bucket, into, at.gateRows);
    }
    double[] h = tape.step(layer, k).previousH;
    System.arraycopy(h, 0, waitingStates[layer], waitingSteps * h.length, h.length);
  }

  private void flush() {
    for (int layer = 0; layer < rows.size(); layer++) {
      int gateRows = rows.get(layer).gateRows;
      int hidden = rows.get(layer).hidden;
      for (int bucket = 0; bucket < buckets[layer].length; bucket++) {
        Linear.addTransposedProduct(
            waiting[layer][bucket],
            gateRows,
            waitingStates[layer],
            hidden,
            waitingSteps,
            buckets[layer][bucket]);
      }
    }
    waitingSteps = 0;
  }
}
