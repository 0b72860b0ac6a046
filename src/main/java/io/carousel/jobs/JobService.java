package io.carousel.jobs;

import io.carousel.http.ProblemException;
import io.carousel.http.ResourceIds;
import io.carousel.jobs.run.JobQueue;
import io.carousel.jobs.state.JobSettings;
import io.carousel.jobs.state.JobStatus;
import io.carousel.jobs.state.JobStore;
import io.carousel.jobs.state.TrainingJob;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Service;

/** What clients can do with jobs. */
@Service
class JobService {
  private static final Logger log = LoggerFactory.getLogger(JobService.class);

  private final JobStore store;
  private final JobQueue queue;
  private final JobPlanner planner;
  private final JobSettings settings;

  JobService(JobStore store, JobQueue queue, JobPlanner planner, JobSettings settings) {
    this.store = store;
    this.queue = queue;
    this.planner = planner;
    this.settings = settings;
  }

  /**
   * Admits a job.
   *
   * @throws ProblemException 400, 404, 422 where it cannot be trained, 429 where the queue is full
   */
  TrainingJob create(JobRequest request) {
    if (queue.closed()) {
      throw new ProblemException(
          HttpStatus.SERVICE_UNAVAILABLE,
          "shutting_down",
          null,
          "The service is going down and takes no more jobs.");
    }
    if (queue.full()) { // before anything is read
      throw queueFull();
    }
    JobPlanner.Plan plan = planner.plan(request);
    TrainingJob job =
        TrainingJob.create(
                newId(),
                store.nextNumber(),
                plan.specification(),
                plan.data(),
                settings.metricPoints())
            .queued();
    store.add(job);
    if (!queue.offer(job.id())) {
      store.remove(job.id());
      throw queueFull();
    }
    log.atInfo().addKeyValue("job_id", job.id()).log("Job {} queued", job.id());
    return job;
  }

  /** Newest first; only those with that status and all of the metadata. */
  List<TrainingJob> list(@Nullable JobStatus status, Map<String, String> metadata) {
    return store.newestFirst().stream()
        .filter(job -> status == null || job.status() == status)
        .filter(job -> job.specification().metadata().entrySet().containsAll(metadata.entrySet()))
        .toList();
  }

  /**
   * The job of that id.
   *
   * @throws ProblemException 404 where there is none
   */
  TrainingJob get(String id) {
    return store.find(id).orElseThrow(() -> unknown(id));
  }

  /**
   * Ends a job; a run notices within one optimiser step. A job that is cancelled already is
   * returned as it is.
   *
   * @throws ProblemException 404; 400 where the job has ended in another way
   */
  TrainingJob cancel(String id) {
    TrainingJob job = store.updateLive(id, TrainingJob::cancelled).orElseThrow(() -> unknown(id));
    if (job.status() != JobStatus.CANCELLED) {
      throw ProblemException.invalidState(
          "The job '%s' cannot be cancelled: expected one that has not ended, found status %s."
              .formatted(id, name(job.status())));
    }
    queue.remove(id);
    return job;
  }

  /**
   * Forgets a job that has ended; its model stays.
   *
   * @throws ProblemException 404; 400 where the job has not ended
   */
  void delete(String id) {
    TrainingJob job = get(id);
    if (!job.status().terminal()) {
      throw ProblemException.invalidState(
          "The job '%s' cannot be deleted: expected one that has ended, found status %s; cancel it"
                  .formatted(id, name(job.status()))
              + " first.");
    }
    store.remove(id);
  }

  private ProblemException queueFull() {
    return ProblemException.tooMany(
        "queue_full",
        ("The queue is full: expected fewer than %d waiting jobs (the setting"
                + " carousel.jobs.queue-capacity), found %d. Try again later.")
            .formatted(queue.capacity(), queue.capacity()));
  }

  private static ProblemException unknown(String id) {
    return ProblemException.notFound("training job", id);
  }

  private static String name(JobStatus status) {
    return status.name().toLowerCase(Locale.ROOT);
  }

  private static String newId() {
    return ResourceIds.next("job");
  }
}
