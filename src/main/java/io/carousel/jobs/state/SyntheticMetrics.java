package io.carousel.jobs.state;

import io.carousel.engine.synthetic.KnownLoss;
import io.carousel.engine.synthetic.SyntheticSpecification;
import io.carousel.engine.train.Evaluation;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a job reaches on a synthetic corpus, beside what there is to reach. */
@Schema(
    name = "SyntheticMetrics",
    description =
        "What is reached on a synthetic corpus, beside what there is to reach. Losses are nats per"
            + " scored symbol.")
public record SyntheticMetrics(
    @Schema(
            description = "on validation sequences; null before the first evaluation",
            nullable = true,
            example = "0.4452")
        @Nullable Double scoredLoss,
    @Schema(
            description = "share of scored symbols that were the likeliest; null before",
            nullable = true,
            example = "0.6863")
        @Nullable Double accuracy,
    @Schema(description = "the best possible loss, exactly", example = "0.4411") double floor,
    @Schema(description = "the best possible loss without what `without` names", example = "0.5041")
        double baseline,
    @Schema(description = "what the baseline does without", example = "the second symbol, T or P")
        String without,
    @Schema(description = "of agreement: how often the verb was wrong; else null", nullable = true)
        @Nullable List<AttractorError> errorByAttractors) {

  /** Sentences with the same number of attractors. */
  @Schema(name = "AttractorError")
  public record AttractorError(
      @Schema(description = "nouns between subject and verb whose number is not the subject's")
          int attractors,
      @Schema(description = "validation sentences that have so many") long sentences,
      @Schema(description = "share of them whose verb was not the likeliest symbol")
          double error) {}

  /** Before the first evaluation; null of a corpus that is not synthetic. */
  static @Nullable SyntheticMetrics of(@Nullable SyntheticSpecification corpus) {
    if (corpus == null) {
      return null;
    }
    KnownLoss known = corpus.corpus().knownLoss();
    return new SyntheticMetrics(null, null, known.floor(), known.baseline(), known.without(), null);
  }

  /** After an evaluation. */
  public SyntheticMetrics with(Evaluation validation) {
    return new SyntheticMetrics(
        validation.loss(),
        validation.top1(),
        floor,
        baseline,
        without,
        validation.groups().isEmpty()
            ? null
            : validation.groups().stream()
                .map(g -> new AttractorError(g.number(), g.predictions(), 1 - g.top1()))
                .toList());
  }

  /** For a message. */
  public String summary() {
    return String.format(Locale.ROOT, "floor %.4f, baseline %.4f", floor, baseline);
  }
}
