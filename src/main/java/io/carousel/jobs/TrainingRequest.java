package io.carousel.jobs;

import static java.util.Objects.requireNonNullElse;

import io.carousel.engine.train.EarlyStopping;
import io.carousel.engine.train.GradientClipping;
import io.carousel.engine.train.Optimizer;
import io.carousel.engine.train.TrainingSpecification;
import io.carousel.http.Fields;
import io.swagger.v3.oas.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Training as a request gives it; what it does not give is as in {@link
 * TrainingSpecification#DEFAULT}.
 */
@Schema(name = "TrainingRequest", description = "How the model is trained")
record TrainingRequest(
    @Schema(description = "passes over the data, default 10", example = "2")
        @Nullable Integer epochs,
    @Schema(description = "ends the run, default null", nullable = true) @Nullable Integer maxSteps,
    @Schema(description = "ends the run, default null", nullable = true)
        @Nullable Double maxSeconds,
    @Schema(description = "sequences side by side, default 64", example = "8")
        @Nullable Integer batchSize,
    @Schema(
            description =
                "steps of a window of truncated BPTT, default 64; of a synthetic corpus whose"
                    + " sequences are longer, their length",
            example = "16")
        @Nullable Integer sequenceLength,
    @Schema(description = "k of the top-k accuracy, default 9", example = "9")
        @Nullable Integer topK,
    @Nullable OptimizerRequest optimizer,
    @Nullable ScheduleRequest schedule,
    @Nullable ClippingRequest gradientClipping,
    @Schema(nullable = true, description = "default null: all epochs are run")
        @Nullable EarlyStoppingRequest earlyStopping,
    @Schema(description = "only null for now", nullable = true)
        @Nullable Integer checkpointEverySteps) {

  static final TrainingRequest EMPTY =
      new TrainingRequest(null, null, null, null, null, null, null, null, null, null, null);

  /** What is done to a gradient that is too big. */
  @Schema(name = "GradientClippingRequest")
  record ClippingRequest(
      @Schema(description = "default global_norm") @Nullable Type type,
      @Schema(description = "default 5 for global_norm, 1 for value", example = "5.0")
          @Nullable Double threshold) {
    enum Type {
      GLOBAL_NORM,
      VALUE,
      NONE
    }

    GradientClipping toClipping() {
      return switch (requireNonNullElse(type, Type.GLOBAL_NORM)) {
        case GLOBAL_NORM ->
            new GradientClipping.GlobalNorm(
                requireNonNullElse(threshold, GradientClipping.GlobalNorm.DEFAULT.threshold()));
        case VALUE ->
            new GradientClipping.Value(
                requireNonNullElse(threshold, GradientClipping.Value.DEFAULT.threshold()));
        case NONE -> {
          if (threshold != null) {
            throw new IllegalArgumentException(
                "threshold: expected none with type none, found " + threshold);
          }
          yield new GradientClipping.None();
        }
      };
    }
  }

  /** Ends a run whose validation loss no longer falls. */
  @Schema(name = "EarlyStoppingRequest")
  record EarlyStoppingRequest(
      @Schema(description = "epochs without an improvement, default 3", example = "3")
          @Nullable Integer patience,
      @Schema(description = "nats that count as an improvement, default 0", example = "0.0")
          @Nullable Double minDelta) {
    EarlyStopping toEarlyStopping() {
      return new EarlyStopping(
          requireNonNullElse(patience, EarlyStopping.DEFAULT.patience()),
          requireNonNullElse(minDelta, EarlyStopping.DEFAULT.minDelta()));
    }
  }

  /**
   * The specification, with what OpenAI's hyperparameters say beside it.
   *
   * @param limits that no default is above; what the request gives is not checked against them
   * @param defaultSequenceLength where none is given
   */
  TrainingSpecification toSpecification(
      Hyperparameters hyperparameters, TrainingLimits limits, int defaultSequenceLength) {
    if (checkpointEverySteps != null) {
      throw Fields.notSupported(
          "training.checkpoint_every_steps", "checkpoints are not supported yet; expected null");
    }
    TrainingSpecification base = TrainingSpecification.DEFAULT;
    OptimizerRequest chosen = requireNonNullElse(optimizer, OptimizerRequest.EMPTY);
    ScheduleRequest planned = requireNonNullElse(schedule, ScheduleRequest.EMPTY);
    var optimizerFound =
        Fields.within(
            "training.optimizer",
            () -> {
              Optimizer asked = chosen.toOptimizer();
              return asked.withLearningRate(asked.learningRate() * hyperparameters.multiplier());
            });
    var scheduled = Fields.within("training.schedule", planned::toSchedule);
    var clipping =
        gradientClipping == null
            ? base.gradientClipping()
            : Fields.within("training.gradient_clipping", gradientClipping::toClipping);
    var stopping =
        earlyStopping == null
            ? base.earlyStopping()
            : Fields.within("training.early_stopping", earlyStopping::toEarlyStopping);
    return Fields.within(
        "training",
        () ->
            new TrainingSpecification(
                hyperparameters.epochsOr(epochs, Math.min(base.epochs(), limits.maxEpochs())),
                maxSteps == null ? base.maxSteps() : maxSteps,
                maxSeconds == null ? base.maxSeconds() : maxSeconds,
                hyperparameters.batchSizeOr(
                    batchSize, Math.min(base.batchSize(), limits.maxBatchSize())),
                requireNonNullElse(sequenceLength, defaultSequenceLength),
                optimizerFound,
                scheduled,
                clipping,
                stopping,
                requireNonNullElse(topK, base.topK())));
  }
}
