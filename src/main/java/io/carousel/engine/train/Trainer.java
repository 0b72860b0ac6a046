package io.carousel.engine.train;

import io.carousel.engine.kernel.Kernels;
import io.carousel.engine.kernel.Workers;
import io.carousel.engine.nn.Carry;
import io.carousel.engine.nn.LanguageModel;
import io.carousel.engine.nn.Parameters;
import io.carousel.engine.tokens.Batch;
import io.carousel.engine.tokens.Corpus;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Trains language models by truncated back-propagation through time.
 *
 * <p>The same initial parameters, corpus, specification, seed and backend give the same bits,
 * whatever the number of threads.
 */
public final class Trainer {
  private final Kernels kernels;
  private final Workers workers;

  /**
   * @param workers the threads to compute on; one run at a time
   */
  public Trainer(Kernels kernels, Workers workers) {
    this.kernels = kernels;
    this.workers = workers;
  }

  /**
   * Trains until the specification is fulfilled, the loss is no longer finite, or it is told to
   * stop.
   *
   * @param initial where to begin; copied, not changed
   * @param validation measured after each epoch; without one the last weights are kept
   * @param seed of the order of sequences and of dropout
   * @param listener hears of the progress, on the calling thread
   * @param stop polled before each step
   * @throws io.carousel.engine.tokens.CorpusTooSmallException where there is nothing to predict
   */
  public TrainingOutcome train(
      Parameters initial,
      Corpus training,
      @Nullable Corpus validation,
      TrainingSpecification specification,
      long seed,
      TrainingListener listener,
      BooleanSupplier stop) {
    return new TrainingRun(
            kernels, workers, initial.copy(), training, validation, specification, seed, listener)
        .run(stop);
  }

  /** The carry that a batch continues from: zero where it starts fresh. */
  static Carry carryFor(LanguageModel model, Carry carry, Batch batch) {
    if (carry.lanes() != batch.lanes()) {
      return model.newCarry(batch.lanes());
    }
    if (batch.startsFresh()) {
      carry.reset();
    }
    return carry;
  }
}
