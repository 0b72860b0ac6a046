package io.carousel.reports.contrast;

import io.carousel.engine.gradient.report.NonFinite;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The gradient of a contrast in several models, as it is kept and as clients see it. */
@Schema(name = "Contrast")
record Contrast(
    @Schema(example = "contrast-1f0c3a5d9e7b2468") String id,
    @Schema(example = "gradient_report.contrast") String object,
    long createdAt,
    @Schema(example = "is") String expected,
    @Schema(example = "are") String other,
    @Schema(
            description =
                "of the input, as far as any model knows them; else the symbol for unknown ones")
        List<String> tokens,
    @Schema(description = "position of the subject, from 0", example = "1") int subject,
    @Schema(description = "positions of the attractors, ascending") List<Integer> attractors,
    @Schema(
            description = "the last of them, nearest to the contrast; null without any",
            example = "4",
            nullable = true)
        @Nullable Integer nearestAttractor,
    @Schema(description = "the table, in the order of the request") List<ContrastRow> rows,
    @Schema(description = "token by token, in the order of the rows; the figure draws the norms")
        List<Series> series) {

  /** What each token contributes in one model. */
  @Schema(name = "ContrastSeries")
  record Series(
      String name,
      @Schema(
              description =
                  "norm of the gradient of log_odds with respect to the token's embedding, nats per"
                      + " unit; 0 below 1e-308")
          List<@Nullable Double> gradientNorm,
      @Schema(
              description =
                  "the embedding times that gradient, nats: above 0 the token speaks for the"
                      + " expected form, below 0 for the other")
          List<@Nullable Double> gradientTimesInput,
      @Schema(
              description =
                  "norm of the gradient with respect to the state h of the top layer at that token")
          List<@Nullable Double> stateGradientNorm,
      @Schema(description = "positions of tokens that the model does not know and reads as <unk>")
          List<Integer> unknown,
      @Schema(description = "flags of numbers that are null because they are not finite")
          List<NonFinite> nonFinite) {}
}
