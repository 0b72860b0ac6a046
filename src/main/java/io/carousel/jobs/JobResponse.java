package io.carousel.jobs;

import io.carousel.engine.nn.Architecture;
import io.carousel.engine.synthetic.SyntheticSpecification;
import io.carousel.engine.tokens.TokenizerSpecification;
import io.carousel.engine.tokens.TokenizerType;
import io.carousel.engine.tokens.UnknownPolicy;
import io.carousel.engine.train.TrainingSpecification;
import io.carousel.jobs.diagnostics.DiagnosticsSpecification;
import io.carousel.jobs.state.JobError;
import io.carousel.jobs.state.JobMetrics;
import io.carousel.jobs.state.JobSpecification;
import io.carousel.jobs.state.JobStatus;
import io.carousel.jobs.state.Progress;
import io.carousel.jobs.state.TrainingJob;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A job as clients see it: OpenAI's fields, and ours. */
@Schema(name = "TrainingJob", description = "A training job; times are Unix seconds")
record JobResponse(
    @Schema(example = "job-1f0c3a5d9e7b2468") String id,
    @Schema(example = "fine_tuning.job") String object,
    long createdAt,
    @Schema(description = "why it failed, or null") @Nullable JobError error,
    @Schema(nullable = true) @Nullable Long finishedAt,
    @Schema(description = "id of the finished model, or null", nullable = true)
        @Nullable String fineTunedModel,
    HyperparametersView hyperparameters,
    @Schema(example = "lstm") String model,
    @Schema(example = "carousel") String organizationId,
    @Schema(description = "always empty; the model is at /v1/models") List<String> resultFiles,
    JobStatus status,
    @Schema(description = "predictions trained on so far; null before the first", nullable = true)
        @Nullable Long trainedTokens,
    @Schema(description = "null where the data stood in the request", nullable = true)
        @Nullable String trainingFile,
    @Schema(nullable = true) @Nullable String validationFile,
    long seed,
    @Schema(nullable = true) @Nullable Long estimatedFinish,
    Map<String, String> metadata,
    Architecture architecture,
    TokenizerView tokenizer,
    TrainingSpecification training,
    @Schema(description = "what is watched while it trains, or null")
        @Nullable DiagnosticsSpecification diagnostics,
    @Schema(description = "the synthetic corpus that it is trained on, or null")
        @Nullable SyntheticSpecification synthetic,
    @Schema(description = "number of parameters") long parameters,
    @Schema(example = "vector") String backend,
    int threads,
    ProgressView progress,
    JobMetrics metrics) {

  /** In OpenAI's names. */
  @Schema(name = "TrainingJobHyperparameters")
  record HyperparametersView(int nEpochs, int batchSize, double learningRateMultiplier) {}

  /** The tokenizer and how many symbols it has. */
  @Schema(name = "TrainingJobTokenizer")
  record TokenizerView(
      TokenizerType type,
      @Nullable Integer maxVocabulary,
      UnknownPolicy unknown,
      int vocabularySize) {}

  /** How far the job is. */
  @Schema(name = "TrainingJobProgress")
  record ProgressView(
      Progress.Phase phase,
      @Schema(description = "from 1; 0 before the first") int epoch,
      long step,
      @Nullable Long totalSteps,
      @Schema(description = "of the planned steps; 100 once the job has succeeded")
          double percentage,
      @Schema(description = "over the last ten seconds", nullable = true)
          @Nullable Double tokensPerSecond,
      @Nullable Double estimatedSecondsLeft) {}

  static JobResponse of(TrainingJob job, String backend, int threads) {
    JobSpecification s = job.specification();
    TokenizerSpecification tokenizer = s.tokenizer();
    Progress p = job.progress();
    Double left = p.secondsLeft();
    return new JobResponse(
        job.id(),
        "fine_tuning.job",
        job.createdAt(),
        job.state().error(),
        job.state().finishedAt(),
        job.state().fineTunedModel(),
        new HyperparametersView(
            s.training().epochs(), s.training().batchSize(), s.learningRateMultiplier()),
        s.model(),
        "carousel",
        List.of(),
        job.status(),
        p.tokens() == 0 ? null : p.tokens(),
        s.trainingFile(),
        s.validationFile(),
        s.seed(),
        left == null ? null : TrainingJob.now() + Math.round(left),
        s.metadata(),
        s.architecture(),
        new TokenizerView(
            tokenizer.type(), tokenizer.maxVocabulary(), tokenizer.unknown(), s.vocabularySize()),
        s.training(),
        s.diagnostics(),
        s.synthetic(),
        s.parameterCount(),
        backend,
        threads,
        new ProgressView(
            p.phase(),
            p.epoch(),
            p.step(),
            p.totalSteps(),
            job.status() == JobStatus.SUCCEEDED ? 100 : p.percentage(),
            p.tokensPerSecond(),
            left),
        job.metrics());
  }
}
