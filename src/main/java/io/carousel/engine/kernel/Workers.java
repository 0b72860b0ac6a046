package io.carousel.engine.kernel;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Threads that compute together: a parallel loop whose caller takes part.
 *
 * <p>The phases of a training step follow one another within microseconds, so an idle worker first
 * spins; but only for a bounded time, because on a small machine two spinning workers and the JIT
 * compiler would halve one another's speed. Which worker takes which index is left to chance:
 * callers see to it that the result does not depend on it.
 *
 * <p>One caller at a time; not for use from within a task.
 */
public final class Workers implements AutoCloseable {

  /** The body of a parallel loop. */
  @FunctionalInterface
  public interface Task {
    void run(int index);
  }

  private static final int SPINS = 10_000; // some 50 µs

  private final Thread[] helpers;
  private final AtomicInteger next = new AtomicInteger();
  private final AtomicInteger finished = new AtomicInteger();
  private volatile int generation;
  private volatile @Nullable Throwable failure;
  private volatile boolean closed;
  private @Nullable Task task;
  private int count;

  /**
   * Starts a group.
   *
   * @param threads how many compute, the caller included; at least 1
   * @param name prefix of the threads' names
   */
  public Workers(int threads, String name) {
    if (threads < 1) {
      throw new IllegalArgumentException("threads: expected at least 1, found " + threads);
    }
    helpers = new Thread[threads - 1];
    for (int i = 0; i < helpers.length; i++) {
      helpers[i] = Thread.ofPlatform().daemon().name(name + "-" + (i + 1)).start(this::help);
    }
  }

  /** How many threads compute, the caller included. */
  public int threads() {
    return helpers.length + 1;
  }

  /** Runs the task for every index in [0, count) and returns when all are done. */
  public void run(int count, Task task) {
    if (helpers.length == 0 || count <= 1) {
      for (int i = 0; i < count; i++) {
        task.run(i);
      }
      return;
    }
    this.task = task;
    this.count = count;
    failure = null;
    next.set(0);
    finished.set(0);
    generation++; // publishes the fields above; only the caller writes it
    for (Thread helper : helpers) {
      LockSupport.unpark(helper);
    }
    work(task, count);
    int spins = 0;
    while (finished.get() < helpers.length) {
      pause(spins++);
    }
    switch (failure) {
      case null -> {}
      case Error error -> throw error;
      case RuntimeException exception -> throw exception;
      case Throwable checked -> throw new IllegalStateException(checked);
    }
  }

  private void work(Task body, int end) {
    try {
      for (int i = next.getAndIncrement(); i < end; i = next.getAndIncrement()) {
        body.run(i);
      }
    } catch (RuntimeException | Error e) {
      failure = e;
      next.set(end); // nobody begins another index
    }
  }

  private void help() {
    int seen = 0;
    int spins = 0;
    while (!closed) {
      int current = generation;
      if (current != seen) {
        seen = current;
        spins = 0;
        Task body = task;
        if (body != null) {
          work(body, count);
        }
        finished.incrementAndGet();
      } else if (spins < SPINS) {
        spins++;
        Thread.onSpinWait();
      } else {
        LockSupport.park(this);
      }
    }
  }

  private static void pause(int spins) {
    if (spins < SPINS) {
      Thread.onSpinWait();
    } else {
      Thread.yield(); // the last task of another worker may take long
    }
  }

  /** Ends the threads. */
  @Override
  public void close() {
    closed = true;
    for (Thread helper : helpers) {
      LockSupport.unpark(helper);
    }
  }
}
