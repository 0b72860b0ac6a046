package io.carousel.jobs.run;

import io.carousel.jobs.state.JobStatus;
import io.carousel.jobs.state.JobStore;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Locale;
import org.springframework.stereotype.Component;

/** What Prometheus sees of training; never a label per job. */
@Component
final class JobMeters {
  private final Counter tokens;
  private final Timer steps;

  JobMeters(MeterRegistry registry, JobStore store) {
    for (JobStatus status : JobStatus.values()) {
      Gauge.builder("carousel.jobs", store, jobs -> jobs.count(status))
          .tag("status", status.name().toLowerCase(Locale.ROOT))
          .description("Training jobs in memory")
          .register(registry);
    }
    Gauge.builder("carousel.queue.depth", store, jobs -> jobs.count(JobStatus.QUEUED))
        .description("Training jobs that wait")
        .register(registry);
    tokens =
        Counter.builder("carousel.training.tokens")
            .description("Predictions trained on")
            .register(registry);
    steps =
        Timer.builder("carousel.training.step")
            .description("Optimiser steps, the evaluations between them included")
            .register(registry);
  }

  /** One optimiser step. */
  void step(long predictions, double seconds) {
    tokens.increment(predictions);
    steps.record(Duration.ofNanos((long) (seconds * 1e9)));
  }
}
