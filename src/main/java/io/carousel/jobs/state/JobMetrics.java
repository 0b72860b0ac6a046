package io.carousel.jobs.state;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.carousel.engine.synthetic.SyntheticSpecification;
import io.carousel.engine.tokens.TokenizerType;
import io.carousel.engine.train.Evaluation;
import io.swagger.v3.oas.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** How well a job does. */
@Schema(
    name = "TrainingJobMetrics",
    description =
        "train_loss is the mean of the current epoch's batches; validation figures are those of the"
            + " best epoch so far, whose weights the model keeps. Losses are nats per token.")
public record JobMetrics(
    @Nullable Double trainLoss,
    @Nullable Double validLoss,
    @Schema(
            description = "exp of valid_loss; of train_loss without validation data",
            nullable = true)
        @Nullable Double perplexity,
    @Schema(description = "for char and byte tokens: the same loss in bits", nullable = true)
        @Nullable Double bitsPerCharacter,
    @Schema(description = "global norm before the clip, last step", nullable = true)
        @Nullable Double gradientNorm,
    @Schema(description = "share of the steps so far that were clipped", nullable = true)
        @Nullable Double clipFraction,
    @Schema(description = "norms of all steps before the clip; null before the first")
        @Nullable Clipping clipping,
    @JsonProperty("top_1_accuracy") @Nullable Double top1Accuracy,
    @JsonProperty("top_k_accuracy") @Nullable Double topKAccuracy,
    @Nullable Integer k,
    @Nullable Integer bestEpoch,
    @Schema(description = "of a synthetic corpus: beside what there is to reach; else null")
        @Nullable SyntheticMetrics synthetic) {

  public static final JobMetrics NONE =
      new JobMetrics(null, null, null, null, null, null, null, null, null, null, null, null);

  /** Before the first step; null of a corpus that is not synthetic. */
  static JobMetrics of(@Nullable SyntheticSpecification corpus) {
    return NONE.withSynthetic(SyntheticMetrics.of(corpus));
  }

  /** With what was reached on a synthetic corpus. */
  public JobMetrics withSynthetic(@Nullable SyntheticMetrics reached) {
    return new JobMetrics(
        trainLoss,
        validLoss,
        perplexity,
        bitsPerCharacter,
        gradientNorm,
        clipFraction,
        clipping,
        top1Accuracy,
        topKAccuracy,
        k,
        bestEpoch,
        reached);
  }

  /** How much there was to clip. */
  @Schema(name = "TrainingJobClipping", description = "Global norms before the clip, of all steps")
  public record Clipping(
      @Schema(description = "how many were measured") long steps,
      @Schema(description = "share of them that were clipped") double share,
      @Schema(description = "median, to 0.6 %") double normP50,
      @Schema(description = "of one step in a hundred the norm is greater, to 0.6 %")
          double normP99,
      double normMax) {}

  /** With the norms of the steps so far. */
  public JobMetrics withClipping(Clipping norms) {
    return new JobMetrics(
        trainLoss,
        validLoss,
        perplexity,
        bitsPerCharacter,
        gradientNorm,
        clipFraction,
        norms,
        top1Accuracy,
        topKAccuracy,
        k,
        bestEpoch,
        synthetic);
  }

  /** After a step. */
  public JobMetrics withStep(double meanLoss, double norm, double clipped, TokenizerType tokens) {
    return with(
        meanLoss, validLoss, norm, clipped, top1Accuracy, topKAccuracy, k, bestEpoch, tokens);
  }

  /** After the evaluation of an epoch that is the best so far. */
  public JobMetrics withBest(
      int epoch, double loss, @Nullable Evaluation validation, TokenizerType tokens) {
    return validation == null
        ? with(loss, null, gradientNorm, clipFraction, null, null, null, epoch, tokens)
        : with(
            loss,
            validation.loss(),
            gradientNorm,
            clipFraction,
            validation.top1(),
            validation.topK(),
            validation.k(),
            epoch,
            tokens);
  }

  private JobMetrics with(
      double trainLoss,
      @Nullable Double validLoss,
      @Nullable Double gradientNorm,
      @Nullable Double clipFraction,
      @Nullable Double top1,
      @Nullable Double topK,
      @Nullable Integer k,
      @Nullable Integer bestEpoch,
      TokenizerType tokens) {
    double loss = validLoss == null ? trainLoss : validLoss;
    boolean characters = tokens == TokenizerType.CHAR || tokens == TokenizerType.BYTE;
    return new JobMetrics(
        trainLoss,
        validLoss,
        Math.exp(loss),
        characters ? loss / Math.log(2) : null,
        gradientNorm,
        clipFraction,
        clipping,
        top1,
        topK,
        k,
        bestEpoch,
        synthetic);
  }
}
