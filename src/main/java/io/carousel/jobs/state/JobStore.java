package io.carousel.jobs.state;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** All jobs, in memory. The only place where one value of a job takes the place of another. */
@Component
public final class JobStore {
  private final ConcurrentHashMap<String, TrainingJob> jobs = new ConcurrentHashMap<>();
  private final AtomicLong numbers = new AtomicLong();
  private final int retained;
  private final long retainedBytes;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition happened = lock.newCondition();

  public JobStore(JobSettings settings) {
    this.retained = settings.retained();
    this.retainedBytes = settings.retainedBytes().toBytes();
  }

  /** The number of the next job. */
  public long nextNumber() {
    return numbers.incrementAndGet();
  }

  /** Adds a job, and forgets the oldest of those that have ended where there are too many. */
  public void add(TrainingJob job) {
    jobs.put(job.id(), job);
    int kept = 0;
    long bytes = 0;
    for (TrainingJob ended : newestFirst()) {
      if (ended.status().terminal()) {
        bytes += ended.bytes();
        if (kept == 0 || (kept < retained && bytes <= retainedBytes)) {
          kept++; // the newest whatever it takes
        } else {
          remove(ended.id());
        }
      }
    }
  }

  public Optional<TrainingJob> find(String id) {
    return Optional.ofNullable(jobs.get(id));
  }

  /**
   * Replaces a job's value atomically.
   *
   * @param change must have no side effect
   * @return the value that is there now; empty where the job is gone
   */
  public Optional<TrainingJob> update(String id, UnaryOperator<TrainingJob> change) {
    TrainingJob[] before = new TrainingJob[1];
    @Nullable TrainingJob after =
        jobs.computeIfPresent(
            id,
            (key, job) -> {
              before[0] = job;
              return change.apply(job);
            });
    if (after != null && after.events() != before[0].events()) {
      signal();
    }
    return Optional.ofNullable(after);
  }

  /** As {@link #update}, but leaves alone a job that has ended. */
  public Optional<TrainingJob> updateLive(String id, UnaryOperator<TrainingJob> change) {
    return update(id, job -> job.status().terminal() ? job : change.apply(job));
  }

  public void remove(String id) {
    jobs.remove(id);
    signal();
  }

  public List<TrainingJob> newestFirst() {
    return jobs.values().stream()
        .sorted(Comparator.comparingLong(TrainingJob::number).reversed())
        .toList();
  }

  /** How many jobs have that status. */
  public long count(JobStatus status) {
    return jobs.values().stream().filter(job -> job.status() == status).count();
  }

  /**
   * Waits until a job has more events than were seen, has ended or is gone.
   *
   * @return the job then, or as it is after the time is over; empty where it is gone
   */
  public Optional<TrainingJob> await(String id, int seen, Duration patience)
      throws InterruptedException {
    long left = patience.toNanos();
    lock.lock();
    try {
      while (true) {
        TrainingJob job = jobs.get(id);
        if (job == null || job.events().size() > seen || job.status().terminal() || left <= 0) {
          return Optional.ofNullable(job);
        }
        left = happened.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }

  private void signal() {
    lock.lock();
    try {
      happened.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
