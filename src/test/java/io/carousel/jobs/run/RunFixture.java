package io.carousel.jobs.run;

import io.carousel.engine.kernel.Backend;
import io.carousel.engine.kernel.Kernels;
import io.carousel.engine.kernel.WorkersFactory;
import io.carousel.engine.nn.Parameters;
import io.carousel.engine.train.TrainingListener;
import io.carousel.engine.train.TrainingOutcome;
import io.carousel.jobs.diagnostics.DiagnosticsSettings;
import io.carousel.jobs.state.JobSettings;
import io.carousel.jobs.state.JobStore;
import io.carousel.jobs.state.TrainingJob;
import io.carousel.models.ModelCatalogue;
import io.carousel.reports.TrainingReports;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** The queue with its threads; the training itself may be another. */
public final class RunFixture {
  private RunFixture() {}

  /** Stands in for the training. */
  public interface Training {
    TrainingOutcome run(Parameters initial, TrainingListener listener, BooleanSupplier stop);
  }

  /**
   * @param training null for the engine's own
   */
  public static JobQueue queue(
      JobStore store,
      CorpusLoader corpora,
      ModelCatalogue models,
      JobSettings settings,
      TrainingReports reports,
      DiagnosticsSettings diagnostics,
      @Nullable Training training) {
    JobEngine engine =
        new JobEngine(Kernels.of(Backend.SCALAR), new WorkersFactory(1)) {
          @Override
          TrainingOutcome train(
              TrainingJob job,
              Parameters initial,
              JobCorpora corpora,
              TrainingListener listener,
              BooleanSupplier stop) {
            return training == null
                ? super.train(job, initial, corpora, listener, stop)
                : training.run(initial, listener, stop);
          }
        };
    JobMeters meters = new JobMeters(new SimpleMeterRegistry(), store);
    JobRunner runner =
        new JobRunner(
            store,
            corpora,
            models,
            engine,
            new JobDiagnostics(store, reports, diagnostics, meters),
            new ModelKeeper(models, store, engine),
            meters,
            settings);
    return new JobQueue(store, runner, settings);
  }
}
