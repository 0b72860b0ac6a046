package io.carousel.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.carousel.engine.gradient.report.Verdict.Code;
import io.carousel.engine.nn.CellType;
import io.carousel.jobs.diagnostics.DiagnosticsSettings;
import io.carousel.jobs.diagnostics.ReportPoint;
import io.carousel.jobs.state.JobError;
import io.carousel.jobs.state.JobEvent;
import io.carousel.jobs.state.JobEvent.Level;
import io.carousel.jobs.state.JobStatus;
import io.carousel.jobs.state.TrainingJob;
import io.carousel.jobs.state.VerdictTurn;
import io.carousel.jobs.state.VerdictTurn.Change;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Jobs that are diagnosed while they train. */
class JobDiagnosticsTest {
  /** Drawn letters, so that no window is like another. */
  private static final String TEXT =
      new SplittableRandom(1)
          .ints(2000, 0, 6)
          .mapToObj(i -> String.valueOf((char) ('a' + i)))
          .collect(Collectors.joining());

  /** A recurrent gain of a half forgets by half a step. */
  private static final String VANISHING =
      "'cell': 'rnn', 'hidden_size': 12, 'initialization': {'recurrent': 'orthogonal',"
          + " 'recurrent_gain': 0.5}";

  /** A relu network with a gain of two grows without bounds. */
  private static final String EXPLODING =
      "'cell': 'rnn', 'nonlinearity': 'relu', 'hidden_size': 12, 'initialization': {'recurrent':"
          + " 'identity', 'recurrent_gain': 2}";

  @TempDir private Path directory;

  private JobsFixture jobs(DiagnosticsSettings settings) {
    return new JobsFixture(directory, JobsFixture.settings(2, 100), settings, null);
  }

  private JobsFixture jobs() {
    return jobs(JobsFixture.DIAGNOSTICS);
  }

  private static String start(JobsFixture jobs, String architecture, String training, String more) {
    String epochs = training.contains("epochs") ? "" : ", 'epochs': 1";
    String json =
        """
        {'dataset': {'text': '%s'}, 'architecture': {%s},
         'training': {'batch_size': 4, 'sequence_length': 20%s}%s}
        """
            .formatted(TEXT, architecture, training + epochs, more);
    return jobs.service.create(JobsFixture.request(json.replace('\'', '"'))).id();
  }

  private static List<VerdictTurn> turns(TrainingJob job) {
    return job.events().stream()
        .map(JobEvent::data)
        .filter(VerdictTurn.class::isInstance)
        .map(VerdictTurn.class::cast)
        .toList();
  }

  private static List<Long> steps(TrainingJob job) {
    return job.reports().points().stream().map(ReportPoint::step).toList();
  }

  private static VerdictTurn evidence(TrainingJob job) {
    return Objects.requireNonNull(JobsFixture.error(job).evidence());
  }

  @ParameterizedTest
  @EnumSource(CellType.class)
  void diagnosing_everyStep_changesNoBitOfWhatIsLearned(CellType cell) throws InterruptedException {
    String architecture =
        "'cell': '%s', 'hidden_size': 12, 'layers': 2, 'dropout': 0.2"
            .formatted(cell.name().toLowerCase(Locale.ROOT));
    try (JobsFixture jobs = jobs()) {
      String plain = start(jobs, architecture, "", "");
      String watched =
          start(jobs, architecture, "", ", 'diagnostics': {'every_steps': 1, 'batch_size': 2}");
      TrainingJob one = jobs.await(plain, JobStatus.SUCCEEDED);
      TrainingJob other = jobs.await(watched, JobStatus.SUCCEEDED);

      assertThat(one.reports().points()).isEmpty();
      assertThat(steps(other)).contains(0L, 23L);
      assertThat(jobs.models.get(JobsFixture.model(other)).parameters().values())
          .isEqualTo(jobs.models.get(JobsFixture.model(one)).parameters().values());
    }
  }

