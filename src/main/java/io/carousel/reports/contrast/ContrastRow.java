package io.carousel.reports.contrast;

import io.carousel.engine.gradient.report.NonFinite;
import io.carousel.engine.nn.Architecture;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One model of a contrast. What is said of the attractor is null where none was named. */
@Schema(name = "ContrastRow")
record ContrastRow(
    String name,
    @Schema(example = "lstm-1f0c3a5d") String model,
    Architecture architecture,
    @Schema(
            description =
                "ln(p(expected)/p(other)) after the input, nats: the difference of their logits",
            nullable = true)
        @Nullable Double logOdds,
    @Schema(description = "p(expected), among all tokens", nullable = true)
        @Nullable Double expectedProbability,
    @Schema(description = "p(other), among all tokens", nullable = true)
        @Nullable Double otherProbability,
    @Schema(description = "whether log_odds is above 0") boolean prefersExpected,
    @Schema(
            description =
                "norm of the gradient of log_odds with respect to the subject's embedding",
            nullable = true)
        @Nullable Double subjectGradient,
    @Schema(
            description = "the same of the nearest attractor: the last before the contrast",
            nullable = true)
        @Nullable Double attractorGradient,
    @Schema(
            description =
                "subject_gradient / attractor_gradient: above 1 the subject moves the choice more"
                    + " (syntactic recency), below 1 the attractor (sequential recency)",
            nullable = true)
        @Nullable Double ratio,
    @Schema(
            description =
                "the subject's embedding times its gradient, nats: above 0 it speaks for the"
                    + " expected form",
            nullable = true)
        @Nullable Double subjectGradientTimesInput,
    @Schema(description = "the same of the nearest attractor", nullable = true)
        @Nullable Double attractorGradientTimesInput,
    @Schema(description = "flags of fields that are null because they are not finite")
        List<NonFinite> nonFinite) {}
