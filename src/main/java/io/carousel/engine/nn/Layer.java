package io.carousel.engine.nn;

import io.carousel.engine.kernel.Kernels;
import io.carousel.engine.kernel.PackedMatrix;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One layer: its weights in the form that the kernels multiply, its activations, and the gradients
 * that flow back through it.
 *
 * <p>What a layer is given is the output of the layer below, or of several, at its own step and,
 * where it is not recurrent, at some before. Each pair of an input i and a tap j, the step j·d
 * before, is a block of its weights; they are numbered i·taps + j.
 *
 * <p>Activations are (T,B,·). The states have one step more, (T+1,B,H): step 0 is the carry from
 * the window before, so that the recurrent input of all steps is one matrix, and the output of all
 * steps another.
 */
abstract sealed class Layer permits RecurrentLayer, FeedForwardLayer {
  final Kernels kernels;
  final int index;
  final int input;

  /** How many outputs of lower layers are next to one another in the input. */
  final int inputs;

  /** Width of one of them. */
  final int inputWidth;

  final int hidden;
  final int gateRows;

  /** From a row of the gates to the next; G·H, or a little more. */
  final int gateStride;

  final float[] weights;
  final ParameterLayout.Entry weightIh;
  final ParameterLayout.Entry biasIh;

  /** Rows of a block of W_ih: G·H; of the first layer, which has one, taps·G·H. */
  final int blockRows;

  /** How many steps of its input the layer sees. */
  final int taps;

  /** Steps between two of them. */
  final int dilation;

  /** (T+1,B,H). */
  final float[] h;

  /**
   * (T,B,G·H) with {@link #gateStride}: pre-activations, then activations, then the gradients of
   * the pre-activations.
   */
  final float[] gates;

  /** (T,B,H): ∂L/∂h_t. Empty where nothing is trained, like all that only backward uses. */
  final float[] dh;

  /**
   * W_ihᵀ (in,G·H), what the input is multiplied by, in its blocks; of the first layer one of (E,
   * taps·G·H).
   */
  final PackedMatrix[] inputWeights;

  /** W_ih (G·H,in), what the gradient is multiplied by on its way down, in its blocks. */
  final @Nullable PackedMatrix[] inputWeightsBack;

  /** What leads past the layer, or null. */
  final @Nullable Shortcut shortcut;

  /** h of all steps, the right-hand side of weight gradients. */
  final @Nullable PackedMatrix packedH;

  /** Opens a layer. */
  Layer(Kernels kernels, Parameters parameters, int index, int steps, int lanes, boolean training) {
    Architecture a = parameters.architecture();
    ParameterLayout layout = parameters.layout();
    this.kernels = kernels;
    this.index = index;
    this.input = a.inputSize(index);
    this.inputs = a.inputs(index);
    this.inputWidth = input / inputs;
    this.hidden = a.hiddenSize();
    this.gateRows = a.gateRows();
    this.weights = parameters.values();
    this.weightIh = layout.entry(a.inputWeight(index));
    this.biasIh = layout.entry(a.inputBias(index));
    this.taps = a.taps(index);
    this.dilation = a.dilation(index);
    int rows = Math.multiplyExact(steps, lanes);
    h = new float[Math.multiplyExact(rows + lanes, hidden)];
    // Rows that lie a multiple of 256 bytes apart would share few places of the first-level cache.
    gateStride = gateRows % 64 == 0 ? gateRows + 16 : gateRows;
    gates = new float[Math.multiplyExact(rows, gateStride)];
    dh = new float[training ? rows * hidden : 0];
    blockRows = index == 0 ? taps * gateRows : gateRows;
    int blocks = index == 0 ? 1 : inputs * taps;
    inputWeights = new PackedMatrix[blocks];
    inputWeightsBack = new @Nullable PackedMatrix[blocks];
    for (int i = 0; i < blocks; i++) {
      inputWeights[i] = kernels.packed(inputWidth, blockRows);
      inputWeightsBack[i] = training ? kernels.packed(blockRows, inputWidth) : null;
    }
    shortcut = a.hasPast(index) ? new Shortcut(kernels, parameters, index, rows, training) : null;
    packedH = training ? kernels.packedForTransposed(rows + lanes, hidden) : null;
  }

  static Layer create(
      Kernels kernels, Parameters parameters, int index, int steps, int lanes, boolean training) {
    return switch (parameters.architecture().cell()) {
      case RNN -> new RnnLayer(kernels, parameters, index, steps, lanes, training);
      case GRU -> new GruLayer(kernels, parameters, index, steps, lanes, training);
      case LSTM -> new LstmLayer(kernels, parameters, index, steps, lanes, training);
      case MLP, CONV -> new FeedForwardLayer(kernels, parameters, index, steps, lanes, training);
    };
  }

  // ---------------------------------------------------------------- weights