  @Test
  void reports_everyTenSteps_areAtTheStartEveryTenAndTheEnd() throws InterruptedException {
    try (JobsFixture jobs = jobs()) {
      String id = start(jobs, VANISHING, "", ", 'diagnostics': {'every_steps': 10}");
      TrainingJob job = jobs.await(id, JobStatus.SUCCEEDED);

      assertThat(job.progress().step()).isEqualTo(23);
      assertThat(steps(job)).containsExactly(0L, 10L, 20L, 23L);
      assertThat(jobs.reports.count()).isEqualTo(4);
      ReportPoint first = job.reports().points().getFirst();
      assertThat(first.verdicts()).containsExactly(Code.VANISHING_TIME);
      assertThat(first.loss()).isBetween(1.5, 2.2); // ln 6 = 1.79, untrained
      assertThat(first.requiredLag()).isEqualTo(20);
      ReportPoint.Path path = first.layers().getFirst();
      assertThat(path.lag()).isEqualTo(19);
      // 2^-19 by the gain, and less by tanh' below 1.
      assertThat(path.log10Ratio()).isBetween(-9.0, 19 * Math.log10(0.5));
      assertThat(path.horizon().oneTenth()).isBetween(2, 4);
      assertThat(path.horizon().oneThousandth()).isBetween(7, 10);
      assertThat(path.halfLife()).isBetween(0.5, 1.0);

      VerdictTurn turn = turns(job).getFirst();
      assertThat(turn.code()).isEqualTo(Code.VANISHING_TIME);
      assertThat(turn.change()).isEqualTo(Change.APPEARED);
      assertThat(turn.step()).isZero();
      assertThat(turn.report()).isEqualTo(first.id());
      assertThat(turn.evidence()).contains("/lag_profile/layers/0/ratio/19");
      JobEvent event =
          job.events().stream().filter(e -> e.data() == turn).findFirst().orElseThrow();
      assertThat(event.level()).isEqualTo(Level.WARN);
      assertThat(event.type()).isEqualTo(JobEvent.Type.VERDICT);
      assertThat(event.message()).startsWith("Step 0: VANISHING_TIME (");
      assertThat(job.epochs()).hasSize(1);
    }
  }

  @Test
  void reports_sameSeed_areOfTheSameWindows() throws InterruptedException {
    try (JobsFixture jobs = jobs()) {
      // Nothing is learned, so that only the windows could make a difference.
      String none = ", 'optimizer': {'type': 'sgd', 'learning_rate': 1e-30}";
      String id = start(jobs, VANISHING, none, ", 'diagnostics': {'every_steps': 10}");
      List<ReportPoint> points = jobs.await(id, JobStatus.SUCCEEDED).reports().points();

      assertThat(points).hasSize(4);
      assertThat(points).extracting(ReportPoint::loss).containsOnly(points.getFirst().loss());
      assertThat(points).extracting(ReportPoint::layers).containsOnly(points.getFirst().layers());
    }
  }

  @Test
  void reports_moreThanAreKept_areThinnedEvenlyAndTheirPointsStay() throws InterruptedException {
    try (JobsFixture jobs = jobs(new DiagnosticsSettings(1, Duration.ofDays(1), 4, 16))) {
      String id =
          start(jobs, VANISHING, "", ", 'diagnostics': {'every_steps': 2, 'batch_size': 2}");
      TrainingJob job = jobs.await(id, JobStatus.SUCCEEDED);

      assertThat(steps(job)).hasSize(13).contains(0L, 2L, 22L, 23L);
      assertThat(jobs.reports.count()).isEqualTo(4);
      List<Long> whole =
          job.reports().points().stream()
              .filter(point -> jobs.reports.reports.has(point.id()))
              .map(ReportPoint::step)
              .toList();
      assertThat(whole).hasSize(4).startsWith(0L).endsWith(23L);
      assertThat(whole.get(1)).isBetween(4L, 12L);
    }
  }

  @Test
  void reports_overTheirShareOfTheTime_areSkippedAndSaid() throws InterruptedException {
    try (JobsFixture jobs = jobs(new DiagnosticsSettings(1e-9, Duration.ZERO, 4, 16))) {
      String id = start(jobs, VANISHING, "", ", 'diagnostics': {'every_steps': 5}");
      TrainingJob job = jobs.await(id, JobStatus.SUCCEEDED);

      assertThat(steps(job)).as("the first and the last are always made").containsExactly(0L, 23L);
      assertThat(job.events())
          .extracting(JobEvent::message)
          .filteredOn(message -> message.contains("no gradient report"))
          .hasSize(1)
          .allMatch(m -> m.startsWith("Step 5: ") && m.contains("diagnostics.max-share"));
      assertThat(job.events())
          .extracting(JobEvent::message)
          .anyMatch(message -> message.startsWith("Gradient reports: 2 made, 4 skipped, "));
    }
  }

