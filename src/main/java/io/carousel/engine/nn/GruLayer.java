package io.carousel.engine.nn;

import io.carousel.engine.kernel.Kernels;
import io.carousel.engine.kernel.PackedMatrix;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Gated recurrent unit (Cho et al. 2014), with the reset gate behind the product, as in PyTorch.
 *
 * <pre>
 * r = σ(W_ir x + b_ir + W_hr h + b_hr)
 * z = σ(W_iz x + b_iz + W_hz h + b_hz)
 * n = tanh(W_in x + b_in + r (W_hn h + b_hn))
 * h_t = (1 − z) n + z h_{t−1}
 * </pre>
 */
final class GruLayer extends RecurrentLayer {
  /** W_hnᵀ, (H,H): its product must stay apart, the reset gate multiplies it. */
  private final PackedMatrix candidateWeights;

  /** W_hn (H,H), what its gradient is multiplied by on its way back in time. */
  private final @Nullable PackedMatrix candidateWeightsBack;

  /** (T,B,H): W_hn h_{t−1} + b_hn, then its gradient, which is not that of n's pre-activation. */
  private final float[] hn;

  GruLayer(
      Kernels kernels, Parameters parameters, int index, int steps, int lanes, boolean training) {
    super(
        kernels,
        parameters,
        index,
        2 * parameters.architecture().hiddenSize(),
        steps,
        lanes,
        training);
    candidateWeights = kernels.packed(hidden, hidden);
    candidateWeightsBack = training ? kernels.packed(hidden, hidden) : null;
    hn = new float[steps * lanes * hidden];
  }

  @Override
  void addPackings(WeightPackings packings) {
    super.addPackings(packings);
    int from = weightHh.offset() + 2 * hidden * hidden;
    packings.add(candidateWeights, candidateWeightsBack, from, hidden, hidden, hidden);
  }

  @Override
  void inputBias(float[] bias) {
    super.inputBias(bias);
    System.arraycopy(weights, biasIh.offset() + 2 * hidden, bias, 2 * hidden, hidden);
  }

  @Override
  void forwardStep(int t, int lanes, int lane, int count) {
    int a = gate(t, lanes, lane);
    int before = state(t, lanes, lane);
    int bias = biasHh.offset() + 2 * hidden;
    kernels.gemm(count, h, before, hidden, recurrentWeights, gates, a, gateStride, true);
    kernels.gemmBias(count, h, before, hidden, candidateWeights, weights, bias, hn, before, hidden);
    int after = state(t + 1, lanes, lane);
    kernels.gruForward(count, hidden, gates, a, gateStride, hn, before, h, before, h, after);
  }

  @Override
  void backwardStep(int t, int lanes, int lane, int count) {
    int a = gate(t, lanes, lane);
    int before = state(t, lanes, lane);
    kernels.gruBackward(count, hidden, gates, a, gateStride, hn, before, h, before, dh, before);
    if (t > 0) {
      int earlier = before - lanes * hidden;
      // dh is now dh·z, the share that skips the gates
      kernels.sumRows(1, count * hidden, dh, before, count * hidden, dh, earlier);
      PackedMatrix joined = trained(recurrentWeightsBack);
      kernels.gemm(count, gates, a, gateStride, joined, dh, earlier, hidden, true);
      PackedMatrix candidate = trained(candidateWeightsBack);
      kernels.gemm(count, hn, before, hidden, candidate, dh, earlier, hidden, true);
    }
  }

  @Override
  void holdBackward(int t, int lanes, int lane) {
    super.holdBackward(t, lanes, lane);
    Arrays.fill(hn, state(t, lanes, lane), state(t, lanes, lane) + hidden, 0f);
  }

  @Override
  void recurrentWeightGradient(int first, int count, int places, float[] gradient) {
    int joined = Math.clamp(2 * hidden - first, 0, count);
    if (joined > 0) {
      super.recurrentWeightGradient(first, joined, places, gradient);
    }
    if (joined < count) {
      int row = first + joined;
      recurrentWeightGradient(row, count - joined, places, hn, row - 2 * hidden, hidden, gradient);
    }
  }
}
