package io.carousel.jobs.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.carousel.engine.nn.Architecture;
import io.carousel.engine.tokens.Dataset;
import io.carousel.engine.tokens.Tokenizer;
import io.carousel.engine.tokens.TokenizerSpecification;
import io.carousel.engine.train.EpochReport;
import io.carousel.engine.train.Evaluation;
import io.carousel.engine.train.StepReport;
import io.carousel.engine.train.TrainingListener.Plan;
import io.carousel.engine.train.TrainingSpecification;
import io.carousel.jobs.state.EpochMetrics;
import io.carousel.jobs.state.JobSettings;
import io.carousel.jobs.state.JobSpecification;
import io.carousel.jobs.state.JobStore;
import io.carousel.jobs.state.Progress;
import io.carousel.jobs.state.TrainingData;
import io.carousel.jobs.state.TrainingJob;
import io.carousel.jobs.state.TrainingSource;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;

class RunMonitorTest {
  private static final String ID = "job-0";
  private static final JobSettings SETTINGS =
      new JobSettings(
          2,
          1,
          2,
          DataSize.ofMegabytes(1),
          16,
          4,
          Duration.ofSeconds(1),
          Duration.ofSeconds(5),
          Duration.ofSeconds(5));
  private static final Dataset TEXT = new Dataset.Text("abcabc");
  private static final Tokenizer TOKENIZER = Tokenizer.fit(TokenizerSpecification.DEFAULT, TEXT);
  private static final TrainingData DATA =
      new TrainingData(new TrainingSource(null, TEXT, null, 0.1), TOKENIZER);
  private static final JobSpecification SPECIFICATION =
      new JobSpecification(
          "lstm",
          null,
          Architecture.DEFAULT,
          TOKENIZER.specification(),
          3,
          1000,
          TrainingSpecification.DEFAULT,
          1,
          null,
          null,
          1,
          null,
          Map.of(),
          null,
          null);

  private JobStore store;
  private SimpleMeterRegistry registry;
  private RunMonitor monitor;

  @BeforeEach
  void open() {
    store = new JobStore(SETTINGS);
    registry = new SimpleMeterRegistry();
    TrainingJob job = TrainingJob.create(ID, 1, SPECIFICATION, DATA, 16).queued().started();
    store.add(job);
    monitor = new RunMonitor(job, store, new JobMeters(registry, store), Duration.ofDays(1));
    monitor.onStart(new Plan(10, 20, 100));
  }

  private void step(long step, int epoch, double seconds, double loss, boolean clipped) {
    monitor.onStep(new StepReport(step, epoch, 10 * step, seconds, 0.01, loss, 3.0, clipped, null));
  }

  private TrainingJob job() {
    return store.find(ID).orElseThrow();
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
    assertThat(registry.get("carousel.training.gradient.norm").gauge().value()).isPositive();
    assertThat(registry.get("carousel.training.loss").gauge().value()).isPositive();
    assertThat(registry.get("carousel.training.step").timer().count()).isEqualTo(2);
    assertThat(registry.get("carousel.jobs").tag("status", "running").gauge().value()).isEqualTo(1);
  }
}
