package io.carousel.engine.gradient.report;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A[t,k] = ‖∂L_t/∂h_k‖₂ (and c_k): how much of one prediction's undivided loss reaches a state at
 * or before it, in nats per unit. The derivative is the total one: through later steps, through the
 * layers above and, for c_k, through h_k.
 */
public record LagMatrix(List<Layer> layers) {

  /**
   * One layer and state.
   *
   * @param layer from 0, the lowest
   * @param state {@code h} or {@code c}
   * @param mean rows t, columns k ≤ t: mean over the sequences that are scored at t; a row of nulls
   *     where none is
   * @param perSequence the same for each sequence; null unless asked for
   */
  public record Layer(
      int layer,
      String state,
      List<List<@Nullable Double>> mean,
      @Nullable List<List<List<@Nullable Double>>> perSequence,
      List<NonFinite> nonFinite) {}
}
