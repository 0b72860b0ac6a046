package io.carousel.jobs.diagnostics;

import io.carousel.engine.gradient.report.GradientReport;
import io.carousel.engine.gradient.report.LagProfile;
import io.carousel.engine.gradient.report.NonFinite;
import io.carousel.engine.gradient.report.Verdict;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of every report of a job, also where the whole of it is gone.
 *
 * @param id of the report
 * @param createdAt Unix seconds
 * @param step optimiser steps done
 * @param loss on the report's windows, in nats, or null where it is not finite
 * @param verdicts those of the report, and what the norms of the training add to it
 */
public record ReportPoint(
    String id,
    long createdAt,
    long step,
    int epoch,
    @Nullable Double loss,
    int requiredLag,
    int sequenceLength,
    List<Verdict.Code> verdicts,
    List<Path> layers) {

  /** About what it takes in memory. */
  public long bytes() {
    return 400 + 250L * layers.size();
  }

  /**
   * How far the gradient reaches in one layer and state.
   *
   * @param layer from 0
   * @param state {@code h} or {@code c}
   * @param lag where the ratio is taken
   */
  @Schema(name = "TrainingReportPath", description = "One layer and state")
  public record Path(
      int layer,
      @Schema(example = "h") String state,
      @Schema(
              description =
                  "first lag where less than 1e-1 and 1e-3 of the gradient is left; null: beyond"
                      + " the window")
          LagProfile.Horizon horizon,
      @Schema(description = "steps, of the fitted line", nullable = true) @Nullable Double halfLife,
      @Schema(description = "required_lag, or the window's longest") int lag,
      @Schema(description = "r(lag)", nullable = true) @Nullable Double ratio,
      @Schema(description = "log10 of it, also where it underflows", nullable = true)
          @Nullable Double log10Ratio,
      @Schema(description = "flags of fields that are null because they are not finite")
          List<NonFinite> nonFinite) {

    private static Path of(LagProfile.Layer profile, int requiredLag) {
      int longest = profile.lags().size() - 1;
      while (longest > 0 && profile.count().get(longest) == 0) {
        longest--;
      }
      int lag = Math.min(requiredLag, longest);
      String suffix = "/" + lag;
      return new Path(
          profile.layer(),
          profile.state(),
          profile.horizon(),
          profile.halfLife(),
          lag,
          profile.ratio().get(lag),
          profile.log10Ratio().get(lag),
          profile.nonFinite().stream()
              .filter(flag ->
                  flag.at().equals("half_life")
                      || flag.at().equals("ratio" + suffix)
                      || flag.at().equals("log10_ratio" + suffix))
              .map(flag -> new NonFinite(flag.at().replace(suffix, ""), flag.value()))
              .toList());
    }
  }

  public static ReportPoint of(
      String id,
      long createdAt,
      long step,
      int epoch,
      GradientReport report,
      List<Verdict> verdicts) {
    return new ReportPoint(
        id,
        createdAt,
        step,
        epoch,
        report.loss(),
        report.requiredLag(),
        report.sequenceLength(),
        verdicts.stream().map(Verdict::code).toList(),
        report.lagProfile().layers().stream()
            .map(layer -> Path.of(layer, report.requiredLag()))
            .toList());
  }
}
