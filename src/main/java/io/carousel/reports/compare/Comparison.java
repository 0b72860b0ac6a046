package io.carousel.reports.compare;

import io.carousel.engine.gradient.report.Depth;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A comparison, as it is kept and as clients see it. */
@Schema(name = "Comparison")
record Comparison(
    @Schema(example = "comparison-1f0c3a5d9e7b2468") String id,
    @Schema(example = "gradient_report.comparison") String object,
    long createdAt,
    @Schema(description = "steps of the windows") int sequenceLength,
    @Schema(description = "windows") int batchSize,
    int requiredLag,
    @Schema(description = "the table, in the order of the request") List<ComparisonRow> rows,
    @Schema(description = "what the figure draws, in the order of the rows") List<Profile> profiles,
    @Schema(description = "what the figure of depth draws, in the order of the rows")
        List<DepthProfile> depths) {

  /** r(τ) of a row's path, for τ = 0, 1, …; null where it is 0 or nothing was measured. */
  @Schema(name = "ComparisonProfile")
  record Profile(
      String name,
      @Schema(description = "log10 of r at each lag") List<@Nullable Double> log10Ratio) {}

  /**
   * The gradient's norm in what each layer passes upwards, relative to the top layer's, from the
   * top down; null where it is 0 or not finite.
   */
  @Schema(name = "ComparisonDepthProfile")
  record DepthProfile(
      String name,
      @Schema(description = "log10 of it, the top layer first")
          List<@Nullable Double> log10Relative) {

    static DepthProfile of(String name, Depth depth) {
      return new DepthProfile(
          name, depth.layers().reversed().stream().map(DepthProfile::log10).toList());
    }

    private static @Nullable Double log10(Depth.Layer layer) {
      Double relative = layer.relative();
      return relative == null || relative == 0 ? null : (Double) Math.log10(relative);
    }
  }
}
