package io.carousel.engine.gradient.report;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The gradient of the summed loss Σ_t L_t at every state, as training sees it, and beside it what
 * each step's own prediction contributes. Where the two are alike, the later losses add nothing:
 * the total looks healthy although nothing comes back through time.
 */
public record StateGradient(List<Layer> layers) {

  /**
   * One layer and state.
   *
   * @param layer from 0, the lowest
   * @param state {@code h} or {@code c}
   * @param total ‖∂Σ_t L_t/∂h_k‖₂ for each step k, mean over the sequences
   * @param lagZero ‖∂L_k/∂h_k‖₂ for each step k, mean over the sequences scored there; null where
   *     none is
   */
  public record Layer(
      int layer,
      String state,
      List<@Nullable Double> total,
      List<@Nullable Double> lagZero,
      List<NonFinite> nonFinite) {}
}
