package io.carousel.engine.gradient.sequence;

import io.carousel.engine.gradient.numerics.ScaledTriangle;

/** What each prediction's own loss sends back along one sequence. */
public interface LossSources {

  /**
   * ‖∂L_t/∂state_k‖₂, the state by its index in {@link
   * io.carousel.engine.gradient.cell.DoubleWeights#paths}.
   */
  ScaledTriangle norms(int layer, int state);

  /** Σ_t ∂L_t/∂state_k. */
  double[] sum(int layer, int state, int k);
}
