package io.carousel.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.carousel.engine.train.EpochReport;
import io.carousel.engine.train.Evaluation;
import io.carousel.engine.train.StepReport;
import io.carousel.engine.train.TrainingListener.Plan;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunMonitorTest {
  @TempDir private Path directory;
  private JobsFixture jobs;
  private SimpleMeterRegistry registry;
  private RunMonitor monitor;
  private String id;

  @BeforeEach
  void open() {
    jobs = new JobsFixture(directory, JobsFixture.settings(2, 2), null);
    jobs.queue.stop(); // the job stands still
    registry = new SimpleMeterRegistry();
    JobPlanner.Plan plan = jobs.planner.plan(JobsFixture.request(JobsFixture.REQUEST));
    TrainingJob job =
        TrainingJob.create("job-0", 1, plan.specification(), plan.data(), 16).queued().started();
    id = job.id();
    jobs.store.add(job);
    monitor =
        new RunMonitor(job, jobs.store, new JobMeters(registry, jobs.store), Duration.ofDays(1));
    monitor.onStart(new Plan(10, 20, 100));
  }

  @AfterEach
  void close() {
    jobs.close();
  }

  private void step(long step, int epoch, double seconds, double loss, boolean clipped) {
    monitor.onStep(new StepReport(step, epoch, 10 * step, seconds, 0.01, loss, 3.0, clipped, null));
  }

  private TrainingJob job() {
    return jobs.service.get(id);
  }

  private static EpochReport epoch(int epoch, @Nullable Double loss, boolean best) {
    return new EpochReport(
        epoch,
        10L * epoch,
        2.0,
        loss == null ? null : new Evaluation(loss, 0.5, 0.9, 9, 50),
        best,
        10.0 * epoch);
  }

  @Test
  void onStep_quarterOfTheWay_percentageAndTimeLeft() {
    step(5, 1, 2.0, 3.0, false);
    Progress progress = job().progress();
    assertThat(progress.percentage()).isEqualTo(25);
    assertThat(progress.secondsLeft()).isEqualTo(6.0, within(1e-9));
    assertThat(progress.tokensPerSecond()).isEqualTo(25.0, within(1e-9));
  }

  @Test
  void onStep_fasterNow_tokensPerSecondIsOfTheLastTenSeconds() {
    step(1, 1, 100.0, 3.0, false); // 0.1 tokens/s
    step(2, 1, 101.0, 3.0, false);
    step(3, 1, 110.5, 3.0, false); // 101 → 110.5: 10 tokens in 9.5 s
    assertThat(job().progress().tokensPerSecond()).isEqualTo(10 / 9.5, within(1e-9));
  }

  @Test
  void onStep_lossesOfAnEpoch_areAveragedAndStartAnewInTheNext() {
    step(1, 1, 1, 4.0, true);
    step(2, 1, 2, 2.0, false);
    assertThat(job().metrics().trainLoss()).isEqualTo(3.0);
    assertThat(job().metrics().clipFraction()).isEqualTo(0.5);
    step(3, 2, 3, 1.0, false);
    assertThat(job().metrics().trainLoss()).isEqualTo(1.0);
  }

  @Test
  void onEpoch_notTheBest_metricsStayThoseOfTheBest() {
    step(10, 1, 10, 2.0, false);
    monitor.onEpoch(epoch(1, 1.5, true));
    step(20, 2, 20, 1.0, false);
    monitor.onEpoch(epoch(2, 1.9, false));

    TrainingJob job = job();
    assertThat(job.metrics().bestEpoch()).isEqualTo(1);
    assertThat(job.metrics().validLoss()).isEqualTo(1.5);
    assertThat(job.metrics().perplexity()).isEqualTo(Math.exp(1.5));
    assertThat(job.epochs()).extracting(EpochMetrics::validLoss).containsExactly(1.5, 1.9);
    assertThat(job.series().points().getLast().validLoss())
        .as("that of the last evaluation before the step")
        .isEqualTo(1.5);
  }

  @Test
  void onEpoch_withoutValidation_perplexityIsOfTheTrainingLoss() {
    step(10, 1, 10, 2.5, false);
    monitor.onEpoch(epoch(1, null, true));
    assertThat(job().metrics().validLoss()).isNull();
    assertThat(job().metrics().perplexity()).isEqualTo(Math.exp(2.0));
  }

  @Test
  void meters_twoSteps_countTokensAndTime() {
    step(1, 1, 0.5, 2, false);
    step(2, 1, 1.0, 2, false);
    assertThat(registry.get("carousel.training.tokens").counter().count()).isEqualTo(20);
    assertThat(registry.get("carousel.training.step").timer().count()).isEqualTo(2);
    assertThat(registry.get("carousel.jobs").tag("status", "running").gauge().value()).isEqualTo(1);
  }
}
