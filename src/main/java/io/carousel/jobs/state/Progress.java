package io.carousel.jobs.state;

import org.jspecify.annotations.Nullable;

/**
 * How far a job is.
 *
 * @param epoch from 1; 0 before the first
 * @param step optimiser steps done
 * @param totalSteps null until the run has been planned
 * @param tokens predictions trained on so far
 * @param tokensPerSecond over the last ten seconds, or null
 * @param secondsLeft an estimate, or null
 */
public record Progress(
    Phase phase,
    int epoch,
    long step,
    @Nullable Long totalSteps,
    long tokens,
    @Nullable Double tokensPerSecond,
    @Nullable Double secondsLeft) {

  /** What a job is about. */
  public enum Phase {
    WAITING,
    PREPARING,
    TRAINING,
    SAVING,
    ENDED
  }

  public static final Progress NONE = new Progress(Phase.WAITING, 0, 0, null, 0, null, null);

  public Progress in(Phase other) {
    return new Progress(other, epoch, step, totalSteps, tokens, tokensPerSecond, null);
  }

  /** Share of the planned steps that are done. */
  public double percentage() {
    return totalSteps == null || totalSteps == 0 ? 0 : 100.0 * step / totalSteps;
  }
}
