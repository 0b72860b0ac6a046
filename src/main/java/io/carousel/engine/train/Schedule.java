package io.carousel.engine.train;

/** A learning-rate schedule: a factor on the optimiser's rate by step. */
public sealed interface Schedule {

  /** The default: no change. */
  Schedule DEFAULT = new Constant();

  /**
   * The factor at a step.
   *
   * @param step optimiser steps done so far, from 0
   * @param totalSteps steps of the whole run
   */
  double factor(long step, long totalSteps);

  /** Always 1. */
  record Constant() implements Schedule {
    @Override
    public double factor(long step, long totalSteps) {
      return 1;
    }
  }

  /** Linear warm-up, then linear decay to {@code finalFactor} at the last step. */
  record Linear(int warmupSteps, double finalFactor) implements Schedule {
    public static final Linear DEFAULT = new Linear(0, 0);

    public Linear {
      check(warmupSteps, finalFactor);
    }

    @Override
    public double factor(long step, long totalSteps) {
      return step < warmupSteps
          ? (step + 1.0) / warmupSteps
          : 1 + (finalFactor - 1) * progress(step, warmupSteps, totalSteps);
    }
  }

  /**
   * Linear warm-up, then half a cosine down to {@code finalFactor} (Loshchilov and Hutter 2017).
   */
  record Cosine(int warmupSteps, double finalFactor) implements Schedule {
    public static final Cosine DEFAULT = new Cosine(0, 0);

    public Cosine {
      check(warmupSteps, finalFactor);
    }

    @Override
    public double factor(long step, long totalSteps) {
      if (step < warmupSteps) {
        return (step + 1.0) / warmupSteps;
      }
      double cosine = StrictMath.cos(Math.PI * progress(step, warmupSteps, totalSteps));
      return finalFactor + (1 - finalFactor) * 0.5 * (1 + cosine);
    }
  }

  private static double progress(long step, int warmupSteps, long totalSteps) {
    long span = Math.max(1, totalSteps - 1 - warmupSteps);
    return Math.min(1, (double) (step - warmupSteps) / span);
  }

  private static void check(int warmupSteps, double finalFactor) {
    if (warmupSteps < 0) {
      throw new IllegalArgumentException("warmup_steps: expected at least 0, found " + warmupSteps);
    }
    if (!(finalFactor >= 0 && finalFactor <= 1)) {
      throw new IllegalArgumentException(
          "final_factor: expected a number from 0 to 1, found " + finalFactor);
    }
  }
}
