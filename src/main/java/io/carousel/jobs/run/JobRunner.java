package io.carousel.jobs.run;

import io.carousel.engine.nn.Parameters;
import io.carousel.engine.train.Evaluation;
import io.carousel.engine.train.TrainingOutcome;
import io.carousel.http.ProblemException;
import io.carousel.http.StorageProblems;
import io.carousel.jobs.state.JobError;
import io.carousel.jobs.state.JobSettings;
import io.carousel.jobs.state.JobSpecification;
import io.carousel.jobs.state.JobStatus;
import io.carousel.jobs.state.JobStore;
import io.carousel.jobs.state.Progress.Phase;
import io.carousel.jobs.state.TrainingData;
import io.carousel.jobs.state.TrainingJob;
import io.carousel.jobs.state.VerdictTurn;
import io.carousel.models.Model;
import io.carousel.models.ModelCatalogue;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.springframework.stereotype.Component;

/** Takes one job from the queue to its end. Whatever goes wrong is the job's failure. */
@Component
final class JobRunner {
  private static final Logger log = LoggerFactory.getLogger(JobRunner.class);
  private static final String MDC_KEY = "job_id";

  private final JobStore store;
  private final CorpusLoader corpora;
  private final ModelCatalogue models;
  private final JobEngine engine;
  private final JobDiagnostics diagnostics;
  private final ModelKeeper keeper;
  private final JobMeters meters;
  private final JobSettings settings;

  JobRunner(
      JobStore store,
      CorpusLoader corpora,
      ModelCatalogue models,
      JobEngine engine,
      JobDiagnostics diagnostics,
      ModelKeeper keeper,
      JobMeters meters,
      JobSettings settings) {
    this.store = store;
    this.corpora = corpora;
    this.models = models;
    this.engine = engine;
    this.diagnostics = diagnostics;
    this.keeper = keeper;
    this.meters = meters;
    this.settings = settings;
  }

  /**
   * Runs a job, unless it does not wait any more.
   *
   * @param goingDown polled before each optimiser step: whether the run is to end, and what it has
   *     learned to be kept
   */
  void run(String id, BooleanSupplier goingDown) {
    try (var ignored = MDC.putCloseable(MDC_KEY, id)) {
      take(id, goingDown);
    }
  }

  private void take(String id, BooleanSupplier goingDown) {
    Optional<TrainingJob> taken =
        store.update(id, job -> job.status() == JobStatus.QUEUED ? job.started() : job);
    if (taken.isEmpty() || taken.get().status() != JobStatus.RUNNING) {
      return;
    }
    try {
      train(taken.get(), goingDown);
    } catch (ProblemException e) {
      // What was true when the job was admitted is so no more, such as a file that is gone.
      fail(id, new JobError(e.code(), String.valueOf(e.getMessage()), e.param()));
    } catch (OutOfMemoryError e) {
      log.error("Job {} ran out of memory", id, e);
      fail(
          id,
          new JobError(
              "out_of_memory_budget",
              "The job needed more memory than there is (%d bytes of heap at most): %s. A smaller"
                      .formatted(Runtime.getRuntime().maxMemory(), e.getMessage())
                  + " hidden_size, batch_size or sequence_length needs less.",
              null));
    } catch (Throwable e) {
      // The boundary of a job: no failure of one may end the thread that runs the next.
      log.error("Job {} failed", id, e);
      fail(id, ofFailure(e));
    }
  }

  private static JobError ofFailure(Throwable e) {
    ProblemException storage = StorageProblems.of(e);
    return storage != null
        ? new JobError(storage.code(), String.valueOf(storage.getMessage()), null)
        : new JobError(
            "internal_error",
            "The training run failed unexpectedly; the service's log says more under the job's"
                + " id.",
            null);
  }

  private void train(TrainingJob job, BooleanSupplier goingDown) {
    JobSpecification s = job.specification();
    TrainingData admitted = job.state().data();
    if (admitted == null) {
      throw new IllegalStateException("a running job without data");
    }
    Model parent = s.parentModel() == null ? null : models.get(s.parentModel(), "model");
    JobCorpora data =
        corpora.load(
            admitted.source(),
            text -> admitted.tokenizer(),
            s.training().sequenceLength(),
            s.seed());
    Parameters initial =
        parent == null
            ? Parameters.initialize(s.architecture(), s.vocabularySize(), s.seed())
            : parent.parameters();
    String id = job.id();
    log.info(
        "Job {}: training {} on {} tokens, {} thread(s)",
        id,
        s.model(),
        data.training().size(),
        engine.threads());
    RunMonitor monitor = new RunMonitor(job, store, meters, settings.logInterval());
    RunDiagnostics watch = diagnostics.watch(job, data);
    BooleanSupplier stop =
        () ->
            watch.stop() != null
                || goingDown.getAsBoolean()
                || store.find(id).map(now -> now.status() != JobStatus.RUNNING).orElse(true);
    switch (engine.train(job, initial, data, monitor.and(watch), stop)) {
      case TrainingOutcome.Completed completed -> finish(job, data, completed);
      case TrainingOutcome.Cancelled cancelled -> {
        VerdictTurn verdict = watch.stop();
        if (verdict != null) {
          keepStopped(job, data, cancelled, model -> ofVerdict(verdict, cancelled.steps()));
        } else if (goingDown.getAsBoolean()) {
          keepStopped(job, data, cancelled, model -> ofShutdown(model, cancelled.steps()));
        } else {
          log.info("Job {} stopped after {} steps", id, cancelled.steps());
        }
      }
      case TrainingOutcome.NonFinite evidence ->
          fail(id, nonFinite(evidence, watch.nonFinite(evidence.what(), evidence.step())));
    }
  }

