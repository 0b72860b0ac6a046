package io.carousel.predictions;

import io.carousel.engine.predict.Strategy;
import io.swagger.v3.oas.annotations.media.ArraySchema;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Asks what comes after some contexts. Only the inputs are required. */
@Schema(name = "PredictionRequest")
record NextTokenRequest(
    @ArraySchema(
            arraySchema =
                @Schema(
                    description =
                        "contexts; each a text, an array of events (strings), or an array of token"
                            + " ids (integers)",
                    requiredMode = Schema.RequiredMode.REQUIRED))
        @Nullable List<Object> inputs,
    @Schema(
            description =
                "how many of the most likely tokens to give, default 10; more than the vocabulary"
                    + " has gives all of them",
            example = "5")
        @Nullable Integer topK,
    @Schema(description = "divides the logits, above 0, default 1", example = "1.0")
        @Nullable Double temperature,
    @Schema(description = "tokens to continue with, default 1: no continuation", example = "1")
        @Nullable Integer steps,
    @Schema(description = "how a continuation is chosen, default greedy")
        @Nullable Strategy strategy,
    @Schema(description = "of strategy beam, default 4", example = "4") @Nullable Integer beamWidth,
    @Schema(description = "of strategy sample, default: another one each time", nullable = true)
        @Nullable Long seed) {}
