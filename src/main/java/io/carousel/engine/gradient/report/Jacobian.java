package io.carousel.engine.gradient.report;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The Jacobian J_t = ∂s_t/∂s_{t−1} of each layer's own recurrent state s, h or (h, c), at chosen
 * steps: by how much one step stretches and shrinks what passes it.
 */
public record Jacobian(List<Layer> layers) {

  /**
   * One layer; every list has an entry for each of {@code steps}, a geometric mean over the
   * sequences measured.
   *
   * @param layer from 0, the lowest
   * @param stateSize rows and columns of J: H, or 2H for an LSTM
   * @param sequences how many were measured: the first of the batch
   * @param steps t, from 0
   * @param sigmaMax largest singular value
   * @param sigmaMin smallest singular value, known to about 1e-16·σ_max
   * @param logAbsDeterminant ln|det J|, in closed form where the cell has one
   * @param condition σ_max/σ_min
   */
  public record Layer(
      int layer,
      int stateSize,
      int sequences,
      List<Integer> steps,
      List<@Nullable Double> sigmaMax,
      List<@Nullable Double> sigmaMin,
      List<@Nullable Double> logAbsDeterminant,
      List<@Nullable Double> condition,
      List<NonFinite> nonFinite) {}
}
