package io.carousel.jobs;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.carousel.TestStorage;
import io.carousel.engine.nn.Parameters;
import io.carousel.engine.train.TrainingOutcome;
import io.carousel.files.SyntheticLimits;
import io.carousel.jobs.diagnostics.DiagnosticsSettings;
import io.carousel.jobs.run.CorpusLoader;
import io.carousel.jobs.run.JobQueue;
import io.carousel.jobs.run.RunFixture;
import io.carousel.jobs.state.JobError;
import io.carousel.jobs.state.JobSettings;
import io.carousel.jobs.state.JobStatus;
import io.carousel.jobs.state.JobStore;
import io.carousel.jobs.state.TrainingJob;
import io.carousel.models.ArchitectureLimits;
import io.carousel.models.ModelCatalogue;
import io.carousel.reports.ReportsFixture;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.springframework.util.unit.DataSize;

/** The whole of the jobs without HTTP; the training itself may be another. */
final class JobsFixture implements AutoCloseable {
  static final String REQUEST =
      """
      {"dataset": {"text": "abcabcabcabcabcabcabcabcabcabcabcabcabc"},
       "architecture": {"hidden_size": 4},
       "training": {"epochs": 2, "batch_size": 2, "sequence_length": 4}}
      """;

  /** Never skips a report. */
  static final DiagnosticsSettings DIAGNOSTICS =
      new DiagnosticsSettings(1, Duration.ofDays(1), 4, 16);

  final ReportsFixture reports = new ReportsFixture();
  final JobStore store;
  final JobQueue queue;
  final JobPlanner planner;
  final JobService service;
  final JobSettings settings;
  final ModelCatalogue models;

  /**
   * @param training null for the engine's own
   */
  JobsFixture(Path directory, JobSettings settings, RunFixture.@Nullable Training training) {
    this(directory, settings, DIAGNOSTICS, training);
  }

  /**
   * @param training null for the engine's own
   */
  JobsFixture(
      Path directory,
      JobSettings settings,
      DiagnosticsSettings diagnostics,
      RunFixture.@Nullable Training training) {
    this.settings = settings;
    models = TestStorage.models(directory);
    store = new JobStore(settings);
    CorpusLoader corpora = new CorpusLoader(TestStorage.files(directory));
    planner =
        new JobPlanner(
            models,
            corpora,
            new TrainingLimits(DataSize.ofMegabytes(64), 1024, 512, 1000),
            SyntheticLimits.DEFAULT,
            new ArchitectureLimits(8, 512, 64, 2000, 20_000_000),
            new DiagnosticsPlanner(reports.reports, diagnostics));
    queue =
        RunFixture.queue(store, corpora, models, settings, reports.reports, diagnostics, training);
    service = new JobService(store, queue, planner, settings);
    queue.start();
  }

  static JobSettings settings(int queueCapacity, int retained) {
    return settings(queueCapacity, retained, DataSize.ofMegabytes(64));
  }

  static JobSettings settings(int queueCapacity, int retained, DataSize retainedBytes) {
    return new JobSettings(
        queueCapacity,
        1,
        retained,
        retainedBytes,
        16,
        4,
        Duration.ofMillis(20),
        Duration.ofSeconds(5),
        Duration.ofSeconds(5));
  }

  static JobRequest request(String json) {
    return TestStorage.mapper().readValue(json, JobRequest.class);
  }

  TrainingJob create() {
    return service.create(request(REQUEST));
  }

  /** Waits until the job has that status. */
  TrainingJob await(String id, JobStatus status) throws InterruptedException {
    long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    TrainingJob job = service.get(id);
    while (job.status() != status) {
      assertThat(System.nanoTime()).as("%s is %s", id, job.status()).isLessThan(deadline);
      assertThat(job.status().terminal()).as("ended as %s", job.state()).isFalse();
      job = store.await(id, job.events().size(), Duration.ofMillis(50)).orElseThrow();
    }
    return job;
  }

  static String model(TrainingJob job) {
    return requireNonNull(job.state().fineTunedModel());
  }

  static JobError error(TrainingJob job) {
    return requireNonNull(job.state().error());
  }

  @Override
  public void close() {
    queue.stop();
  }

  /** A run that lasts until it is told to stop. */
  static TrainingOutcome endless(Parameters initial, BooleanSupplier stop) {
    while (!stop.getAsBoolean()) {
      Thread.onSpinWait();
    }
    return new TrainingOutcome.Cancelled(initial, 1);
  }
}
