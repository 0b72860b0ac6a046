package io.carousel.reports.compare;

import io.carousel.http.Deleted;
import io.carousel.http.Idempotent;
import io.carousel.http.JsonProblems;
import io.carousel.http.Page;
import io.carousel.http.PageQuery;
import io.carousel.http.ProblemException;
import io.carousel.reports.ReportViews;
import io.carousel.reports.Representation;
import io.carousel.reports.figures.ComparisonFigure;
import io.carousel.reports.figures.DepthComparisonFigure;
import io.carousel.reports.page.ComparisonPage;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.ExampleObject;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
import tools.jackson.databind.json.JsonMapper;

/** Comparisons of networks over HTTP. */
@RestController
@RequestMapping(path = "/v1/gradient-reports", produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "Gradient reports")
class ComparisonController {
  private static final String CELLS =
      """
      {
        "variants": [
          {"name": "rnn", "architecture": {"cell": "rnn", "hidden_size": 32}},
          {"name": "gru", "architecture": {"cell": "gru", "hidden_size": 32}},
          {"name": "lstm", "architecture": {"cell": "lstm", "hidden_size": 32}},
          {"name": "lstm, forget bias 3", "architecture": {"cell": "lstm", "hidden_size": 32,
           "initialization": {"forget_bias": 3}}}
        ],
        "input": {"text": "the quick brown fox jumps over the lazy dog. the quick brown fox jumps \
      over the lazy dog. the quick brown fox jumps over the lazy dog."},
        "sequence_length": 32,
        "batch_size": 4
      }
      """;

  private static final String LAG_PROFILE = "lag-profile";
  private static final String DEPTH = "depth";
  private static final String CONNECTIONS =
      """
      {
        "variants": [
          {"name": "plain, 4", "architecture": {"cell": "rnn", "layers": 4, "hidden_size": 16}},
          {"name": "plain, 16", "architecture": {"cell": "rnn", "layers": 16, "hidden_size": 16}},
          {"name": "residual, 16", "architecture": {"cell": "rnn", "layers": 16,
           "hidden_size": 16, "connections": "residual"}},
          {"name": "highway, 16", "architecture": {"cell": "rnn", "layers": 16,
           "hidden_size": 16, "connections": "highway"}}
        ],
        "input": {"text": "the quick brown fox jumps over the lazy dog. the quick brown fox jumps \
      over the lazy dog."},
        "sequence_length": 16,
        "batch_size": 2
      }
      """;

  private final ComparisonService service;
  private final ComparisonStore store;
  private final ReportViews views;
  private final ComparisonPage page;
  private final JsonMapper mapper;

  ComparisonController(
      ComparisonService service,
      ComparisonStore store,
      ReportViews views,
      ComparisonPage page,
      JsonMapper mapper) {
    this.service = service;
    this.store = store;
    this.views = views;
    this.page = page;
    this.mapper = mapper;
  }

  @Idempotent
  @PostMapping("/compare")
  @Operation(
      summary = "Compare networks",
      description =
          "A gradient report of each variant on the same windows, one after the other: cells,"
              + " initialisations, depths, trained models. The answer is a table with a verdict for"
              + " each; `GET /v1/gradient-reports/comparisons/{id}` gives it as a page or a figure"
              + " as well, and each report can be had by its id. Where one variant cannot be"
              + " diagnosed the error names it, and nothing is kept. A model's tokenizer is its"
              + " own, so its loss is per symbol of that. Limits: carousel.comparisons.max-variants"
              + " and max-time, and for each report those of reports.")
  @io.swagger.v3.oas.annotations.parameters.RequestBody(
      required = true,
      content =
          @Content(
              examples = {
                @ExampleObject(name = "cells", value = CELLS),
                @ExampleObject(name = "connections", value = CONNECTIONS)
              }))
  @ApiResponse(responseCode = "201", description = "The comparison; Location names it")
  @ApiResponse(
      responseCode = "400",
      description =
          "A field is out of its range or over a limit (`limit_exceeded`), a name is missing or"
              + " given twice")
  @ApiResponse(responseCode = "404", description = "A model or the file is not there")
  @ApiResponse(
      responseCode = "422",
      description =
          "`corpus_too_short`, `vocabulary_too_small`, `malformed_text`, `unknown_symbol`,"
              + " `unusable_data`,"
              + " `out_of_memory_budget` or `deadline_exceeded`")
  @ApiResponse(responseCode = "429", description = "`queue_full`, with Retry-After")
  ResponseEntity<Comparison> create(@RequestBody ComparisonRequest request) {
    Comparison comparison = service.create(request);
    return ResponseEntity.created(URI.create("/v1/gradient-reports/comparisons/" + comparison.id()))
        .body(comparison);
  }

