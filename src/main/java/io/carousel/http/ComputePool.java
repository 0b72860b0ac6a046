package io.carousel.http;

import io.micrometer.core.instrument.Timer;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;

/**
 * A few threads that compute what requests wait for, in a bounded queue. Requests themselves run on
 * virtual threads, which must not be kept from one another by arithmetic.
 */
public final class ComputePool implements AutoCloseable {
  private static final int GRACE_SECONDS = 10;

  private final String what;
  private final int queueCapacity;
  private final String setting;
  private final ThreadPoolExecutor threads;
  private final Timer timer;

  /**
   * @param what is computed, in the plural, for messages: {@code predictions}
   * @param setting of the queue's capacity, for messages
   * @param timer hears how long each took, without the time in the queue
   */
  public ComputePool(String what, int size, int queueCapacity, String setting, Timer timer) {
    AtomicInteger next = new AtomicInteger(1);
    this.what = what;
    this.queueCapacity = queueCapacity;
    this.setting = setting;
    this.timer = timer;
    this.threads =
        new ThreadPoolExecutor(
            size,
            size,
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(queueCapacity),
            task ->
                Thread.ofPlatform()
                    .name(what.replace(' ', '-') + "-" + next.getAndIncrement())
                    .daemon()
                    .unstarted(task));
  }

  /**
   * Computes on one of the threads and waits for it.
   *
   * @throws ProblemException 429 where the queue is full, 503 where the service is going down, 422
   *     where the memory was not enough
   */
  public <T> T run(Callable<T> computation) {
    Future<T> future;
    try {
      future = threads.submit(() -> timer.recordCallable(computation));
    } catch (RejectedExecutionException e) {
      throw threads.isShutdown()
          ? shuttingDown()
          : ProblemException.tooMany(
              "queue_full",
              ("Too many %s are waiting: expected fewer than %d (the setting %s), found %d. Try again"
                      + " later.")
                  .formatted(what, queueCapacity, setting, queueCapacity));
    }
    try {
      return future.get();
    } catch (InterruptedException e) {
      future.cancel(false);
      Thread.currentThread().interrupt();
      throw shuttingDown();
    } catch (ExecutionException e) {
      throw ofFailure(e.getCause());
    }
  }

  @Override
  public void close() {
    threads.shutdown();
    try {
      if (!threads.awaitTermination(GRACE_SECONDS, TimeUnit.SECONDS)) {
        threads.shutdownNow();
      }
    } catch (InterruptedException e) {
      threads.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }

  private RuntimeException ofFailure(@Nullable Throwable cause) {
    return switch (cause) {
      case RuntimeException known -> known;
      case OutOfMemoryError e ->
          ProblemException.unprocessable(
              "out_of_memory_budget",
              null,
              "There was not enough memory for these " + what + ". A smaller request needs less.");
      case null, default -> new IllegalStateException(what + " failed", cause);
    };
  }

  private static ProblemException shuttingDown() {
    return new ProblemException(
        HttpStatus.SERVICE_UNAVAILABLE, "shutting_down", null, "The service is going down.");
  }
}
