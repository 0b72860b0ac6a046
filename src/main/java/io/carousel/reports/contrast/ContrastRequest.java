package io.carousel.reports.contrast;

import io.swagger.v3.oas.annotations.media.ArraySchema;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Asks which tokens of a sentence decide between two continuations. */
@Schema(name = "ContrastRequest")
record ContrastRequest(
    @Schema(
            description = "1 to carousel.contrasts.max-variants (default 8) models",
            requiredMode = Schema.RequiredMode.REQUIRED)
        @Nullable List<@Nullable Variant> variants,
    @Schema(requiredMode = Schema.RequiredMode.REQUIRED) @Nullable Input input,
    @Schema(requiredMode = Schema.RequiredMode.REQUIRED) @Nullable Forms contrast,
    @Schema(
            description =
                "the token that decides which form is right: its position in the input, from 0, or"
                    + " itself where it stands there once",
            types = {"integer", "string"},
            example = "writer",
            requiredMode = Schema.RequiredMode.REQUIRED)
        @Nullable Object subject,
    @ArraySchema(
            arraySchema =
                @Schema(
                    description =
                        "tokens that speak for the other form, each as subject; default none"))
        @Nullable List<@Nullable Object> attractors) {

  /** A model. */
  @Schema(name = "ContrastVariant")
  record Variant(
      @Schema(
              description = "1 to 40 characters, each name once",
              example = "lstm",
              requiredMode = Schema.RequiredMode.REQUIRED)
          @Nullable String name,
      @Schema(
              description = "id of a trained model",
              example = "lstm-1f0c3a5d",
              requiredMode = Schema.RequiredMode.REQUIRED)
          @Nullable String model) {}

  /** What stands before the contrast. */
  @Schema(
      name = "ContrastInput",
      description =
          "Exactly one field; 1 to carousel.contrasts.max-tokens (default 512) tokens, the same for"
              + " all models")
  record Input(
      @Schema(
              description = "a text, split by each model's own tokenizer",
              example = "the writer of the books",
              nullable = true)
          @Nullable String text,
      @Schema(
              description = "a sequence of events, strings or integers; for models of events",
              nullable = true)
          @Nullable List<Object> tokens) {}

  /** Two continuations, each a token of every model's vocabulary. */
  @Schema(name = "ContrastForms")
  record Forms(
      @Schema(
              description = "the right form",
              example = "is",
              requiredMode = Schema.RequiredMode.REQUIRED)
          @Nullable String expected,
      @Schema(
              description = "the wrong one",
              example = "are",
              requiredMode = Schema.RequiredMode.REQUIRED)
          @Nullable String other) {}
}
