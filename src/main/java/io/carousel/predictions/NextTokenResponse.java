package io.carousel.predictions;

import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What comes next, context by context. */
@Schema(name = "PredictionResponse")
record NextTokenResponse(
    @Schema(example = "list") String object,
    @Schema(description = "id of the model") String model,
    List<Next> data,
    Usage usage) {

  /** What comes after one context. */
  @Schema(name = "Prediction")
  record Next(
      @Schema(description = "of the context in inputs, from 0") int index,
      @Schema(description = "the most likely tokens first") List<Candidate> predictions,
      @Schema(description = "of the whole distribution, in nats") double entropy,
      @Schema(description = "null where steps is 1", nullable = true)
          @Nullable Continued continuation) {}

  /** A token that may come next. */
  @Schema(name = "PredictedToken")
  record Candidate(
      @Schema(example = "e") String token,
      @Schema(example = "42") int id,
      @Schema(example = "0.93") double probability,
      @Schema(description = "natural logarithm", example = "-0.07") double logprob) {}

  /** A continuation of several tokens. */
  @Schema(name = "Continuation")
  record Continued(
      @Schema(description = "null for a model of events", nullable = true) @Nullable String text,
      List<String> tokens,
      List<Integer> ids,
      @Schema(description = "of the whole continuation, at temperature 1") double logprob) {}

  /** Tokens read and continued with. */
  @Schema(name = "PredictionUsage")
  record Usage(int promptTokens, int completionTokens, int totalTokens) {}
}
