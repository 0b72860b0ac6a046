package io.carousel.engine.nn;

import io.carousel.engine.kernel.Kernels;
import io.carousel.engine.kernel.PackedMatrix;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * h_t = φ(Σ_j W_j x_{t−jd} + b), with φ = tanh or relu: a layer of a feed-forward net over the last
 * tokens (Bengio et al. 2003), or a causal dilated convolution (Bai, Kolter and Koltun 2018).
 * Before the beginning of a sequence there are zeros.
 *
 * <p>The steps that it sees of the window before are its history: inputs that no gradient goes back
 * to, as to a recurrent layer's carry. The first layer's are tokens, which {@link TokenTable}
 * keeps.
 */
final class FeedForwardLayer extends Layer {
  private final boolean relu;

  /** Of each input (P,B,inputWidth), its steps before the window; empty in the first layer. */
  final float[][] past;

  /** The same as right-hand sides of weight gradients. */
  final @Nullable PackedMatrix[] packedPast;

  FeedForwardLayer(
      Kernels kernels, Parameters parameters, int index, int steps, int lanes, boolean training) {
    super(kernels, parameters, index, steps, lanes, training);
    relu = parameters.architecture().nonlinearity() == Nonlinearity.RELU;
    boolean looksBack = index > 0 && history() > 0;
    past = new float[looksBack ? inputs : 0][];
    packedPast = new @Nullable PackedMatrix[past.length];
    int rows = Math.multiplyExact(history(), lanes);
    for (int i = 0; i < past.length; i++) {
      past[i] = new float[Math.multiplyExact(rows, inputWidth)];
      packedPast[i] = training ? kernels.packedForTransposed(rows, inputWidth) : null;
    }
  }

  @Override
  void forwardStep(int t, int lanes, int lane, int count) {
    int a = gate(t, lanes, lane);
    kernels.rnnForward(count, hidden, relu, gates, a, gateStride, h, state(t + 1, lanes, lane));
  }

  @Override
  void backwardStep(int t, int lanes, int lane, int count) {
    int a = gate(t, lanes, lane);
    int dhAt = (t * lanes + lane) * hidden;
    kernels.rnnBackward(
        count, hidden, relu, h, state(t + 1, lanes, lane), dh, dhAt, gates, a, gateStride);
  }

  /** A lane that has ended: nothing comes back to it, and nothing is passed on. */
  @Override
  void holdBackward(int t, int lanes, int lane) {
    Arrays.fill(gates, gate(t, lanes, lane), gate(t, lanes, lane) + gateRows, 0f);
  }

  @Override
  void loadCarry(Carry carry) {
    super.loadCarry(carry);
    for (int i = 0; i < past.length; i++) {
      float[] from = carry.past(index, i);
      System.arraycopy(from, 0, past[i], 0, from.length);
    }
  }

  /** Makes the history the right-hand side of weight gradients. */
  void packPast(int lanes) {
    for (int i = 0; i < past.length; i++) {
      PackedMatrix packed = trained(packedPast[i]);
      kernels.pack(packed, history() * lanes, past[i], 0, inputWidth, false);
    }
  }
}
