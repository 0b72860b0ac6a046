package io.carousel.engine.nn;

import org.jspecify.annotations.Nullable;

/** Hears of the gradient with respect to the states while it flows back through time. */
@FunctionalInterface
public interface BackwardObserver {

  /**
   * The total gradient at one step of one layer, for lanes [firstLane, firstLane+lanes). Called by
   * several threads, each with lanes of its own.
   *
   * @param dh ∂L/∂h_t, (lanes,H) from {@code dhOffset}
   * @param dc ∂L/∂c_t, (lanes,H) from 0; null where the cell has none
   */
  void stateGradient(
      int layer,
      int step,
      int firstLane,
      int lanes,
      float[] dh,
      int dhOffset,
      float @Nullable [] dc);
}
