package io.carousel.predictions;

import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How likely some sequences are, one by one and together. */
@Schema(name = "ScoreResponse")
record ScoreResponse(
    @Schema(example = "list") String object,
    @Schema(description = "id of the model") String model,
    @Schema(description = "as asked for, or its default", example = "9") int topK,
    List<Scored> data,
    @Schema(description = "of all sequences: all their tokens but the first of each")
        int scoredTokens,
    @Schema(description = "of all sequences: sum of all logprobs, in nats") double logprob,
    @Schema(
            description =
                "of all sequences: exp of minus the mean logprob; null where none is scored",
            nullable = true)
        @Nullable Double perplexity,
    @Schema(description = "inf where perplexity is null because of it, else null", nullable = true)
        @Nullable String perplexityFlag,
    @Schema(
            description = "of all sequences: mean surprisal; null where nothing is scored",
            nullable = true)
        @Nullable Double bitsPerToken,
    @Schema(description = "sequences with an anomaly") int anomalousInputs,
    Usage usage) {

  /** One sequence. */
  @Schema(name = "SequenceScore")
  record Scored(
      @Schema(description = "of the sequence in inputs, from 0") int index,
      @Schema(description = "those that include_tokens asks for, in order") List<Token> tokens,
      @Schema(description = "all tokens but the first", example = "18") int scoredTokens,
      @Schema(description = "sum of the logprobs, in nats", example = "-12.3") double logprob,
      @Schema(
              description = "exp of minus the mean logprob; null where nothing is scored",
              nullable = true,
              example = "1.98")
          @Nullable Double perplexity,
      @Schema(
              description = "inf where perplexity is null because of it, else null",
              nullable = true)
          @Nullable String perplexityFlag,
      @Schema(
              description = "mean surprisal; null where nothing is scored",
              nullable = true,
              example = "0.99")
          @Nullable Double bitsPerToken,
      @Schema(
              description =
                  "positions from 0 of the tokens that are not among the top_k most likely: by"
                      + " DeepLog's rule a sequence with any is anomalous")
          List<Integer> anomalies) {}

  /** One token, given those before it; all null for a sequence's first, which is only read. */
  @Schema(name = "ScoredToken")
  record Token(
      @Schema(description = "in its sequence, from 0", example = "7") int position,
      @Schema(example = "e") String token,
      @Schema(example = "42") int id,
      @Schema(description = "natural logarithm", nullable = true, example = "-0.07")
          @Nullable Double logprob,
      @Schema(description = "1: it was the most likely one", nullable = true, example = "1")
          @Nullable Integer rank,
      @Schema(description = "-log2 of its probability", nullable = true, example = "0.1")
          @Nullable Double surprisalBits,
      @Schema(description = "whether its rank is at most top_k", nullable = true)
          @Nullable Boolean inTopK) {}

  /** Tokens read. */
  @Schema(name = "ScoreUsage")
  record Usage(int promptTokens, int totalTokens) {}
}
