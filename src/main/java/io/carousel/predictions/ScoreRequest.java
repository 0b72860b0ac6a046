package io.carousel.predictions;

import io.swagger.v3.oas.annotations.media.ArraySchema;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Asks how likely some sequences are. Only the inputs are required. */
@Schema(name = "ScoreRequest")
record ScoreRequest(
    @ArraySchema(
            arraySchema =
                @Schema(
                    description =
                        "sequences; each a text, an array of events (strings), or an array of token"
                            + " ids (integers)",
                    requiredMode = Schema.RequiredMode.REQUIRED))
        @Nullable List<Object> inputs,
    @Schema(
            description =
                "a token is an anomaly where it is not among so many most likely ones, default 9",
            example = "3")
        @Nullable Integer topK,
    @Schema(description = "which tokens to describe one by one, default all")
        @Nullable IncludeTokens includeTokens) {

  /** Which tokens are described. */
  enum IncludeTokens {
    ALL,
    /** Those that are not among the top_k: enough for a look at many sequences. */
    ANOMALIES,
    NONE
  }
}
