package io.carousel.predictions;

import io.carousel.http.ProblemException;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/** The threads that predict; requests wait for one in a bounded queue. */
@Component
final class PredictionPool implements DisposableBean {
  private static final int GRACE_SECONDS = 10;

  private final ThreadPoolExecutor threads;
  private final int queueCapacity;
  private final Timer timer;

  PredictionPool(PredictionSettings settings, MeterRegistry registry) {
    AtomicInteger next = new AtomicInteger(1);
    this.queueCapacity = settings.queueCapacity();
    this.threads =
        new ThreadPoolExecutor(
            settings.threadCount(),
            settings.threadCount(),
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(queueCapacity),
            task ->
                Thread.ofPlatform()
                    .name("prediction-" + next.getAndIncrement())
                    .daemon()
                    .unstarted(task));
    this.timer =
        Timer.builder("carousel.predictions")
            .description("Prediction requests, from the moment that they could be computed")
            .register(registry);
  }

  /**
   * Computes on one of the threads and waits for it.
   *
   * @throws ProblemException 429 where the queue is full, 503 where the service is going down
   */
  <T> T run(Callable<T> prediction) {
    Future<T> future;
    try {
      future = threads.submit(() -> timer.recordCallable(prediction));
    } catch (RejectedExecutionException e) {
      throw threads.isShutdown()
          ? shuttingDown()
          : ProblemException.tooMany(
              "queue_full",
              "Too many predictions are waiting: expected fewer than " + queueCapacity);
    }
    try {
      return future.get();
    } catch (InterruptedException e) {
      future.cancel(false);
      Thread.currentThread().interrupt();
      throw shuttingDown();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException known) {
        throw known;
      }
      if (e.getCause() instanceof OutOfMemoryError) {
        throw ProblemException.unprocessable(
            "out_of_memory_budget",
            "inputs",
            "The prediction needed more memory than there is. Expected fewer inputs, steps or"
                + " beams.");
      }
      throw new IllegalStateException("a prediction failed", e.getCause());
    }
  }

  @Override
  public void destroy() throws InterruptedException {
    threads.shutdown();
    if (!threads.awaitTermination(GRACE_SECONDS, TimeUnit.SECONDS)) {
      threads.shutdownNow();
    }
  }

  private static ProblemException shuttingDown() {
    return new ProblemException(
        HttpStatus.SERVICE_UNAVAILABLE, "shutting_down", null, "The service is going down.");
  }
}
