package io.carousel.reports;

import io.carousel.engine.gradient.report.AbsentPart;
import io.carousel.engine.gradient.report.Bound;
import io.carousel.engine.gradient.report.Carousel;
import io.carousel.engine.gradient.report.Clipping;
import io.carousel.engine.gradient.report.Context;
import io.carousel.engine.gradient.report.Depth;
import io.carousel.engine.gradient.report.Gates;
import io.carousel.engine.gradient.report.GradientReport;
import io.carousel.engine.gradient.report.Invariant;
import io.carousel.engine.gradient.report.Jacobian;
import io.carousel.engine.gradient.report.LagMatrix;
import io.carousel.engine.gradient.report.LagProfile;
import io.carousel.engine.gradient.report.Lyapunov;
import io.carousel.engine.gradient.report.NonFinite;
import io.carousel.engine.gradient.report.ParameterNorms;
import io.carousel.engine.gradient.report.StateGradient;
import io.carousel.engine.gradient.report.Verdict;
import io.carousel.engine.gradient.report.WeightGradientByLag;
import io.carousel.engine.nn.Architecture;
import io.carousel.engine.tokens.TokenizerType;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A report as clients see it. The parts stand at the top, where the verdicts' JSON pointers look
 * for them; a part that was not asked for is null.
 */
@Schema(
    name = "GradientReport",
    description = "Exact gradients across time, in float64; parts that were not asked for are null")
record ReportResponse(
    @Schema(example = "report-1f0c3a5d9e7b2468") String id,
    @Schema(example = "gradient_report") String object,
    long createdAt,
    @Schema(description = "null for a fresh architecture or one in training", nullable = true)
        @Nullable String model,
    @Schema(description = "the training job that it was made in, or null", nullable = true)
        @Nullable String job,
    @Schema(description = "optimiser steps that the job had done, or null", nullable = true)
        @Nullable Long step,
    Architecture architecture,
    TokenizerType tokenizer,
    int vocabularySize,
    long seed,
    @Schema(description = "of the production gradient that the exact one is compared with")
        String backend,
    @Schema(description = "steps of the windows") int sequenceLength,
    @Schema(description = "windows") int batchSize,
    int requiredLag,
    int scoredPredictions,
    @Schema(description = "mean cross-entropy, in nats", nullable = true) @Nullable Double loss,
    @Nullable List<Verdict> verdicts,
    @Nullable LagProfile lagProfile,
    @Nullable LagMatrix lagMatrix,
    @Nullable StateGradient stateGradient,
    @Nullable WeightGradientByLag weightGradientByLag,
    @Nullable List<ParameterNorms> parameters,
    @Nullable Bound bound,
    @Nullable Jacobian jacobian,
    @Nullable Lyapunov lyapunov,
    @Nullable Carousel carousel,
    @Nullable Gates gates,
    @Nullable Depth depth,
    @Nullable Context context,
    @Nullable Clipping clipping,
    @Nullable List<Invariant> invariants,
    @Schema(description = "parts that are null because this network cannot have them")
        List<AbsentPart> absent,
    @Schema(description = "flags of fields that are null because they are not finite")
        List<NonFinite> nonFinite) {

  static ReportResponse of(StoredReport stored) {
    return of(stored, stored.parts());
  }

  /** With these parts only. */
  static ReportResponse of(StoredReport stored, Set<ReportPart> parts) {
    StoredReport.TrainingStep training = stored.training();
    GradientReport r = stored.report();
    return new ReportResponse(
        stored.id(),
        "gradient_report",
        stored.createdAt(),
        stored.model(),
        training == null ? null : training.job(),
        training == null ? null : training.step(),
        stored.architecture(),
        stored.tokenizer(),
        stored.vocabularySize(),
        stored.seed(),
        stored.backend(),
        r.sequenceLength(),
        r.batchSize(),
        r.requiredLag(),
        r.scoredPredictions(),
        r.loss(),
        only(parts, ReportPart.VERDICTS, r.verdicts()),
        only(parts, ReportPart.LAG_PROFILE, r.lagProfile()),
        only(parts, ReportPart.LAG_MATRIX, r.lagMatrix()),
        only(parts, ReportPart.STATE_GRADIENT, r.stateGradient()),
        only(parts, ReportPart.WEIGHT_GRADIENT_BY_LAG, r.weightGradientByLag()),
        only(parts, ReportPart.PARAMETERS, r.parameters()),
        only(parts, ReportPart.BOUND, r.bound()),
        only(parts, ReportPart.JACOBIAN, r.jacobian()),
        only(parts, ReportPart.LYAPUNOV, r.lyapunov()),
        only(parts, ReportPart.CAROUSEL, r.carousel()),
        only(parts, ReportPart.GATES, r.gates()),
        only(parts, ReportPart.DEPTH, r.depth()),
        only(parts, ReportPart.CONTEXT, r.context()),
        only(parts, ReportPart.CLIPPING, r.clipping()),
        only(parts, ReportPart.INVARIANTS, r.invariants()),
        r.absent(),
        r.nonFinite());
  }

  private static <T> @Nullable T only(Set<ReportPart> parts, ReportPart part, @Nullable T value) {
    return parts.contains(part) ? value : null;
  }
}
