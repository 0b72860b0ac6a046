package io.carousel.reports;

import io.carousel.engine.synthetic.SyntheticSpecification;
import io.carousel.files.SyntheticLimits;
import io.carousel.files.SyntheticRequest;
import io.carousel.models.ArchitectureRequest;
import io.carousel.models.TokenizerRequest;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Asks for a gradient report on a model or on a fresh architecture. */
@Schema(name = "GradientReportRequest")
public record ReportRequest(
    @Schema(description = "id of a trained model; or give architecture", nullable = true)
        @Nullable String model,
    @Nullable ArchitectureRequest architecture,
    @Nullable TokenizerRequest tokenizer,
    @Nullable Input input,
    @Schema(
            description =
                "steps of a window, default 64; of synthetic sequences of a known length, that",
            example = "32")
        @Nullable Integer sequenceLength,
    @Schema(description = "windows, default 8", example = "4") @Nullable Integer batchSize,
    @Schema(
            description = "draws the windows, and the weights of a fresh architecture; default 1",
            example = "1")
        @Nullable Long seed,
    @Schema(
            description = "steps over which the model is to learn, default sequence_length",
            nullable = true)
        @Nullable Integer requiredLag,
    @Schema(
            description =
                "parts of the report, default all: verdicts, lag_profile, lag_matrix,"
                    + " state_gradient, weight_gradient_by_lag, parameters, bound, jacobian,"
                    + " lyapunov, carousel, gates, depth, context, clipping, invariants",
            nullable = true)
        @Nullable List<@Nullable String> include,
    @Schema(
            description = "the lag matrix of each window beside their mean, default false",
            example = "false")
        @Nullable Boolean perSequence,
    @Schema(
            description =
                "steps after which training cuts the gradient off, which the report judges where"
                    + " sequence_length is longer; default that of the model's training, of a"
                    + " fresh architecture none",
            example = "16",
            nullable = true)
        @Nullable Integer truncation,
    @Schema(
            description =
                "of the step of gradient descent along which clipping measures the loss, default"
                    + " 0.1",
            example = "0.1")
        @Nullable Double learningRate,
    @Schema(
            description =
                "global norm that this step's gradient is clipped to; default that of the model's"
                    + " training, else 1",
            example = "1.0")
        @Nullable Double clippingThreshold) {

  /** What the gradients are measured on. */
  @Schema(
      name = "GradientReportInput",
      description =
          "Exactly one of text, tokens, file and synthetic; the other fields are of synthetic")
  public record Input(
      @Schema(description = "one running text", nullable = true) @Nullable String text,
      @Schema(
              description = "a sequence of events, or an array of them; strings or integers",
              nullable = true)
          @Nullable List<Object> tokens,
      @Schema(description = "id of an uploaded file", nullable = true) @Nullable String file,
      @Schema(
              description = SyntheticRequest.ABOUT_TASK,
              nullable = true,
              allowableValues = {
                SyntheticRequest.REBER,
                SyntheticRequest.EMBEDDED_REBER,
                SyntheticRequest.TEMPORAL_ORDER,
                SyntheticRequest.COPY,
                SyntheticRequest.AGREEMENT,
                SyntheticRequest.MARKOV
              })
          @Nullable String synthetic,
      @Schema(description = SyntheticRequest.ABOUT_COUNT, nullable = true) @Nullable Integer count,
      @Schema(description = SyntheticRequest.ABOUT_LENGTH, nullable = true)
          @Nullable Integer length,
      @Schema(description = SyntheticRequest.ABOUT_LAG, nullable = true) @Nullable Integer lag,
      @Schema(description = SyntheticRequest.ABOUT_MAX_ATTRACTORS, nullable = true)
          @Nullable Integer maxAttractors,
      @Schema(description = SyntheticRequest.ABOUT_ORDER, nullable = true) @Nullable Integer order,
      @Schema(description = SyntheticRequest.ABOUT_SYMBOLS, nullable = true)
          @Nullable Integer symbols,
      @Schema(description = SyntheticRequest.ABOUT_SEED, nullable = true) @Nullable Long seed) {

    /**
     * The synthetic corpus that is asked for, or null.
     *
     * @param requestSeed where it has no seed of its own
     */
    @Nullable SyntheticSpecification toSynthetic(long requestSeed, SyntheticLimits limits) {
      return new SyntheticRequest(
              synthetic, count, length, lag, maxAttractors, order, symbols, seed)
          .toSpecification("input", requestSeed, limits);
    }
  }
}
