package io.carousel.reports.compare;

import io.carousel.models.ArchitectureRequest;
import io.carousel.models.TokenizerRequest;
import io.carousel.reports.ReportRequest;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Asks for gradient reports of several networks on the same input. */
@Schema(name = "ComparisonRequest")
record ComparisonRequest(
    @Schema(description = "2 to carousel.comparisons.max-variants (default 8) networks")
        @Nullable List<@Nullable Variant> variants,
    @Schema(description = "of the fresh architectures", nullable = true)
        @Nullable TokenizerRequest tokenizer,
    ReportRequest.@Nullable Input input,
    @Schema(description = "steps of a window, default 64", example = "32")
        @Nullable Integer sequenceLength,
    @Schema(description = "windows, default 8", example = "4") @Nullable Integer batchSize,
    @Schema(
            description = "draws the windows, and the weights of fresh architectures; default 1",
            example = "1")
        @Nullable Long seed,
    @Schema(
            description = "steps over which the networks are to learn, default sequence_length",
            nullable = true)
        @Nullable Integer requiredLag,
    @Schema(description = "parts of each report, default all", nullable = true)
        @Nullable List<@Nullable String> include) {

  /** One network; exactly one of model and architecture. */
  @Schema(name = "ComparisonVariant", description = "Exactly one of model and architecture")
  record Variant(
      @Schema(
              description = "1 to 40 characters, each name once",
              example = "lstm, forget bias 3",
              requiredMode = Schema.RequiredMode.REQUIRED)
          @Nullable String name,
      @Schema(description = "id of a trained model", nullable = true) @Nullable String model,
      @Nullable ArchitectureRequest architecture) {}

  /** The report that is asked of a variant. */
  ReportRequest report(Variant variant) {
    return new ReportRequest(
        variant.model(),
        variant.architecture(),
        variant.model() == null ? tokenizer : null,
        input,
        sequenceLength,
        batchSize,
        seed,
        requiredLag,
        include,
        null,
        null,
        null,
        null);
  }
}
