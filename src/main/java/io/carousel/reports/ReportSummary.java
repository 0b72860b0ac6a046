package io.carousel.reports;

import io.carousel.engine.gradient.Verdict;
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
    @Schema(description = "null for a fresh architecture", nullable = true) @Nullable String model,
    Architecture architecture,
    int sequenceLength,
    int batchSize,
    @Schema(description = "codes") List<Verdict.Code> verdicts) {

  static ReportSummary of(StoredReport stored) {
    return new ReportSummary(
        stored.id(),
        "gradient_report",
        stored.createdAt(),
        stored.model(),
        stored.architecture(),
        stored.report().sequenceLength(),
        stored.report().batchSize(),
        stored.report().verdicts().stream().map(Verdict::code).toList());
  }
}
