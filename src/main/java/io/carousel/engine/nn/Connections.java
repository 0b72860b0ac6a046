package io.carousel.engine.nn;

/**
 * What leads past the layers of a stack. a_ℓ is what layer ℓ hands upwards, h_ℓ what it computes
 * from its input.
 *
 * <p>The first layer is plain whatever the connections, as in the papers' own networks: it brings
 * the embedding (E) to the width of the stack (H).
 */
public enum Connections {
  /** a_ℓ = h_ℓ, from a_{ℓ−1}. */
  NONE,
  /** a_ℓ = a_{ℓ−1} + h_ℓ (He et al. 2016). */
  RESIDUAL,
  /**
   * a_ℓ = h_ℓ, from a_0, a_1, …, a_{ℓ−1} next to one another (Huang et al. 2017). The projection
   * sees the last.
   */
  DENSE,
  /**
   * a_ℓ = t ⊙ h_ℓ + (1 − t) ⊙ a_{ℓ−1} with t = σ(W_t x_ℓ + b_t), x_ℓ being a_{ℓ−1} after dropout
   * (Srivastava, Greff and Schmidhuber 2015).
   */
  HIGHWAY;

  /** Whether what a layer hands upwards is something else than what it computes. */
  public boolean addsPast() {
    return this == RESIDUAL || this == HIGHWAY;
  }
}
