package io.carousel.reports.contrast;

import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;

/** A contrast in a list: which sentence, and in which models. */
@Schema(name = "ContrastSummary")
record ContrastSummary(
    String id,
    @Schema(example = "gradient_report.contrast") String object,
    long createdAt,
    String expected,
    String other,
    List<String> tokens,
    @Schema(description = "names of the variants") List<String> variants) {

  static ContrastSummary of(Contrast contrast) {
    return new ContrastSummary(
        contrast.id(),
        contrast.object(),
        contrast.createdAt(),
        contrast.expected(),
        contrast.other(),
        contrast.tokens(),
        contrast.rows().stream().map(ContrastRow::name).toList());
  }
}
