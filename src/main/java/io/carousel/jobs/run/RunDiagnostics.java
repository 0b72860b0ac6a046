package io.carousel.jobs.run;

import io.carousel.engine.gradient.report.SuggestedTraining;
import io.carousel.engine.gradient.report.Verdict;
import io.carousel.engine.gradient.report.Verdict.Code;
import io.carousel.engine.nn.Parameters;
import io.carousel.engine.tokens.TokenizerType;
import io.carousel.engine.train.StepReport;
import io.carousel.engine.train.TrainingListener;
import io.carousel.jobs.diagnostics.DiagnosticsSettings;
import io.carousel.jobs.diagnostics.DiagnosticsSpecification;
import io.carousel.jobs.diagnostics.ReportPoint;
import io.carousel.jobs.diagnostics.ReportSeries;
import io.carousel.jobs.state.JobEvent.Level;
import io.carousel.jobs.state.JobStatus;
import io.carousel.jobs.state.JobStore;
import io.carousel.jobs.state.TrainingJob;
import io.carousel.jobs.state.VerdictTurn;
import io.carousel.jobs.state.VerdictTurn.Change;
import io.carousel.reports.TrainingReports;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches a run: makes its gradient reports, tells of verdicts that turn, and says when one is to
 * end it.
 *
 * <p>Reports are made on the training thread, which waits meanwhile. So they are of exactly the
 * step that they name, the weights need no copy, one run has one analysis at a time, and what turns
 * ends the run before its next step; in the background the two would share the same processors all
 * the same. {@link ReportBudget} bounds what it costs.
 */
final class RunDiagnostics implements TrainingListener {
  private static final Logger log = LoggerFactory.getLogger(RunDiagnostics.class);

  /** Events that verdicts may add to a job; what turns more often is noise. */
  private static final int MOST_TURNS = 500;

  private static final Set<Code> OF_UPDATES =
      EnumSet.of(Code.LEARNING_RATE_HIGH, Code.LEARNING_RATE_LOW);

  /** Update ratios are looked at as often at least; each time costs a pass over the parameters. */
  private static final int DETAIL_EVERY = 10;

  private final JobStore store;
  private final String id;
  private final TokenizerType tokens;
  private final List<Code> stopOn;

  private final TrainingReports reports;
  private final DiagnosticsSettings settings;
  private final JobMeters meters;
  private final ReportBudget budget;
  private final long everySteps;
  private TrainingReports.@Nullable Probe probe; // null: no reports, or no more
  private ReportSeries series;
  private long lastReported = -1;

  private final UpdateWindow updates;
  private final VerdictTracker ofUpdates = new VerdictTracker();
  private final VerdictTracker ofReports = new VerdictTracker();
  private int epoch;
  private int told;
  private @Nullable VerdictTurn stop;

  /**
   * @param probe what the reports are made on; null for none
   */
  RunDiagnostics(
      TrainingJob job,
      JobStore store,
      TrainingReports reports,
      TrainingReports.@Nullable Probe probe,
      DiagnosticsSettings settings,
      JobMeters meters) {
    this.store = store;
    this.reports = reports;
    this.probe = probe;
    this.settings = settings;
    this.meters = meters;
    id = job.id();
    tokens = job.specification().tokenizer().type();
    updates = new UpdateWindow(job.specification().training());
    DiagnosticsSpecification asked = job.specification().diagnostics();
    stopOn = asked == null ? List.of() : asked.stopOn();
    everySteps = asked == null || asked.everySteps() == null ? Long.MAX_VALUE : asked.everySteps();
    series = ReportSeries.empty(settings);
    budget = new ReportBudget(settings);
  }

  /** The verdict that is to end the run, or null. */
  @Nullable VerdictTurn stop() {
    return stop;
  }

  @Override
  public boolean wantsDetail(long step) {
    return step % DETAIL_EVERY == 0;
  }

  @Override
  public void onStep(StepReport report) {
    epoch = report.epoch();
    updates.observe(report);
    if (report.detail() != null) {
      List<VerdictTurn> turns = ofUpdates.turn(updates.verdicts(), report.step(), null);
      if (!turns.isEmpty()) {
        tell(turns, job -> job);
        stopWhere(turns);
      }
    }
  }

