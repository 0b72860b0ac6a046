package io.carousel.reports.contrast;

import io.carousel.http.Deleted;
import io.carousel.http.Idempotent;
import io.carousel.http.JsonProblems;
import io.carousel.http.Page;
import io.carousel.http.PageQuery;
import io.carousel.http.ProblemException;
import io.carousel.reports.ReportViews;
import io.carousel.reports.Representation;
import io.carousel.reports.figures.ContrastFigure;
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

/** Contrasts over HTTP. */
@RestController
@RequestMapping(path = "/v1/gradient-reports", produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "Gradient reports")
class ContrastController {
  private static final String FIGURE = "contrast"; // the only one there is
  private static final String AGREEMENT =
      """
      {
        "variants": [
          {"name": "rnn", "model": "rnn-1f0c3a5d"},
          {"name": "lstm", "model": "lstm-1f0c3a5d"}
        ],
        "input": {"text": "the writer of the books"},
        "contrast": {"expected": "is", "other": "are"},
        "subject": "writer",
        "attractors": ["books"]
      }
      """;
  private static final String POSITIONS =
      """
      {
        "variants": [{"name": "lstm", "model": "lstm-1f0c3a5d"}],
        "input": {"text": "the writer of the books of the writer"},
        "contrast": {"expected": "is", "other": "are"},
        "subject": 1,
        "attractors": [4]
      }
      """;

  private final ContrastService service;
  private final ContrastStore store;
  private final ReportViews views;

  ContrastController(ContrastService service, ContrastStore store, ReportViews views) {
    this.service = service;
    this.store = store;
    this.views = views;
  }

  @Idempotent
  @PostMapping("/contrast")
  @Operation(
      summary = "Which words decide between two forms",
      description =
          "After the beginning of a sentence each model chooses between two continuations, such as"
              + " a verb's singular and plural: log_odds = ln(p(expected)/p(other)). The answer is"
              + " the exact gradient of log_odds with respect to each token's embedding, in float64"
              + " and from a state of zero: at the subject, which decides, beside the nearest"
              + " attractor, a noun of the other number in between (Linzen, Dupoux and Goldberg"
              + " 2016). The table has a row for each model; `GET"
              + " /v1/gradient-reports/contrasts/{id}` gives the figure as well. Models may differ"
              + " in their vocabularies, but must split the input into the same tokens and know"
              + " both forms as tokens. Where one cannot be measured the error names it, and"
              + " nothing is kept. Limits: carousel.contrasts.max-variants and max-tokens, and"
              + " carousel.reports.max-bytes.")
  @io.swagger.v3.oas.annotations.parameters.RequestBody(
      required = true,
      content =
          @Content(
              examples = {
                @ExampleObject(name = "agreement", value = AGREEMENT),
                @ExampleObject(name = "by position", value = POSITIONS)
              }))
  @ApiResponse(responseCode = "201", description = "The contrast; Location names it")
  @ApiResponse(
      responseCode = "400",
      description =
          "A field is missing, out of its range or over a limit (`limit_exceeded`), a name is given"
              + " twice, a position is outside of the input, or a model splits it otherwise")
  @ApiResponse(responseCode = "404", description = "A model is not there")
  @ApiResponse(
      responseCode = "422",
      description =
          "`unknown_symbol`: a token or form that a model does not know; `malformed_text`,"
              + " `non_finite_weights` or `out_of_memory_budget`")
  @ApiResponse(responseCode = "429", description = "`queue_full`, with Retry-After")
  ResponseEntity<Contrast> create(@RequestBody ContrastRequest request) {
    Contrast contrast = service.create(request);
    return ResponseEntity.created(URI.create("/v1/gradient-reports/contrasts/" + contrast.id()))
        .body(contrast);
  }

  @GetMapping("/contrasts")
  @Operation(
      summary = "List contrasts",
      description =
          "Newest first, without their tables. Kept in memory: carousel.contrasts.retained.")
  Page<ContrastSummary> list(@ParameterObject PageQuery query) {
    return Page.of(store.newestFirst(), Contrast::id, query).map(ContrastSummary::of);
  }

  @GetMapping(
      path = "/contrasts/{id}",
      produces = {MediaType.APPLICATION_JSON_VALUE, Representation.SVG_TYPE})
  @Operation(
      summary = "Get a contrast or its figure",
      description =
          "By `Accept`: JSON, also for `*/*`; `image/svg+xml`, the norms of the gradient token by"
              + " token, all models in one chart. Where `figure` is given and the request accepts"
              + " SVG, as `*/*` does, the answer is the figure.")
  @ApiResponse(
      responseCode = "200",
      description = "The contrast",
      content = {
        @Content(
            mediaType = MediaType.APPLICATION_JSON_VALUE,
            schema = @Schema(implementation = Contrast.class)),
        @Content(mediaType = Representation.SVG_TYPE, schema = @Schema(type = "string"))
      })
  @ApiResponse(responseCode = "400", description = "There is no such figure")
  @ApiResponse(responseCode = "404", description = "`not_found`")
  @ApiResponse(responseCode = "429", description = "`queue_full`, with Retry-After")
  ResponseEntity<Object> get(
      @PathVariable("id") String id,
      @Parameter(
              description = "which figure",
              schema = @Schema(type = "string", allowableValues = FIGURE))
          @RequestParam(name = "figure", required = false)
          @Nullable String figure,
      @RequestHeader HttpHeaders headers) {
    Contrast contrast = store.get(id);
    if (figure != null && !figure.equals(FIGURE)) {
      throw ProblemException.invalid(
          "figure", "figure: expected %s, found %s".formatted(FIGURE, JsonProblems.shown(figure)));
    }
    return switch (Representation.of(headers.getOrEmpty(HttpHeaders.ACCEPT), figure != null)) {
      case JSON, HTML -> Representation.json(contrast); // a browser takes JSON as well
      case SVG -> Representation.svg(views.draw(() -> svg(contrast)));
    };
  }

  @DeleteMapping("/contrasts/{id}")
  @Operation(summary = "Forget a contrast")
  @ApiResponse(responseCode = "200", description = "It is gone")
  @ApiResponse(responseCode = "404", description = "`not_found`")
  Deleted delete(@PathVariable("id") String id) {
    store.delete(id);
    return new Deleted(id, "gradient_report.contrast");
  }

  private static String svg(Contrast contrast) {
    Map<String, List<@Nullable Double>> norms = new LinkedHashMap<>();
    contrast.series().forEach(one -> norms.put(one.name(), one.gradientNorm()));
    return ContrastFigure.svg(
        new ContrastFigure.Sentence(
            contrast.tokens(),
            contrast.subject(),
            contrast.attractors(),
            contrast.expected(),
            contrast.other()),
        norms);
  }
}
