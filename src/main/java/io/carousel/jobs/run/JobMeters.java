package io.carousel.jobs.run;

import static java.util.Objects.requireNonNull;

import io.carousel.engine.gradient.report.Verdict;
import io.carousel.jobs.state.JobStatus;
import io.carousel.jobs.state.JobStore;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import org.springframework.stereotype.Component;

/** What Prometheus sees of training; never a label per job. */
@Component
final class JobMeters {
  private final Counter tokens;
  private final Timer steps;
  private final Map<Verdict.Code, Counter> verdicts = new EnumMap<>(Verdict.Code.class);
  private volatile double loss = Double.NaN;
  private volatile double gradientNorm = Double.NaN;

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
    Gauge.builder("carousel.training.loss", this, meters -> meters.loss)
        .description("Training loss of the last optimiser step, in nats per token")
        .register(registry);
    Gauge.builder("carousel.training.gradient.norm", this, meters -> meters.gradientNorm)
        .description("Global norm of the gradient of the last optimiser step, before the clip")
        .register(registry);
    for (Verdict.Code code : Verdict.Code.values()) {
      verdicts.put(
          code,
          Counter.builder("carousel.verdicts")
              .tag("code", code.name())
              .description("Verdicts that appeared while jobs trained")
              .register(registry));
    }
  }

  /** One optimiser step. */
  void step(long predictions, double seconds, double trainLoss, double norm) {
    tokens.increment(predictions);
    steps.record(Duration.ofNanos((long) (seconds * 1e9)));
    loss = trainLoss;
    gradientNorm = norm;
  }

  /** A verdict holds that did not before. */
  void verdict(Verdict.Code code) {
    requireNonNull(verdicts.get(code)).increment();
  }
}
