package io.carousel.reports.compare;

import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;

/** A comparison in a list: of what, and where each network's report is. */
@Schema(name = "ComparisonSummary")
record ComparisonSummary(
    String id,
    @Schema(example = "gradient_report.comparison") String object,
    long createdAt,
    @Schema(description = "names of the variants") List<String> variants,
    @Schema(description = "ids of their reports") List<String> reports) {

  static ComparisonSummary of(Comparison comparison) {
    return new ComparisonSummary(
        comparison.id(),
        comparison.object(),
        comparison.createdAt(),
        comparison.rows().stream().map(ComparisonRow::name).toList(),
        comparison.rows().stream().map(ComparisonRow::report).toList());
  }
}
