package io.carousel.jobs.run;

import io.carousel.jobs.state.JobError;
import io.carousel.jobs.state.JobSettings;
import io.carousel.jobs.state.JobStatus;
import io.carousel.jobs.state.JobStore;
import io.carousel.jobs.state.TrainingJob;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * The jobs that wait, and the threads that run them.
 *
 * <p>Stops before the web server does, so that event streams end and clients still learn what
 * became of their jobs.
 */
@Component
public final class JobQueue implements SmartLifecycle {
  private static final Logger log = LoggerFactory.getLogger(JobQueue.class);
  private static final long POLL_MILLIS = 200;

  private final JobStore store;
  private final JobRunner runner;
  private final JobSettings settings;
  private final BlockingQueue<String> waiting;
  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean running;
  private volatile boolean stopped;

  JobQueue(JobStore store, JobRunner runner, JobSettings settings) {
    this.store = store;
    this.runner = runner;
    this.settings = settings;
    this.waiting = new ArrayBlockingQueue<>(settings.queueCapacity());
  }

  /** Whether another job would be refused now. */
  public boolean full() {
    return waiting.remainingCapacity() == 0;
  }

  public int capacity() {
    return settings.queueCapacity();
  }

  /** Whether the service is going down and takes no more jobs. */
  public boolean closed() {
    return stopped;
  }

  /** Lets a job wait for a thread; false where the queue is full. */
  public boolean offer(String id) {
    return waiting.offer(id);
  }

  /** Frees the place of a job that is not to be run any more. */
  public void remove(String id) {
    waiting.remove(id);
  }

  @Override
  public synchronized void start() {
    stopped = false;
    running = true;
    for (int i = 1; i <= settings.concurrency(); i++) {
      threads.add(Thread.ofPlatform().name("training-" + i).start(this::work));
    }
  }

  @Override
  public synchronized void stop() {
    stopped = true;
    running = false;
    waiting.clear();
    // What has not begun is lost; the runs notice it themselves, within one optimiser step, and
    // keep what they have learned.
    interrupt(
        "The service was stopped before the job had begun.",
        job -> job.status() != JobStatus.RUNNING);
    long deadline = System.nanoTime() + settings.shutdownGrace().toNanos();
    for (Thread thread : threads) {
      join(thread, Math.max(1, (deadline - System.nanoTime()) / 1_000_000));
    }
    threads.clear();
    interrupt("The service was stopped, and the run did not notice it in time.", job -> true);
  }

  private void interrupt(String message, Predicate<TrainingJob> which) {
    JobError error = new JobError("interrupted", message, null);
    store
        .newestFirst()
        .forEach(
            job -> store.updateLive(job.id(), now -> which.test(now) ? now.failed(error) : now));
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  private void work() {
    while (running) {
      try {
        String id = waiting.poll(POLL_MILLIS, TimeUnit.MILLISECONDS);
        if (id != null) {
          runner.run(id, this::closed);
        }
      } catch (InterruptedException e) {
        return;
      } catch (Throwable e) {
        // The runner catches what belongs to a job; what is left, such as a log that cannot be
        // written, must not end the only thread that trains.
        log.error("A training thread goes on after a failure", e);
      }
    }
  }

  private static void join(Thread thread, long millis) {
    try {
      thread.join(millis);
      if (thread.isAlive()) {
        log.warn("{} did not stop in time", thread.getName());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
