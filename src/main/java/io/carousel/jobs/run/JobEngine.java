package io.carousel.jobs.run;

import io.carousel.engine.kernel.Kernels;
import io.carousel.engine.kernel.Workers;
import io.carousel.engine.kernel.WorkersFactory;
import io.carousel.engine.nn.Parameters;
import io.carousel.engine.train.Trainer;
import io.carousel.engine.train.TrainingListener;
import io.carousel.engine.train.TrainingOutcome;
import io.carousel.engine.train.WarmUp;
import io.carousel.jobs.state.TrainingJob;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * Trains a job on threads of its own.
 *
 * <p>Once the service is ready the engine warms up in the background; a job that comes before it
 * has ended waits those few seconds, because a step of its own would take as long.
 */
@Component
public class JobEngine {
  private static final Logger log = LoggerFactory.getLogger(JobEngine.class);
  private static final Duration WARM_UP_POLL = Duration.ofMillis(100);

  private final Kernels kernels;
  private final WorkersFactory threads;
  private volatile @Nullable Thread warmingUp;

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

  /** Begins to warm up where the arithmetic needs it, which plain loops do not. */
  @EventListener(ApplicationReadyEvent.class)
  void warmUp() {
    if (kernels.vectorBits() > Float.SIZE) {
      warmingUp = Thread.ofPlatform().daemon().name("warm-up").start(this::runWarmUp);
    }
  }

  private void runWarmUp() {
    long start = System.nanoTime();
    try (Workers workers = threads.start("warm-up")) {
      WarmUp.run(kernels, workers);
    }
    log.info("Engine warmed up in {} ms", (System.nanoTime() - start) / 1_000_000);
  }

  /** Returns when the engine has warmed up, or when it is told to stop. */
  private void awaitWarmUp(BooleanSupplier stop) {
    Thread thread = warmingUp;
    try {
      while (thread != null && !stop.getAsBoolean() && !thread.join(WARM_UP_POLL)) {}
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the run will see it
    }
  }

  /** Runs to the end, or until it is told to stop. */
  TrainingOutcome train(
      TrainingJob job,
      Parameters initial,
      JobCorpora corpora,
      TrainingListener listener,
      BooleanSupplier stop) {
    awaitWarmUp(stop);
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
