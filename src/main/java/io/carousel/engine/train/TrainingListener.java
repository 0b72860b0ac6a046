package io.carousel.engine.train;

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

  /** After each epoch, its evaluation included. */
  default void onEpoch(EpochReport report) {}

  /** What a run is going to do. */
  record Plan(long stepsPerEpoch, long totalSteps, long predictionsPerEpoch) {}
}
