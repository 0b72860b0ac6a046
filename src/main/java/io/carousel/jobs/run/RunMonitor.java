package io.carousel.jobs.run;

import io.carousel.engine.tokens.TokenizerType;
import io.carousel.engine.train.EpochReport;
import io.carousel.engine.train.Evaluation;
import io.carousel.engine.train.NormQuantiles;
import io.carousel.engine.train.StepReport;
import io.carousel.engine.train.TrainingListener;
import io.carousel.jobs.state.EpochMetrics;
import io.carousel.jobs.state.JobEvent.Level;
import io.carousel.jobs.state.JobMetrics;
import io.carousel.jobs.state.JobStore;
import io.carousel.jobs.state.MetricsSeries;
import io.carousel.jobs.state.Progress;
import io.carousel.jobs.state.Progress.Phase;
import io.carousel.jobs.state.SyntheticMetrics;
import io.carousel.jobs.state.TrainingJob;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes what a run reports into its job, the meters and now and then the log. */
final class RunMonitor implements TrainingListener {
  private static final Logger log = LoggerFactory.getLogger(RunMonitor.class);
  private static final double WINDOW_SECONDS = 10;
  private static final double SAMPLE_SECONDS = 0.1;

  private final JobStore store;
  private final JobMeters meters;
  private final String id;
  private final TokenizerType tokens;
  private final int epochs;
  private final @Nullable Double maxSeconds;
  private final double logSeconds;

  private final Deque<Sample> window = new ArrayDeque<>();
  private long totalSteps;
  private MetricsSeries series;
  private JobMetrics metrics;
  private @Nullable Double validLoss;
  private @Nullable StepReport last;
  private final NormQuantiles norms = new NormQuantiles();
  private long clipped;
  private int lossEpoch;
  private double lossSum;
  private long lossCount;
  private double lastLog;

  private record Sample(double seconds, long tokens) {}

  RunMonitor(TrainingJob job, JobStore store, JobMeters meters, Duration logInterval) {
    this.store = store;
    this.meters = meters;
    this.id = job.id();
    this.tokens = job.specification().tokenizer().type();
    this.epochs = job.specification().training().epochs();
    this.maxSeconds = job.specification().training().maxSeconds();
    this.series = job.series();
    this.metrics = job.metrics();
    this.logSeconds = logInterval.toNanos() / 1e9;
  }

  @Override
  public void onStart(Plan plan) {
    totalSteps = plan.totalSteps();
    window.add(new Sample(0, 0));
    Progress started = new Progress(Phase.TRAINING, 0, 0, totalSteps, 0, null, null);
    store.updateLive(
        id,
        job ->
            job.progressed(started, metrics, series)
                .told(
                    Level.INFO,
                    "Training: %d steps, %d an epoch of %d predictions"
                        .formatted(
                            plan.totalSteps(), plan.stepsPerEpoch(), plan.predictionsPerEpoch())));
  }

  @Override
  public boolean wantsDetail(long step) {
    return series.records(step);
  }

  @Override
  public void onStep(StepReport report) {
    meters.step(
        report.tokens() - (last == null ? 0 : last.tokens()),
        report.elapsedSeconds() - (last == null ? 0 : last.elapsedSeconds()),
        report.loss(),
        report.gradientNorm());
    last = report;
    clipped += report.clipped() ? 1 : 0;
    norms.add(report.gradientNorm());
    if (report.epoch() != lossEpoch) {
      lossEpoch = report.epoch();
      lossSum = 0;
      lossCount = 0;
    }
    lossSum += report.loss();
    lossCount++;
    series = series.with(report, validLoss);
    metrics =
        metrics.withStep(
            lossSum / lossCount, report.gradientNorm(), (double) clipped / report.step(), tokens);
    if (series.records(report.step())) {
      metrics = metrics.withClipping(clipping());
    }
    Progress progress = progress(report);
    store.updateLive(id, job -> job.progressed(progress, metrics, series));
    if (report.elapsedSeconds() - lastLog >= logSeconds) {
      lastLog = report.elapsedSeconds();
      log.info("Job {}: {}", id, line(progress));
    }
  }

  @Override
  public void onEpoch(EpochReport report) {
    Evaluation validation = report.validation();
    validLoss = validation == null ? null : validation.loss();
    metrics =
        report.best()
            ? metrics.withBest(report.epoch(), report.trainLoss(), validation, tokens)
            : metrics;
    metrics = norms.count() == 0 ? metrics : metrics.withClipping(clipping());
    SyntheticMetrics known = metrics.synthetic();
    SyntheticMetrics reached = known == null || validation == null ? known : known.with(validation);
    metrics = report.best() ? metrics.withSynthetic(reached) : metrics;
    String message =
        String.format(
            Locale.ROOT,
            "Epoch %d of %d: train loss %.4f%s%s%s",
            report.epoch(),
            epochs,
            report.trainLoss(),
            validation == null
                ? ""
                : String.format(
                    Locale.ROOT,
                    ", validation loss %.4f, top-1 %.4f, top-%d %.4f",
                    validation.loss(),
                    validation.top1(),
                    validation.k(),
                    validation.topK()),
            reached == null ? "" : ", " + reached.summary(),
            report.best() && validation != null ? " (best so far)" : "");
    store.updateLive(
        id,
        job ->
            job.progressed(job.progress(), metrics, series)
                .told(message, EpochMetrics.of(report, reached)));
  }

  private JobMetrics.Clipping clipping() {
    return new JobMetrics.Clipping(
        norms.count(),
        (double) clipped / norms.count(),
        norms.quantile(0.5),
        norms.quantile(0.99),
        norms.max());
  }

  private Progress progress(StepReport report) {
    double now = report.elapsedSeconds();
    if (window.isEmpty() || now - window.getLast().seconds() >= SAMPLE_SECONDS) {
      window.addLast(new Sample(now, report.tokens()));
    }
    while (window.size() > 2 && now - window.getFirst().seconds() > WINDOW_SECONDS) {
      window.removeFirst();
    }
    Sample from = window.getFirst();
    double span = now - from.seconds();
    // The whole run so far and not the window: evaluations are part of what is still to come.
    double left = (totalSteps - report.step()) * now / report.step();
    return new Progress(
        Phase.TRAINING,
        report.epoch(),
        report.step(),
        totalSteps,
        report.tokens(),
        span > 0 ? (report.tokens() - from.tokens()) / span : null,
        maxSeconds == null ? left : Math.clamp(maxSeconds - now, 0, left));
  }

  private String line(Progress p) {
    return String.format(
        Locale.ROOT,
        "%.1f %%, epoch %d of %d, loss %.4f, %.0f tokens/s, %s left",
        p.percentage(),
        p.epoch(),
        epochs,
        lossSum / lossCount,
        p.tokensPerSecond() == null ? 0 : p.tokensPerSecond(),
        p.secondsLeft() == null ? "?" : duration(p.secondsLeft()));
  }

  private static String duration(double seconds) {
    long whole = Math.round(seconds);
    return whole < 3600
        ? String.format(Locale.ROOT, "%d:%02d", whole / 60, whole % 60)
        : String.format(Locale.ROOT, "%d:%02d:%02d", whole / 3600, whole / 60 % 60, whole % 60);
  }
}
