package io.carousel.engine.nn;

import io.carousel.engine.kernel.Kernels;
import java.util.Arrays;

/**
 * Long short-term memory (Hochreiter and Schmidhuber 1997; forget gate: Gers et al. 2000).
 *
 * <pre>
 * i, f, g, o = W_ih x_t + b_ih + W_hh h_{t−1} + b_hh
 * c_t = σ(f) c_{t−1} + σ(i) tanh(g)
 * h_t = σ(o) tanh(c_t)
 * </pre>
 */
final class LstmLayer extends RecurrentLayer {
  /** (T+1,B,H); step 0 is the carry. */
  private final float[] c;

  /** (T,B,H): tanh(c_t). */
  private final float[] tanhC;

  /** (B,H): what of ∂L/∂c_t comes from step t+1. */
  private final float[] dc;

  LstmLayer(
      Kernels kernels, Parameters parameters, int index, int steps, int lanes, boolean training) {
    super(kernels, parameters, index, parameters.architecture().gateRows(), steps, lanes, training);
    c = new float[h.length];
    tanhC = new float[steps * lanes * hidden];
    dc = new float[training ? lanes * hidden : 0];
  }

  @Override
  void forwardStep(int t, int lanes, int lane, int count) {
    int a = gate(t, lanes, lane);
    int before = state(t, lanes, lane);
    int after = state(t + 1, lanes, lane);
    kernels.gemm(count, h, before, hidden, recurrentWeights, gates, a, gateStride, true);
    kernels.lstmForward(
        count, hidden, gates, a, gateStride, c, before, c, after, tanhC, before, h, after);
  }

  @Override
  void holdStep(int t, int lanes, int lane) {
    super.holdStep(t, lanes, lane);
    System.arraycopy(c, state(t, lanes, lane), c, state(t + 1, lanes, lane), hidden);
  }

  @Override
  void loadCarry(Carry carry) {
    super.loadCarry(carry);
    System.arraycopy(carry.c(index), 0, c, 0, carry.lanes() * hidden);
  }

  @Override
  void storeCarry(Carry carry, int steps) {
    super.storeCarry(carry, steps);
    int size = carry.lanes() * hidden;
    System.arraycopy(c, steps * size, carry.c(index), 0, size);
  }

  @Override
  void beginBackward(int lanes, int lane, int count) {
    Arrays.fill(dc, lane * hidden, (lane + count) * hidden, 0f);
  }

  @Override
  void backwardStep(int t, int lanes, int lane, int count) {
    int a = gate(t, lanes, lane);
    int before = state(t, lanes, lane);
    kernels.lstmBackward(
        count,
        hidden,
        gates,
        a,
        gateStride,
        c,
        before,
        tanhC,
        before,
        dh,
        before,
        dc,
        lane * hidden);
    if (t > 0) {
      kernels.gemm(
          count,
          gates,
          a,
          gateStride,
          trained(recurrentWeightsBack),
          dh,
          before - lanes * hidden,
          hidden,
          true);
    }
  }

  @Override
  float[] cellGradient(int t, int lanes, int lane, int count) {
    float[] total = new float[count * hidden];
    for (int row = 0; row < count; row++) {
      int at = state(t, lanes, lane + row);
      int o = gate(t, lanes, lane + row) + 3 * hidden;
      for (int j = 0; j < hidden; j++) {
        float shown = tanhC[at + j];
        total[row * hidden + j] =
            dc[(lane + row) * hidden + j] + dh[at + j] * gates[o + j] * (1 - shown * shown);
      }
    }
    return total;
  }
}