  private void finish(TrainingJob job, JobCorpora data, TrainingOutcome.Completed completed) {
    String id = job.id();
    store.updateLive(id, now -> now.in(Phase.SAVING));
    // On disk before the job says so.
    Model model = keeper.keep(job, data, completed);
    Optional<TrainingJob> ended =
        store.updateLive(id, now -> now.succeeded(model.id(), summary(completed)));
    if (ended.isEmpty() || ended.get().status() != JobStatus.SUCCEEDED) {
      log.info("Job {} was ended while its model was saved; the model is removed", id);
      keeper.remove(model.id());
      return;
    }
    log.info("Job {} succeeded: model {}, {}", id, model.id(), summary(completed));
  }

  /**
   * A verdict or the service's end has stopped the run: what it has learned is kept, as that is
   * what the verdict is on, and what another job can go on from.
   *
   * @param cause why, given the id of the model that was kept or null
   */
  private void keepStopped(
      TrainingJob job,
      JobCorpora data,
      TrainingOutcome.Cancelled cancelled,
      Function<@Nullable String, JobError> cause) {
    String id = job.id();
    Optional<TrainingJob> saving = store.updateLive(id, now -> now.in(Phase.SAVING));
    if (saving.map(now -> now.status() != JobStatus.RUNNING).orElse(true)) {
      log.info("Job {} was ended already; its weights are not kept", id);
      return;
    }
    String kept = keeper.keep(job, data, cancelled).map(Model::id).orElse(null);
    JobError error = cause.apply(kept);
    Optional<TrainingJob> ended = store.updateLive(id, now -> now.stopped(error, kept));
    if (kept != null && ended.map(now -> now.state().error() != error).orElse(true)) {
      log.info("Job {} was ended while its model was saved; the model is removed", id);
      keeper.remove(kept);
      return;
    }
    log.warn("Job {} failed ({}): {}", id, error.code(), error.message());
  }

  private static JobError ofVerdict(VerdictTurn verdict, long steps) {
    return new JobError(
        switch (verdict.code()) {
          case NON_FINITE -> "loss_non_finite";
          case EXPLODING_TIME -> "gradient_exploding";
          default -> "stopped_by_verdict";
        },
        "Stopped at step %d by %s, as diagnostics.stop_on asks: %s"
            .formatted(steps, verdict.code(), verdict.explanation()),
        null,
        verdict);
  }

  private static JobError ofShutdown(@Nullable String model, long steps) {
    return new JobError(
        "interrupted",
        model == null
            ? "The service was stopped after %d steps of the job; no weights are kept."
                .formatted(steps)
            : ("The service was stopped after %d steps of the job. Its weights so far are the model"
                    + " '%s'; another job goes on from them with \"model\": \"%s\".")
                .formatted(steps, model, model),
        null);
  }

  private void fail(String id, JobError error) {
    store.updateLive(id, job -> job.failed(error));
    log.warn("Job {} failed ({}): {}", id, error.code(), error.message());
  }

  private static JobError nonFinite(TrainingOutcome.NonFinite e, VerdictTurn verdict) {
    String norm =
        Double.isNaN(e.lastHealthyNorm())
            ? "no step before it was healthy"
            : String.format(
                Locale.ROOT, "the last healthy gradient norm was %.4g", e.lastHealthyNorm());
    return new JobError(
        "loss_non_finite",
        ("Training diverged at step %d, in the %s: not a finite number, or beyond all bounds; %s."
                + " A lower learning_rate or gradient_clipping helps.")
            .formatted(e.step(), e.what(), norm),
        null,
        verdict);
  }

  private static String summary(TrainingOutcome.Completed completed) {
    Evaluation validation = completed.validation();
    String end =
        switch (completed.reason()) {
          case EPOCHS -> "all epochs done";
          case MAX_STEPS -> "max_steps reached";
          case MAX_SECONDS -> "max_seconds reached";
          case EARLY_STOPPING -> "the validation loss no longer fell";
        };
    return String.format(
        Locale.ROOT,
        "%d steps (%s), train loss %.4f%s",
        completed.steps(),
        end,
        completed.trainLoss(),
        validation == null
            ? ""
            : String.format(
                Locale.ROOT,
                ", best epoch %d with validation loss %.4f",
                completed.bestEpoch(),
                validation.loss()));
  }
}
