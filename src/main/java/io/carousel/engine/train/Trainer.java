package io.carousel.engine.train;

import io.carousel.engine.kernel.Kernels;
import io.carousel.engine.kernel.Workers;

/** Runs the training loop. */
public final class Trainer {
  private final Kernels kernels;
  private final Workers workers;

  public Trainer(Kernels kernels, Workers workers) {
    this.kernels = kernels;
    this.workers = workers;
  }
}