  @Override
  public void onWeights(long step, Parameters parameters) {
    if (step % everySteps != 0 || probe == null || stop != null) {
      return;
    }
    if (step == 0 || budget.allows()) {
      stopWhere(report(step, parameters));
    } else if (budget.skipped() == 1) {
      say(
          Level.INFO,
          String.format(
              Locale.ROOT,
              "Step %d: no gradient report, because reports have taken %.0f %% of the time, more"
                  + " than %.0f %% (the setting carousel.jobs.diagnostics.max-share); further ones"
                  + " are skipped until they have not",
              step,
              100 * budget.share(),
              100 * settings.maxShare()));
    }
  }

  /** The last report tells, but ends nothing: there is nothing left to be spared. */
  @Override
  public void onEnd(long step, Parameters parameters) {
    if (probe != null && stop == null && lastReported != step) {
      report(step, parameters);
    }
    if (budget.made() > 0) {
      say(
          Level.INFO,
          String.format(
              Locale.ROOT,
              "Gradient reports: %d made, %d skipped, %.1f s (%.0f %% of the run)",
              budget.made(),
              budget.skipped(),
              budget.seconds(),
              100 * budget.share()));
    }
  }

  /**
   * The run itself met a number that is not finite.
   *
   * @return what its failure points to
   */
  VerdictTurn nonFinite(String what, long step) {
    Verdict verdict =
        new Verdict(
            Code.NON_FINITE,
            Verdict.CRITICAL,
            1,
            "every loss and gradient is finite",
            null,
            null,
            List.of(),
            "Not a finite number, or beyond all bounds: " + what + ".",
            List.of(
                new Verdict.Recommendation(
                    "Clip the gradient's norm.", null, SuggestedTraining.clip(1)),
                new Verdict.Recommendation("Lower the learning rate.", null, null)),
            List.of());
    VerdictTurn turn = VerdictTurn.of(verdict, Change.APPEARED, step, null);
    tell(List.of(turn), job -> job);
    return turn;
  }

  private List<VerdictTurn> report(long step, Parameters parameters) {
    TrainingReports.Probe windows = probe;
    if (windows == null) {
      return List.of();
    }
    long start = System.nanoTime();
    TrainingReports.Made made;
    try {
      made = reports.make(windows, parameters, tokens, id, step, updates.observations());
    } catch (RuntimeException e) {
      // A fault of the analysis must not cost the hours of training that it watches.
      log.error("Job {}: the gradient report of step {} failed; no more are made", id, step, e);
      say(
          Level.WARN,
          "Step %d: the gradient report failed, and no more are made; the service's log says more"
              .formatted(step));
      probe = null;
      return List.of();
    }
    budget.made(System.nanoTime() - start);
    lastReported = step;
    List<Verdict> verdicts = made.report().verdicts();
    ReportSeries.Extended extended =
        series.with(
            ReportPoint.of(made.id(), made.createdAt(), step, epoch, made.report(), verdicts));
    series = extended.series();
    // The learning rate is told of by the steps themselves, as soon as they show it.
    List<Verdict> ofReport =
        verdicts.stream().filter(verdict -> !OF_UPDATES.contains(verdict.code())).toList();
    List<VerdictTurn> turns = ofReports.turn(ofReport, step, made.id());
    boolean kept = tell(turns, job -> job.diagnosed(extended.series()));
    if (!kept) {
      reports.forget(made.id()); // the job was ended meanwhile, and would not list it
    } else if (extended.forget() != null) {
      reports.forget(extended.forget());
    }
    return turns;
  }

  private void stopWhere(List<VerdictTurn> turns) {
    for (VerdictTurn turn : turns) {
      if (stop == null && turn.change() == Change.APPEARED && stopOn.contains(turn.code())) {
        stop = turn;
      }
    }
  }

  /** Writes turns into the job; false where it has ended or is gone. */
  private boolean tell(List<VerdictTurn> turns, UnaryOperator<TrainingJob> change) {
    List<VerdictTurn> fitting = turns.subList(0, Math.min(turns.size(), MOST_TURNS - told));
    told += fitting.size();
    for (VerdictTurn turn : turns) {
      log.info("Job {}: {}", id, turn.message());
      if (turn.change() == Change.APPEARED) {
        meters.verdict(turn.code());
      }
    }
    return store
        .updateLive(
            id,
            job -> {
              TrainingJob changed = change.apply(job);
              for (VerdictTurn turn : fitting) {
                changed = changed.told(turn);
              }
              return changed;
            })
        .map(job -> job.status() == JobStatus.RUNNING)
        .orElse(false);
  }

  private void say(Level level, String message) {
    store.updateLive(id, job -> job.told(level, message));
  }
}
