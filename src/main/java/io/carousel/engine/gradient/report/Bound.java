package io.carousel.engine.gradient.report;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Pascanu, Mikolov and Bengio 2013: with |φ′| ≤ γ, γ·σ_max(W_hh) < 1 suffices for the gradient to
 * vanish and > 1 is needed for it to explode.
 */
public record Bound(List<Layer> layers) {

  /**
   * One layer.
   *
   * @param sigmaMax largest singular value of W_hh, all gates below one another
   * @param gamma largest slope that φ can have; null for gated cells
   * @param pascanu γ·σ_max; null for gated cells
   * @param largestSlope largest φ′ that occurred at any step, sequence and unit
   * @param tighter largestSlope·σ_max: no step's Jacobian is larger
   * @param note why a bound is null
   */
  public record Layer(
      int layer,
      @Nullable Double sigmaMax,
      @Nullable Double gamma,
      @Nullable Double pascanu,
      @Nullable Double largestSlope,
      @Nullable Double tighter,
      @Nullable String note,
      List<NonFinite> nonFinite) {}
}
