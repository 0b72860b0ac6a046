package io.carousel.engine.gradient.report;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** How the gradient of the mean loss changes from layer to layer on its way down. */
public record Depth(List<Layer> layers) {

  /**
   * One layer.
   *
   * @param layer from 0, the lowest
   * @param gradientNorm ‖∂L/∂a_ℓ‖₂, a_ℓ (T,B,H) being what the layer passes upwards at all steps:
   *     without what it passes to its own next step
   * @param relative to that of the top layer
   */
  public record Layer(
      int layer,
      @Nullable Double gradientNorm,
      @Nullable Double relative,
      List<NonFinite> nonFinite) {}
}
