package io.carousel.reports.compare;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.carousel.engine.gradient.report.LagProfile;
import io.carousel.engine.gradient.report.NonFinite;
import io.carousel.engine.gradient.report.Verdict;
import io.carousel.engine.nn.Architecture;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One network of a comparison. What is said of a lag is said of the path (layer and state) that
 * keeps the most at the required lag, as the verdict is.
 */
@Schema(name = "ComparisonRow")
record ComparisonRow(
    String name,
    @Schema(description = "id of its report", example = "report-1f0c3a5d9e7b2468") String report,
    @Schema(description = "null for a fresh architecture", nullable = true) @Nullable String model,
    Architecture architecture,
    @Schema(description = "codes of all verdicts") List<Verdict.Code> verdicts,
    @Schema(description = "the gravest of them") Verdict verdict,
    @Schema(description = "of the path, from 0") int layer,
    @Schema(description = "of the path, h or c") String state,
    @Schema(description = "where ratio is taken: R, or the longest lag of a shorter window")
        int lag,
    @Schema(description = "r at that lag", nullable = true) @Nullable Double ratio,
    @Schema(description = "its log10, also below the range of a double", nullable = true)
        @Nullable Double log10Ratio,
    @Schema(description = "steps", nullable = true) @Nullable Double halfLife,
    LagProfile.Horizon horizon,
    @JsonProperty("lambda_1")
        @Schema(
            description =
                "largest Lyapunov exponent of any layer, nats a step; null where not measured",
            nullable = true)
        @Nullable Double lambda1,
    @Schema(
            description = "of the gradient at the top layer's output, what is left at the lowest's",
            nullable = true)
        @Nullable Double depthRatio,
    @Schema(description = "number of trainable values") long parameters,
    @Schema(description = "mean cross-entropy, in nats", nullable = true) @Nullable Double loss,
    @Schema(description = "flags of fields that are null because they are not finite")
        List<NonFinite> nonFinite) {}
