package io.carousel.engine.nn;

import io.carousel.engine.kernel.Kernels;
import io.carousel.engine.kernel.PackedMatrix;
import org.jspecify.annotations.Nullable;

/** A layer whose state at a step depends on its state at the step before. */
abstract sealed class RecurrentLayer extends Layer permits RnnLayer, GruLayer, LstmLayer {
  final ParameterLayout.Entry weightHh;
  final ParameterLayout.Entry biasHh;

  /**
   * W_hhᵀ (H,J), what the state is multiplied by where the product joins the input's: all gates, or
   * the first of a GRU.
   */
  final PackedMatrix recurrentWeights;

  /** The same rows of W_hh, (J,H), what the gradient is multiplied by on its way back in time. */
  final @Nullable PackedMatrix recurrentWeightsBack;

  /**
   * Opens a layer.
   *
   * @param joinedRows J, the rows of W_hh whose products join the input's
   */
  RecurrentLayer(
      Kernels kernels,
      Parameters parameters,
      int index,
      int joinedRows,
      int steps,
      int lanes,
      boolean training) {
    super(kernels, parameters, index, steps, lanes, training);
    ParameterLayout layout = parameters.layout();
    weightHh = layout.entry("rnn.weight_hh_l" + index);
    biasHh = layout.entry("rnn.bias_hh_l" + index);
    recurrentWeights = kernels.packed(hidden, joinedRows);
    recurrentWeightsBack = training ? kernels.packed(joinedRows, hidden) : null;
  }

  @Override
  void addPackings(WeightPackings packings) {
    super.addPackings(packings);
    int from = weightHh.offset();
    int joined = recurrentWeights.columns();
    packings.add(recurrentWeights, recurrentWeightsBack, from, joined, hidden, hidden);
  }

  /** The bias that the input's projection starts from, b_ih + b_hh, into (G·H). */
  @Override
  void inputBias(float[] bias) {
    for (int j = 0; j < gateRows; j++) {
      bias[j] = weights[biasIh.offset() + j] + weights[biasHh.offset() + j];
    }
  }

  /**
   * Rows [first, first+count) of ∂L/∂W_hh and of ∂L/∂b_hh, over T·B rows.
   *
   * @param gradient of all parameters
   */
  void recurrentWeightGradient(int first, int count, int places, float[] gradient) {
    recurrentWeightGradient(first, count, places, gates, first, gateStride, gradient);
  }

  /** The same from where the gradients of these rows' products are, at {@code from} in x. */
  final void recurrentWeightGradient(
      int first, int count, int places, float[] x, int from, int stride, float[] gradient) {
    kernels.gemmTransposed(
        count,
        places,
        x,
        from,
        stride,
        trained(packedH),
        0,
        gradient,
        weightHh.offset() + first * hidden,
        hidden,
        false,
        gradient,
        biasHh.offset() + first);
  }
}
