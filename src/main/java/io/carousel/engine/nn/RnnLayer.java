package io.carousel.engine.nn;

import io.carousel.engine.kernel.Kernels;

/** h_t = φ(W_ih x_t + b_ih + W_hh h_{t−1} + b_hh), with φ = tanh or relu (Elman 1990). */
final class RnnLayer extends RecurrentLayer {
  private final boolean relu;

  RnnLayer(
      Kernels kernels, Parameters parameters, int index, int steps, int lanes, boolean training) {
    super(kernels, parameters, index, parameters.architecture().gateRows(), steps, lanes, training);
    relu = parameters.architecture().nonlinearity() == Nonlinearity.RELU;
  }

  @Override
  void forwardStep(int t, int lanes, int lane, int count) {
    int a = gate(t, lanes, lane);
    kernels.gemm(
        count, h, state(t, lanes, lane), hidden, recurrentWeights, gates, a, gateStride, true);
    kernels.rnnForward(count, hidden, relu, gates, a, gateStride, h, state(t + 1, lanes, lane));
  }

  @Override
  void backwardStep(int t, int lanes, int lane, int count) {
    int a = gate(t, lanes, lane);
    int dhAt = (t * lanes + lane) * hidden;
    kernels.rnnBackward(
        count, hidden, relu, h, state(t + 1, lanes, lane), dh, dhAt, gates, a, gateStride);
    if (t > 0) {
      kernels.gemm(
          count,
          gates,
          a,
          gateStride,
          trained(recurrentWeightsBack),
          dh,
          dhAt - lanes * hidden,
          hidden,
          true);
    }
  }
}