  @Test
  void stopOn_vanishingAtTheStart_failsBeforeTheFirstStepAndKeepsNothing()
      throws InterruptedException {
    try (JobsFixture jobs = jobs()) {
      String id =
          start(
              jobs,
              VANISHING,
              "",
              ", 'diagnostics': {'every_steps': 10, 'stop_on': ['VANISHING_TIME']}");
      TrainingJob job = jobs.await(id, JobStatus.FAILED);
      JobError error = JobsFixture.error(job);

      assertThat(error.code()).isEqualTo("stopped_by_verdict");
      assertThat(error.message()).startsWith("Stopped at step 0 by VANISHING_TIME");
      assertThat(evidence(job)).isEqualTo(turns(job).getFirst());
      assertThat(job.progress().step()).isZero();
      assertThat(job.state().fineTunedModel()).isNull();
      assertThat(jobs.models.list()).isEmpty();
      assertThat(job.events().getLast().level()).isEqualTo(Level.ERROR);
    }
  }

  @Test
  void stopOn_exploding_failsAtThatReport() throws InterruptedException {
    try (JobsFixture jobs = jobs()) {
      String id =
          start(
              jobs,
              EXPLODING,
              ", 'optimizer': {'type': 'sgd', 'learning_rate': 1e-12}",
              ", 'diagnostics': {'every_steps': 10, 'stop_on': ['EXPLODING_TIME']}");
      TrainingJob job = jobs.await(id, JobStatus.FAILED);

      assertThat(JobsFixture.error(job).code()).isEqualTo("gradient_exploding");
      assertThat(evidence(job).code()).isEqualTo(Code.EXPLODING_TIME);
      assertThat(evidence(job).report()).isEqualTo(job.reports().points().getLast().id());
    }
  }

  @Test
  void stopOn_learningRateHigh_needsNoReportsAndKeepsTheWeights() throws InterruptedException {
    try (JobsFixture jobs = jobs()) {
      String id =
          start(
              jobs,
              VANISHING,
              // The decay alone changes each weight by a quarter a step.
              ", 'epochs': 20, 'optimizer': {'type': 'adamw', 'learning_rate': 0.25,"
                  + " 'weight_decay': 1}",
              ", 'diagnostics': {'stop_on': ['LEARNING_RATE_HIGH']}");
      TrainingJob job = jobs.await(id, JobStatus.FAILED);

      assertThat(JobsFixture.error(job).code()).isEqualTo("stopped_by_verdict");
      VerdictTurn verdict = evidence(job);
      assertThat(verdict.code()).isEqualTo(Code.LEARNING_RATE_HIGH);
      assertThat(verdict.report()).isNull();
      assertThat(verdict.measured()).isGreaterThan(-2);
      assertThat(verdict.evidence()).contains("/update_ratio_log10/rnn.weight_hh_l0");
      assertThat(job.progress().step()).isEqualTo(verdict.step()).isGreaterThan(100);
      assertThat(job.reports().points()).isEmpty();
      assertThat(jobs.models.get(JobsFixture.model(job)).provenance().steps())
          .isEqualTo(verdict.step());
    }
  }

  @Test
  void nonFinite_inTraining_isAVerdictAndThereIsAReportOfTheLastGoodWeights()
      throws InterruptedException {
    try (JobsFixture jobs = jobs()) {
      String id =
          start(
              jobs,
              EXPLODING,
              ", 'optimizer': {'type': 'sgd', 'learning_rate': 1e30},"
                  + " 'gradient_clipping': {'type': 'none'}",
              ", 'diagnostics': {'every_steps': 1000, 'stop_on': ['NON_FINITE']}");
      TrainingJob job = jobs.await(id, JobStatus.FAILED);

      assertThat(JobsFixture.error(job).code()).isEqualTo("loss_non_finite");
      assertThat(evidence(job).code()).isEqualTo(Code.NON_FINITE);
      assertThat(evidence(job).report()).isNull();
      assertThat(turns(job)).contains(evidence(job));
      assertThat(steps(job)).endsWith(job.progress().step());
      assertThat(job.state().fineTunedModel()).isNull();
    }
  }

  @Test
  void clipping_ofARun_isInItsMetrics() throws InterruptedException {
    try (JobsFixture jobs = jobs()) {
      String id =
          start(
              jobs,
              VANISHING,
              ", 'gradient_clipping': {'type': 'global_norm', 'threshold': 1e-6}",
              "");
      TrainingJob job = jobs.await(id, JobStatus.SUCCEEDED);

      var clipping = Objects.requireNonNull(job.metrics().clipping());
      assertThat(clipping.steps()).isEqualTo(23);
      assertThat(clipping.share()).isEqualTo(1);
      assertThat(clipping.normP50()).isPositive().isLessThanOrEqualTo(clipping.normP99());
      assertThat(clipping.normP99()).isLessThanOrEqualTo(clipping.normMax());
      double greatest =
          job.series().points().stream()
              .mapToDouble(p -> p.report().gradientNorm())
              .max()
              .orElse(0);
      assertThat(clipping.normMax()).isEqualTo(greatest);
    }
  }
}
