package io.carousel.engine.train;

import org.jspecify.annotations.Nullable;

/**
 * How a model is trained.
 *
 * @param epochs passes over the training corpus, at least 1
 * @param maxSteps optimiser steps after which the run ends, or null
 * @param maxSeconds wall-clock seconds after which the run ends, or null
 * @param batchSize B, sequences side by side
 * @param sequenceLength T, steps of a window of truncated back-propagation through time
 * @param topK k of the top-k accuracy that evaluations report
 */
public record TrainingSpecification(
    int epochs,
    @Nullable Integer maxSteps,
    @Nullable Double maxSeconds,
    int batchSize,
    int sequenceLength,
    Optimizer optimizer,
    Schedule schedule,
    GradientClipping gradientClipping,
    @Nullable EarlyStopping earlyStopping,
    int topK) {

  /** The default: 10 epochs, batches of 64 windows of 64 steps, Adam, clipping at norm 5. */
  public static final TrainingSpecification DEFAULT =
      new TrainingSpecification(
          10,
          null,
          null,
          64,
          64,
          Optimizer.DEFAULT,
          Schedule.DEFAULT,
          GradientClipping.DEFAULT,
          null,
          9);

  public TrainingSpecification {
    requireAtLeastOne("epochs", epochs);
    requireAtLeastOne("batch_size", batchSize);
    requireAtLeastOne("sequence_length", sequenceLength);
    requireAtLeastOne("top_k", topK);
    if (maxSteps != null) {
      requireAtLeastOne("max_steps", maxSteps);
    }
    if (maxSeconds != null && !(maxSeconds > 0)) {
      throw new IllegalArgumentException(
          "max_seconds: expected a positive number, found " + maxSeconds);
    }
  }

  private static void requireAtLeastOne(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + ": expected at least 1, found " + value);
    }
  }
}
