package io.carousel.engine.train;

import io.carousel.engine.nn.Parameters;
import org.jspecify.annotations.Nullable;

/** How a run ended. */
public sealed interface TrainingOutcome {

  /**
   * The run came to its end.
   *
   * @param parameters those of the best epoch; without a validation corpus, the last
   * @param bestEpoch from 1; 0 where the run ended before its first epoch was over
   * @param validation of the best epoch, or null
   */
  record Completed(
      Parameters parameters,
      int bestEpoch,
      long steps,
      double trainLoss,
      @Nullable Evaluation validation,
      Reason reason)
      implements TrainingOutcome {}

  /** The run was told to stop; its weights so far. */
  record Cancelled(Parameters parameters, long steps) implements TrainingOutcome {}

  /**
   * The loss, its perplexity or the gradient was no longer a finite number; the step was not
   * applied. (A network that saturates keeps a finite loss however far its weights have run away;
   * once e^loss is beyond a double, above 709.8 nats, nothing is left to be learned from it.)
   *
   * @param what which loss and its value, or the first parameter whose gradient is not finite
   * @param step the step at which it happened
   * @param lastHealthyNorm global gradient norm of the last finite step, NaN if there was none
   */
  record NonFinite(String what, long step, double lastHealthyNorm) implements TrainingOutcome {}

  /** Why a run was complete. */
  enum Reason {
    EPOCHS,
    MAX_STEPS,
    MAX_SECONDS,
    EARLY_STOPPING
  }
}
