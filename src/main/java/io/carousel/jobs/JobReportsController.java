package io.carousel.jobs;

import io.carousel.http.JsonProblems;
import io.carousel.http.PageQuery;
import io.carousel.http.ProblemException;
import io.carousel.jobs.state.TrainingJob;
import io.carousel.reports.ReportViews;
import io.carousel.reports.Representation;
import io.carousel.reports.TrainingReports;
import io.carousel.reports.figures.HorizonFigure;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.annotations.ParameterObject;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** The gradient reports of a job, as a list and as the figure of their horizons. */
@RestController
@Tag(name = "Training jobs")
class JobReportsController {
  private static final String REPORTS = "/{id}/gradient-reports";
  private static final String THOUSANDTH = "horizon";
  private static final String TENTH = "horizon-tenth";

  private final JobService jobs;
  private final TrainingReports reports;
  private final ReportViews views;

  JobReportsController(JobService jobs, TrainingReports reports, ReportViews views) {
    this.jobs = jobs;
    this.reports = reports;
    this.views = views;
  }

  @GetMapping(
      path = {JobController.PATH + REPORTS, JobController.ALIAS + REPORTS},
      produces = {MediaType.APPLICATION_JSON_VALUE, Representation.SVG_TYPE})
  @Operation(
      summary = "List the gradient reports made while a job trained, or draw their horizons",
      description =
          "Newest first, each with its verdicts and how far the gradient reaches; series has the"
              + " same of all reports, oldest first. The whole of a report is at"
              + " /v1/gradient-reports/{id} while available; of one job at most"
              + " carousel.jobs.diagnostics.retained are, spread evenly over its steps."
              + " `image/svg+xml` is the figure of the series that `figure` names; where `figure` is"
              + " given and the request accepts SVG, as `*/*` does, the answer is the figure.")
  @ApiResponse(
      responseCode = "200",
      description = "A page of reports with the series of all, or the figure",
      content = {
        @Content(
            mediaType = MediaType.APPLICATION_JSON_VALUE,
            schema = @Schema(implementation = JobReportsResponse.class)),
        @Content(mediaType = Representation.SVG_TYPE, schema = @Schema(type = "string"))
      })
  @ApiResponse(responseCode = "400", description = "There is no such figure, or none is named")
  @ApiResponse(responseCode = "404", description = "`not_found`")
  @ApiResponse(responseCode = "429", description = "`queue_full`, with Retry-After")
  ResponseEntity<Object> list(
      @PathVariable("id") String id,
      @ParameterObject PageQuery query,
      @Parameter(
              description =
                  "of image/svg+xml: first lag where less than 1e-3 (horizon) or 1e-1"
                      + " (horizon-tenth) of the gradient is left, over the steps of training",
              schema =
                  @Schema(
                      type = "string",
                      allowableValues = {THOUSANDTH, TENTH}))
          @RequestParam(name = "figure", required = false)
          @Nullable String figure,
      @RequestHeader HttpHeaders headers) {
    TrainingJob job = jobs.get(id);
    if (figure != null) {
      requireFigure(figure);
    }
    JobReportsResponse list = JobReportsResponse.of(job, query, reports::has);
    return Representation.of(headers.getOrEmpty(HttpHeaders.ACCEPT), figure != null)
            == Representation.SVG
        ? Representation.svg(views.draw(() -> svg(list.series(), requireFigure(figure))))
        : Representation.json(list);
  }

  private static String svg(JobReportsResponse.Series series, String figure) {
    boolean tenth = figure.equals(TENTH);
    List<HorizonFigure.Series> lines =
        series.layers().stream()
            .map(path ->
                new HorizonFigure.Series(
                    "layer %d, %s".formatted(path.layer(), path.state()),
                    series.steps(),
                    tenth ? path.oneTenth() : path.oneThousandth()))
            .toList();
    return HorizonFigure.svg(
        lines, tenth ? 1e-1 : 1e-3, series.sequenceLength(), series.requiredLag());
  }

  private static String requireFigure(@Nullable String name) {
    if (name == null || !List.of(THOUSANDTH, TENTH).contains(name)) {
      throw ProblemException.invalid(
          "figure",
          "figure: expected one of %s, %s, found %s"
              .formatted(THOUSANDTH, TENTH, name == null ? "none" : JsonProblems.shown(name)));
    }
    return name;
  }
}
