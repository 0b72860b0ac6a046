package io.carousel.reports;

import io.carousel.http.Deleted;
import io.carousel.http.Idempotent;
import io.carousel.http.Page;
import io.carousel.http.PageQuery;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.ExampleObject;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.net.URI;
import org.springdoc.core.annotations.ParameterObject;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
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

  private final ReportService reports;
  private final ReportStore store;

  ReportController(ReportService reports, ReportStore store) {
    this.reports = reports;
    this.store = store;
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
              + " Limits: carousel.reports.max-sequence-length, max-batch-size and max-bytes.")
  @io.swagger.v3.oas.annotations.parameters.RequestBody(
      required = true,
      content =
          @Content(
              examples = {
                @ExampleObject(name = "fresh architecture", value = FRESH),
                @ExampleObject(name = "events", value = EVENTS)
              }))
  @ApiResponse(responseCode = "201", description = "The report; Location names it")
  @ApiResponse(responseCode = "400", description = "A field is out of its range or over a limit")
  @ApiResponse(responseCode = "404", description = "The model or the file is not there")
  @ApiResponse(
      responseCode = "422",
      description =
          "`corpus_too_short`, `malformed_text`, `unknown_symbol`, `unusable_data` or"
              + " `out_of_memory_budget`")
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

  @GetMapping("/{id}")
  @Operation(summary = "Get a report")
  @ApiResponse(responseCode = "200", description = "The parts that were asked for")
  @ApiResponse(responseCode = "404", description = "`not_found`")
  ReportResponse get(@PathVariable("id") String id) {
    return ReportResponse.of(store.get(id));
  }

  @DeleteMapping("/{id}")
  @Operation(summary = "Forget a report")
  @ApiResponse(responseCode = "200", description = "It is gone")
  @ApiResponse(responseCode = "404", description = "`not_found`")
  Deleted delete(@PathVariable("id") String id) {
    store.delete(id);
    return new Deleted(id, "gradient_report");
  }
}
