package io.carousel.reports;

import io.carousel.engine.gradient.report.Verdict;
import io.carousel.engine.nn.Architecture;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A report in a list: what it is about and what it concludes. */
@Schema(name = "GradientReportSummary")
record ReportSummary(
    String id,
    @Schema(example = "gradient_report") String object,
    long createdAt,
    @Schema(description = "null for a fresh architecture or one in training", nullable = true)
        @Nullable String model,
    @Schema(description = "the training job that it was made in, or null", nullable = true)
        @Nullable String job,
    @Schema(description = "optimiser steps that the job had done, or null", nullable = true)
        @Nullable Long step,
    Architecture architecture,
    int sequenceLength,
    int batchSize,
    @Schema(description = "codes") List<Verdict.Code> verdicts) {

  static ReportSummary of(StoredReport stored) {
    StoredReport.TrainingStep training = stored.training();
    return new ReportSummary(
        stored.id(),
        "gradient_report",
        stored.createdAt(),
        stored.model(),
        training == null ? null : training.job(),
        training == null ? null : training.step(),
        stored.architecture(),
        stored.report().sequenceLength(),
        stored.report().batchSize(),
        stored.report().verdicts().stream().map(Verdict::code).toList());
  }
}