  /** Tells how the weights are packed, for the backward pass only where the layer is trained. */
  void addPackings(WeightPackings packings) {
    for (int block = 0; block < inputWeights.length; block++) {
      int from = blockOffset(block);
      packings.add(
          inputWeights[block], inputWeightsBack[block], from, blockRows, inputWidth, input);
    }
    if (shortcut != null) {
      shortcut.addPackings(packings);
    }
  }

  /** Where a block of W_ih begins in the parameters; from row to row it is the input's width. */
  final int blockOffset(int block) {
    return weightIh.offset() + block % taps * gateRows * input + block / taps * inputWidth;
  }

  /** The bias that the input's projection starts from, into (G·H). */
  void inputBias(float[] bias) {
    System.arraycopy(weights, biasIh.offset(), bias, 0, gateRows);
  }

  // ---------------------------------------------------------------- forward

  /**
   * Projects rows of one of the layer's inputs into the gates; the first block begins with the
   * bias, the others add to it.
   *
   * @param x the first of the rows is at xOffset, (rows,inputWidth)
   * @param row of the gates, of the first
   */
  void projectInput(int block, float[] x, int xOffset, float[] bias, int row, int rows) {
    int to = row * gateStride;
    PackedMatrix w = inputWeights[block];
    if (block == 0) {
      kernels.gemmBias(rows, x, xOffset, inputWidth, w, bias, 0, gates, to, gateStride);
    } else {
      kernels.gemm(rows, x, xOffset, inputWidth, w, gates, to, gateStride, true);
    }
  }

  /** How many steps before its own the layer sees. */
  final int history() {
    return (taps - 1) * dilation;
  }

  /**
   * Computes step t for lanes [lane, lane+count): the gates hold the input's projection; h_t goes
   * to step t+1 of the states.
   */
  abstract void forwardStep(int t, int lanes, int lane, int count);

  /** Step t of a lane that has ended: its state stays what it was. */
  void holdStep(int t, int lanes, int lane) {
    System.arraycopy(h, state(t, lanes, lane), h, state(t + 1, lanes, lane), hidden);
  }

  void loadCarry(Carry carry) {
    System.arraycopy(carry.h(index), 0, h, 0, carry.lanes() * hidden);
  }

  void storeCarry(Carry carry, int steps) {
    int size = carry.lanes() * hidden;
    System.arraycopy(h, steps * size, carry.h(index), 0, size);
  }

  // ---------------------------------------------------------------- backward

  /** Before the last step: nothing comes back from the future. */
  void beginBackward(int lanes, int lane, int count) {}

  /**
   * Step t back for lanes [lane, lane+count): dh_t is complete; the gates become the gradients of
   * their pre-activations, and dh of step t−1 receives its recurrent share.
   */
  abstract void backwardStep(int t, int lanes, int lane, int count);

  /** Step t of a lane that has ended: no gradient of its own, and dh passes through. */
  void holdBackward(int t, int lanes, int lane) {
    Arrays.fill(gates, gate(t, lanes, lane), gate(t, lanes, lane) + gateRows, 0f);
    if (t > 0) {
      int from = (t * lanes + lane) * hidden;
      int to = ((t - 1) * lanes + lane) * hidden;
      for (int j = 0; j < hidden; j++) {
        dh[to + j] += dh[from + j];
      }
    }
  }

  /** ∂L/∂c_t before {@link #backwardStep} of that step, or null where the cell has no c. */
  float @Nullable [] cellGradient(int t, int lanes, int lane, int count) {
    return null;
  }

  // ---------------------------------------------------------------- what goes upwards

  /** What the layer hands upwards, (T,B,H) from {@link #outputOffset}. */
  final float[] output() {
    return shortcut == null ? h : shortcut.a;
  }

  /** Where the output of the first step lies: a state's is past the carry. */
  final int outputOffset(int lanes) {
    return shortcut == null ? lanes * hidden : 0;
  }

  /** ∂L/∂output (T,B,H). */
  final float[] outputGradient() {
    return shortcut == null ? dh : shortcut.da;
  }

  /** The outputs of all steps, the right-hand side of weight gradients, from {@link #packedRow}. */
  final PackedMatrix packedOutput() {
    return trained(shortcut == null ? packedH : shortcut.packedA);
  }

  /** The row of {@link #packedOutput} that is the first step's. */
  final int packedRow(int lanes) {
    return shortcut == null ? lanes : 0;
  }

  // ---------------------------------------------------------------- where things lie

  /** Index of a lane's state after step t−1, that is before step t. */
  final int state(int t, int lanes, int lane) {
    return (t * lanes + lane) * hidden;
  }

  final int gate(int t, int lanes, int lane) {
    return (t * lanes + lane) * gateStride;
  }

  /** What was only made for training; asked for elsewhere it is an error of this engine. */
  static <T> T trained(@Nullable T part) {
    if (part == null) {
      throw new IllegalStateException("the model was not opened for training");
    }
    return part;
  }
}
