package io.carousel.engine.train;

import io.carousel.engine.nn.Parameters;

/** Two listeners of one run, told in turn. */
record ListenerPair(TrainingListener first, TrainingListener second) implements TrainingListener {

  @Override
  public void onStart(Plan plan) {
    first.onStart(plan);
    second.onStart(plan);
  }

  @Override
  public boolean wantsDetail(long step) {
    return first.wantsDetail(step) | second.wantsDetail(step);
  }

  @Override
  public void onStep(StepReport report) {
    first.onStep(report);
    second.onStep(report);
  }

  @Override
  public void onWeights(long step, Parameters parameters) {
    first.onWeights(step, parameters);
    second.onWeights(step, parameters);
  }

  @Override
  public void onEpoch(EpochReport report) {
    first.onEpoch(report);
    second.onEpoch(report);
  }

  @Override
  public void onEnd(long step, Parameters parameters) {
    first.onEnd(step, parameters);
    second.onEnd(step, parameters);
  }
}
