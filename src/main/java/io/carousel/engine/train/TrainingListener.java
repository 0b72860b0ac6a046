package io.carousel.engine.train;

import io.carousel.engine.nn.Parameters;

/** Hears of a run's progress, on the training thread; it must be quick and must not throw. */
public interface TrainingListener {

  /** Before the first step. */
  default void onStart(Plan plan) {}

  /** Whether the report of this step should carry per-parameter norms, which cost a pass each. */
  default boolean wantsDetail(long step) {
    return false;
  }

  /** After each optimiser step. */
  default void onStep(StepReport report) {}

  /**
   * The weights at the start (step 0) and after each optimiser step, the last before {@link
   * #onEpoch}. They are the run's own: to be read during the call, not changed, not kept.
   *
   * @param step optimiser steps done
   */
  default void onWeights(long step, Parameters parameters) {}

  /** After each epoch, its evaluation included. */
  default void onEpoch(EpochReport report) {}

  /**
   * At the end of a run that was not told to stop: the weights after its last step, which need not
   * be the best. Where a number was not finite they are those before the step that broke.
   *
   * @param step optimiser steps done
   */
  default void onEnd(long step, Parameters parameters) {}

  /** Tells this listener, then another. */
  default TrainingListener and(TrainingListener other) {
    return new ListenerPair(this, other);
  }

  /** What a run is going to do. */
  record Plan(long stepsPerEpoch, long totalSteps, long predictionsPerEpoch) {}
}
