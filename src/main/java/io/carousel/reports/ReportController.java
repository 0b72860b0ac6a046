package io.carousel.reports;

import io.carousel.http.Deleted;
import io.carousel.http.Idempotent;
import io.carousel.http.Page;
import io.carousel.http.PageQuery;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.ExampleObject;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.annotations.ParameterObject;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Gradient reports over HTTP. */
@RestController
@RequestMapping(path = "/v1/gradient-reports", produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "Gradient reports")
class ReportController {
  private static final String FRESH =
      """
      {
        "architecture": {"cell": "rnn", "hidden_size": 32,
                         "initialization": {"recurrent": "orthogonal", "recurrent_gain": 0.5}},
        "input": {"text": "the quick brown fox jumps over the lazy dog. the quick brown fox jumps \
      over the lazy dog. the quick brown fox jumps over the lazy dog."},
        "sequence_length": 32,
        "batch_size": 4,
        "include": ["verdicts", "lag_profile", "bound"]
      }
      """;
  private static final String EVENTS =
      """
      {
        "architecture": {"cell": "lstm", "hidden_size": 16},
        "input": {"tokens": [["login", "view", "view", "buy", "logout"], ["login", "view", "logout"]]},
        "sequence_length": 4,
        "batch_size": 2
      }
      """;
  private static final String SYNTHETIC =
      """
      {
        "architecture": {"cell": "lstm", "hidden_size": 16, "initialization": {"forget_bias": 3}},
        "input": {"synthetic": "temporal-order", "length": 40},
        "batch_size": 4
      }
      """;

  /** Not the lists beside the reports: where one of them refuses a request, it is not an id. */
  private static final String ID = "/{id:(?!comparisons$|contrasts$).+}";

  private final ReportService reports;
  private final ReportStore store;
  private final ReportViews views;

  ReportController(ReportService reports, ReportStore store, ReportViews views) {
    this.reports = reports;
    this.store = store;
    this.views = views;
  }

  @Idempotent
  @PostMapping
  @Operation(
      summary = "Make a gradient report",
      description =
          "Of a trained model, or of a fresh architecture at its initialisation; then a tokenizer"
              + " is fitted on the input, and seed draws the weights. Of a text, batch_size windows"
              + " of sequence_length + 1 tokens are taken: it is cut into as many equal parts, and"
              + " each window begins at a place of its part that seed draws. Of sequences, the"
              + " beginnings of drawn ones that fill the window; where too few do, of the longest."
              + " Of a synthetic corpus, its first sequences; only their scored symbols are loss"
              + " sources, and a row of the lag matrix without one is all null."
              + " Limits: carousel.reports.max-sequence-length, max-batch-size and max-bytes.")
  @io.swagger.v3.oas.annotations.parameters.RequestBody(
      required = true,
      content =
          @Content(
              examples = {
                @ExampleObject(name = "fresh architecture", value = FRESH),
                @ExampleObject(name = "events", value = EVENTS),
                @ExampleObject(name = "synthetic", value = SYNTHETIC)
              }))
  @ApiResponse(responseCode = "201", description = "The report; Location names it")
  @ApiResponse(responseCode = "400", description = "A field is out of its range or over a limit")
  @ApiResponse(responseCode = "404", description = "The model or the file is not there")
  @ApiResponse(
      responseCode = "422",
      description =
          "`corpus_too_short`, `vocabulary_too_small`, `malformed_text`, `unknown_symbol`,"
              + " `unusable_data` or"
              + " `out_of_memory_budget`; `window_too_short` where the windows end before what a"
              + " synthetic corpus scores")
  @ApiResponse(responseCode = "429", description = "`queue_full`, with Retry-After")
  ResponseEntity<ReportResponse> create(@RequestBody ReportRequest request) {
    StoredReport report = reports.create(request);
    return ResponseEntity.created(URI.create("/v1/gradient-reports/" + report.id()))
        .body(ReportResponse.of(report));
  }

  @GetMapping
  @Operation(
      summary = "List reports",
      description = "Newest first, without their parts. Reports are kept in memory.")
  Page<ReportSummary> list(@ParameterObject PageQuery query) {
    return Page.of(store.newestFirst(), StoredReport::id, query).map(ReportSummary::of);
  }

  @GetMapping(
      path = ID,
      produces = {
        MediaType.APPLICATION_JSON_VALUE,
        MediaType.TEXT_HTML_VALUE,
        Representation.SVG_TYPE
      })
  @Operation(
      summary = "Get a report, its page or a figure",
      description =
          "By `Accept`: JSON, also for `*/*`; `text/html`, a page that stands alone: verdicts,"
              + " numbers, figures and residuals, all of it in one file that needs no network;"
              + " `image/svg+xml`, the one figure that `figure` names. Where `figure` is given and"
              + " the request accepts SVG, as `*/*` does, the answer is the figure.")
  @ApiResponse(
      responseCode = "200",
      description = "The parts that were asked for",
      content = {
        @Content(
            mediaType = MediaType.APPLICATION_JSON_VALUE,
            schema = @Schema(implementation = ReportResponse.class)),
        @Content(mediaType = MediaType.TEXT_HTML_VALUE, schema = @Schema(type = "string")),
        @Content(mediaType = Representation.SVG_TYPE, schema = @Schema(type = "string"))
      })
  @ApiResponse(responseCode = "400", description = "There is no such figure, or none is named")
  @ApiResponse(responseCode = "404", description = "`not_found`")
  @ApiResponse(
      responseCode = "422",
      description =
          "`part_not_included`: the report was not asked for what the figure shows;"
              + " `part_not_available`: a network of this shape does not have it")
  @ApiResponse(responseCode = "429", description = "`queue_full`, with Retry-After")
  ResponseEntity<Object> get(
      @PathVariable("id") String id,
      @Parameter(
              description = "of image/svg+xml: which figure",
              schema =
                  @Schema(
                      type = "string",
                      allowableValues = {
                        "lag-profile",
                        "lag-matrix",
                        "gates",
                        "spectrum",
                        "depth",
                        "carousel",
                        "context",
                        "clipping"
                      }))
          @RequestParam(name = "figure", required = false)
          @Nullable String figure,
      @RequestHeader HttpHeaders headers) {
    StoredReport report = store.get(id);
    if (figure != null) {
      ReportViews.figure(figure);
    }
    return switch (Representation.of(headers.getOrEmpty(HttpHeaders.ACCEPT), figure != null)) {
      case JSON -> Representation.json(ReportResponse.of(report));
      case HTML -> Representation.html(views.html(report), views.pagePolicy());
      case SVG -> Representation.svg(views.svg(report, ReportViews.figure(figure)));
    };
  }

  @DeleteMapping(ID)
  @Operation(summary = "Forget a report")
  @ApiResponse(responseCode = "200", description = "It is gone")
  @ApiResponse(responseCode = "404", description = "`not_found`")
  Deleted delete(@PathVariable("id") String id) {
    store.delete(id);
    return new Deleted(id, "gradient_report");
  }
}
