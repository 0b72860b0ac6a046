package io.carousel.jobs.run;

import io.carousel.engine.kernel.Kernels;
import io.carousel.engine.kernel.Workers;
import io.carousel.engine.kernel.WorkersFactory;
import io.carousel.engine.nn.Parameters;
import io.carousel.engine.train.Trainer;
import io.carousel.engine.train.TrainingListener;
import io.carousel.engine.train.TrainingOutcome;
import io.carousel.jobs.state.TrainingJob;
import java.util.function.BooleanSupplier;
import org.springframework.stereotype.Component;

/** Trains a job on threads of its own. */
@Component
public class JobEngine {
  private final Kernels kernels;
  private final WorkersFactory threads;

  public JobEngine(Kernels kernels, WorkersFactory threads) {
    this.kernels = kernels;
    this.threads = threads;
  }

  /** Name of the backend. */
  public String backend() {
    return kernels.name();
  }

  public int threads() {
    return threads.threads();
  }

  /** Runs to the end, or until it is told to stop. */
  TrainingOutcome train(
      TrainingJob job,
      Parameters initial,
      JobCorpora corpora,
      TrainingListener listener,
      BooleanSupplier stop) {
    try (Workers workers = threads.start("training-" + job.id())) {
      return new Trainer(kernels, workers)
          .train(
              initial,
              corpora.training(),
              corpora.validation(),
              job.specification().training(),
              job.specification().seed(),
              listener,
              stop);
    }
  }
}
