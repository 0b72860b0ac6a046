package io.carousel.jobs.state;

import io.carousel.jobs.diagnostics.ReportPoint;
import io.carousel.jobs.diagnostics.ReportSeries;
import io.carousel.jobs.state.JobEvent.Level;
import io.carousel.jobs.state.Progress.Phase;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A training job at one moment. Immutable: whatever happens to a job makes another value, which
 * {@link JobStore} puts in the place of the one before.
 *
 * @param number in the order of creation, from 1
 * @param createdAt Unix seconds
 * @param events oldest first
 */
public record TrainingJob(
    String id,
    long number,
    long createdAt,
    JobSpecification specification,
    State state,
    Progress progress,
    JobMetrics metrics,
    MetricsSeries series,
    ReportSeries reports,
    List<JobEvent> events) {
  /** The specification, with the metadata that a request may bring, and the figures. */
  private static final long BASE_BYTES = 8192;

  /**
   * Where a job stands.
   *
   * @param data null once the job has ended, so that it is not kept for the list's sake
   * @param finishedAt Unix seconds, or null
   */
  public record State(
      JobStatus status,
      @Nullable TrainingData data,
      @Nullable Long finishedAt,
      @Nullable String fineTunedModel,
      @Nullable JobError error) {}

  /** A job that has just been admitted. */
  public static TrainingJob create(
      String id, long number, JobSpecification specification, TrainingData data, int points) {
    State state = new State(JobStatus.VALIDATING_FILES, data, null, null, null);
    return new TrainingJob(
            id,
            number,
            now(),
            specification,
            state,
            Progress.NONE,
            JobMetrics.of(specification.synthetic()),
            MetricsSeries.empty(points),
            ReportSeries.NONE,
            List.of())
        .told(Level.INFO, "Created: " + summary(specification));
  }

  public JobStatus status() {
    return state.status();
  }

  /** Its files are good, and it waits. */
  public TrainingJob queued() {
    return with(state(JobStatus.QUEUED), progress).told(Level.INFO, "Queued");
  }

  /** A worker has taken it. */
  public TrainingJob started() {
    return with(state(JobStatus.RUNNING), progress.in(Phase.PREPARING)).told(Level.INFO, "Started");
  }

  public TrainingJob in(Phase phase) {
    return with(state, progress.in(phase));
  }

  public TrainingJob progressed(
      Progress newProgress, JobMetrics newMetrics, MetricsSeries newSeries) {
    return new TrainingJob(
        id,
        number,
        createdAt,
        specification,
        state,
        newProgress,
        newMetrics,
        newSeries,
        reports,
        events);
  }

  public TrainingJob succeeded(String model, String message) {
    return ended(JobStatus.SUCCEEDED, model, null)
        .told(Level.INFO, "Model " + model + " saved")
        .told(Level.INFO, message);
  }

  public TrainingJob failed(JobError error) {
    return ended(JobStatus.FAILED, null, error).told(Level.ERROR, "Failed: " + error.message());
  }

  /**
   * Ended by one of its own verdicts.
   *
   * @param model the weights so far, or null where they are not kept
   */
  public TrainingJob stopped(JobError error, @Nullable String model) {
    TrainingJob ended = ended(JobStatus.FAILED, model, error);
    return (model == null ? ended : ended.told(Level.INFO, "Model " + model + " saved"))
        .told(Level.ERROR, "Failed: " + error.message());
  }

  public TrainingJob cancelled() {
    return ended(JobStatus.CANCELLED, null, null).told(Level.INFO, "Cancelled");
  }

  /** With one more event. */
  public TrainingJob told(Level level, String message) {
    return told(level, message, JobEvent.Type.MESSAGE, null);
  }

  /** With one more event, an epoch's. */
  public TrainingJob told(String message, EpochMetrics data) {
    return told(Level.INFO, message, JobEvent.Type.METRICS, data);
  }

  /** With one more event, a verdict's. */
  public TrainingJob told(VerdictTurn turn) {
    return told(turn.level(), turn.message(), JobEvent.Type.VERDICT, turn);
  }

  /** With one more report. */
  public TrainingJob diagnosed(ReportSeries newReports) {
    return new TrainingJob(
        id, number, createdAt, specification, state, progress, metrics, series, newReports, events);
  }

  /** The figures of all epochs so far. */
  public List<EpochMetrics> epochs() {
    return events.stream()
        .map(JobEvent::data)
        .filter(EpochMetrics.class::isInstance)
        .map(EpochMetrics.class::cast)
        .toList();
  }

  /**
   * About what the job takes in memory once it has ended and its data is gone. Its epochs, its
   * events, its series and its reports' points are bounded one by one; a deep network with many
   * epochs has a megabyte of them all the same.
   */
  public long bytes() {
    long told = events.stream().mapToLong(JobEvent::bytes).sum();
    long diagnosed = reports.points().stream().mapToLong(ReportPoint::bytes).sum();
    return BASE_BYTES + told + series.bytes() + diagnosed;
  }

  /** Unix seconds. */
  public static long now() {
    return Instant.now().getEpochSecond();
  }

  private TrainingJob told(
      Level level, String message, JobEvent.Type type, JobEvent.@Nullable Data data) {
    String eventId = "event-" + id.substring(id.indexOf('-') + 1) + "-" + (events.size() + 1);
    List<JobEvent> more = new ArrayList<>(events);
    more.add(new JobEvent(eventId, "fine_tuning.job.event", now(), level, message, type, data));
    return new TrainingJob(
        id,
        number,
        createdAt,
        specification,
        state,
        progress,
        metrics,
        series,
        reports,
        List.copyOf(more));
  }

  private TrainingJob ended(JobStatus status, @Nullable String model, @Nullable JobError error) {
    return with(new State(status, null, now(), model, error), progress.in(Phase.ENDED));
  }

  private State state(JobStatus status) {
    return new State(
        status, state.data(), state.finishedAt(), state.fineTunedModel(), state.error());
  }

  private TrainingJob with(State newState, Progress newProgress) {
    return new TrainingJob(
        id,
        number,
        createdAt,
        specification,
        newState,
        newProgress,
        metrics,
        series,
        reports,
        events);
  }

  private static String summary(JobSpecification s) {
    return "%s with %d parameters, %d epochs"
        .formatted(s.model(), s.parameterCount(), s.training().epochs());
  }
}
