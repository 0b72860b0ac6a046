package io.carousel.jobs.run;

import io.carousel.engine.nn.Parameters;
import io.carousel.engine.train.Evaluation;
import io.carousel.engine.train.TrainingOutcome;
import io.carousel.jobs.state.JobSpecification;
import io.carousel.jobs.state.JobStore;
import io.carousel.jobs.state.TrainingJob;
import io.carousel.models.Model;
import io.carousel.models.ModelCatalogue;
import io.carousel.models.NonFiniteWeights;
import io.carousel.models.Provenance;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Keeps what a run has learned as a model, with where it comes from. */
@Component
final class ModelKeeper {
  private final ModelCatalogue models;
  private final JobStore store;
  private final JobEngine engine;

  ModelKeeper(ModelCatalogue models, JobStore store, JobEngine engine) {
    this.models = models;
    this.store = store;
    this.engine = engine;
  }

  /** How far the weights of a model have come. */
  private record Progressed(
      long steps, int epochs, @Nullable Double trainLoss, @Nullable Double validLoss) {}

  /** The best weights of a run that came to its end. */
  Model keep(TrainingJob job, JobCorpora data, TrainingOutcome.Completed completed) {
    Evaluation validation = completed.validation();
    return keep(
        job.specification(),
        data,
        completed.parameters(),
        new Progressed(
            completed.steps(),
            completed.bestEpoch(),
            completed.trainLoss(),
            validation == null ? null : validation.loss()));
  }

  /**
   * The last weights of a run that was stopped, which no evaluation has seen; empty where it has
   * not made a step, or where they are not finite.
   */
  Optional<Model> keep(TrainingJob job, JobCorpora data, TrainingOutcome.Cancelled stopped) {
    if (stopped.steps() == 0 || !NonFiniteWeights.of(stopped.parameters()).isEmpty()) {
      return Optional.empty();
    }
    TrainingJob now = store.find(job.id()).orElse(job);
    return Optional.of(
        keep(
            job.specification(),
            data,
            stopped.parameters(),
            new Progressed(
                stopped.steps(), now.progress().epoch(), now.metrics().trainLoss(), null)));
  }

  void remove(String model) {
    models.delete(model);
  }

  private Model keep(
      JobSpecification s, JobCorpora data, Parameters parameters, Progressed progressed) {
    Provenance provenance =
        new Provenance(
            data.sha256(),
            s.synthetic(),
            s.seed(),
            engine.backend(),
            Runtime.version().toString(),
            System.getProperty("os.arch"),
            progressed.steps(),
            progressed.epochs(),
            progressed.trainLoss(),
            progressed.validLoss(),
            s.parentModel(),
            s.training());
    return models.save(s.suffix(), s.architecture(), data.tokenizer(), parameters, provenance);
  }
}