  @GetMapping("/comparisons")
  @Operation(
      summary = "List comparisons",
      description =
          "Newest first, without their tables. Kept in memory: carousel.comparisons.retained.")
  Page<ComparisonSummary> list(@ParameterObject PageQuery query) {
    return Page.of(store.newestFirst(), Comparison::id, query).map(ComparisonSummary::of);
  }

  @GetMapping(
      path = "/comparisons/{id}",
      produces = {
        MediaType.APPLICATION_JSON_VALUE,
        MediaType.TEXT_HTML_VALUE,
        Representation.SVG_TYPE
      })
  @Operation(
      summary = "Get a comparison, its page or its figure",
      description =
          "By `Accept`: JSON, also for `*/*`; `text/html`, a page that stands alone;"
              + " `image/svg+xml`, one chart for all, by `figure`: `lag-profile` (the default), the"
              + " profiles r(τ); `depth`, the gradient's norm on its way down the layers. Where"
              + " `figure` is given and the request accepts SVG, as `*/*` does, the answer is the"
              + " figure.")
  @ApiResponse(
      responseCode = "200",
      description = "The comparison",
      content = {
        @Content(
            mediaType = MediaType.APPLICATION_JSON_VALUE,
            schema = @Schema(implementation = Comparison.class)),
        @Content(mediaType = MediaType.TEXT_HTML_VALUE, schema = @Schema(type = "string")),
        @Content(mediaType = Representation.SVG_TYPE, schema = @Schema(type = "string"))
      })
  @ApiResponse(responseCode = "400", description = "There is no such figure")
  @ApiResponse(responseCode = "404", description = "`not_found`")
  @ApiResponse(responseCode = "429", description = "`queue_full`, with Retry-After")
  ResponseEntity<Object> get(
      @PathVariable("id") String id,
      @Parameter(
              description = "of image/svg+xml: which figure",
              schema = @Schema(allowableValues = {LAG_PROFILE, DEPTH}))
          @RequestParam(name = "figure", required = false)
          @Nullable String figure,
      @RequestHeader HttpHeaders headers) {
    Comparison comparison = store.get(id);
    if (figure != null && !figure.equals(LAG_PROFILE) && !figure.equals(DEPTH)) {
      throw ProblemException.invalid(
          "figure",
          "figure: expected %s or %s, found %s"
              .formatted(LAG_PROFILE, DEPTH, JsonProblems.shown(figure)));
    }
    List<String> accepted = headers.getOrEmpty(HttpHeaders.ACCEPT);
    return switch (Representation.of(accepted, figure != null)) {
      case JSON -> Representation.json(comparison);
      case SVG -> Representation.svg(views.draw(() -> figure(comparison, figure)));
      case HTML ->
          Representation.html(
              views.draw(() ->
                  page.html(
                      mapper.valueToTree(comparison),
                      List.of(figure(comparison, LAG_PROFILE), figure(comparison, DEPTH)))),
              page.policy());
    };
  }

  @DeleteMapping("/comparisons/{id}")
  @Operation(summary = "Forget a comparison", description = "Its reports stay.")
  @ApiResponse(responseCode = "200", description = "It is gone")
  @ApiResponse(responseCode = "404", description = "`not_found`")
  Deleted delete(@PathVariable("id") String id) {
    store.delete(id);
    return new Deleted(id, "gradient_report.comparison");
  }

  private static String figure(Comparison comparison, @Nullable String name) {
    Map<String, List<@Nullable Double>> profiles = new LinkedHashMap<>();
    if (DEPTH.equals(name)) {
      comparison.depths().forEach(one -> profiles.put(one.name(), one.log10Relative()));
      return DepthComparisonFigure.svg(profiles);
    }
    comparison.profiles().forEach(one -> profiles.put(one.name(), one.log10Ratio()));
    return ComparisonFigure.svg(profiles, comparison.requiredLag());
  }
}
