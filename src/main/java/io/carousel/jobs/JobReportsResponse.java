package io.carousel.jobs;

import io.carousel.engine.gradient.report.Verdict;
import io.carousel.http.Page;
import io.carousel.http.PageQuery;
import io.carousel.jobs.diagnostics.ReportPoint;
import io.carousel.jobs.state.TrainingJob;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The reports of a job: a page of them, and how their horizons went over all steps. */
@Schema(
    name = "TrainingReportPage",
    description = "Reports made while a job trained, newest first, and the series of all of them")
record JobReportsResponse(
    @Schema(example = "list") String object,
    List<Item> data,
    @Schema(nullable = true) @Nullable String firstId,
    @Schema(nullable = true) @Nullable String lastId,
    boolean hasMore,
    Series series) {

  /** One report. */
  @Schema(name = "TrainingReport", description = "What one report of a job concludes")
  record Item(
      @Schema(example = "report-1f0c3a5d9e7b2468") String id,
      @Schema(example = "gradient_report") String object,
      long createdAt,
      String job,
      @Schema(description = "optimiser steps done") long step,
      @Schema(description = "from 1; 0 before the first step") int epoch,
      @Schema(description = "on the report's windows, in nats", nullable = true)
          @Nullable Double loss,
      int requiredLag,
      int sequenceLength,
      @Schema(description = "codes") List<Verdict.Code> verdicts,
      List<ReportPoint.Path> layers,
      @Schema(description = "whether /v1/gradient-reports/{id} still has the whole of it")
          boolean available) {

    static Item of(String job, ReportPoint point, boolean available) {
      return new Item(
          point.id(),
          "gradient_report",
          point.createdAt(),
          job,
          point.step(),
          point.epoch(),
          point.loss(),
          point.requiredLag(),
          point.sequenceLength(),
          point.verdicts(),
          point.layers(),
          available);
    }
  }

  /** All reports, oldest first; every list has an entry for each of the steps. */
  @Schema(
      name = "TrainingReportSeries",
      description = "All reports, oldest first; every list has an entry for each step")
  record Series(
      List<Long> steps,
      @Schema(description = "nats, on the reports' windows") List<@Nullable Double> loss,
      List<List<Verdict.Code>> verdicts,
      @Schema(description = "of the windows: a horizon that is null lies beyond")
          int sequenceLength,
      int requiredLag,
      List<Path> layers) {}

  /** One layer and state. */
  @Schema(name = "TrainingReportSeriesPath")
  record Path(
      int layer,
      @Schema(example = "h") String state,
      @Schema(description = "first lag where less than 1e-1 is left; null: beyond the window")
          List<@Nullable Integer> oneTenth,
      @Schema(description = "the same for 1e-3") List<@Nullable Integer> oneThousandth,
      List<@Nullable Double> halfLife,
      @Schema(description = "log10 r at the required lag, or at the window's longest")
          List<@Nullable Double> log10Ratio) {}

  /**
   * A page of a job's reports.
   *
   * @param available whether the whole report of an id is still there
   */
  static JobReportsResponse of(TrainingJob job, PageQuery query, Predicate<String> available) {
    List<ReportPoint> points = job.reports().points();
    Page<Item> page =
        Page.of(points.reversed(), ReportPoint::id, query)
            .map(point -> Item.of(job.id(), point, available.test(point.id())));
    return new JobReportsResponse(
        page.object(), page.data(), page.firstId(), page.lastId(), page.hasMore(), series(points));
  }

  private static Series series(List<ReportPoint> points) {
    List<Path> paths = new ArrayList<>();
    int count = points.isEmpty() ? 0 : points.getFirst().layers().size();
    for (int i = 0; i < count; i++) {
      int index = i;
      List<ReportPoint.Path> path = points.stream().map(p -> p.layers().get(index)).toList();
      paths.add(
          new Path(
              path.getFirst().layer(),
              path.getFirst().state(),
              path.stream().map(p -> p.horizon().oneTenth()).toList(),
              path.stream().map(p -> p.horizon().oneThousandth()).toList(),
              path.stream().map(ReportPoint.Path::halfLife).toList(),
              path.stream().map(ReportPoint.Path::log10Ratio).toList()));
    }
    return new Series(
        points.stream().map(ReportPoint::step).toList(),
        points.stream().map(ReportPoint::loss).toList(),
        points.stream().map(ReportPoint::verdicts).toList(),
        points.isEmpty() ? 0 : points.getFirst().sequenceLength(),
        points.isEmpty() ? 0 : points.getFirst().requiredLag(),
        paths);
  }
}
