package io.carousel.jobs;

import io.carousel.http.Deleted;
import io.carousel.http.Idempotent;
import io.carousel.http.Page;
import io.carousel.http.PageQuery;
import io.carousel.http.ProblemException;
import io.carousel.jobs.run.JobEngine;
import io.carousel.jobs.state.JobEvent;
import io.carousel.jobs.state.JobStatus;
import io.carousel.jobs.state.TrainingJob;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.ExampleObject;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.annotations.ParameterObject;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.util.MultiValueMap;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/** Training jobs over HTTP, under our name and under the one that OpenAI's SDKs use. */
@RestController
@RequestMapping(produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "Training jobs")
class JobController {
  static final String PATH = "/v1/training/jobs";
  static final String ALIAS = "/v1/fine_tuning/jobs";
  private static final String DEFAULT_POINTS = "400";
  private static final String METADATA = "metadata[";

  private final JobService jobs;
  private final EventStreams streams;
  private final JobEngine engine;

  JobController(JobService jobs, EventStreams streams, JobEngine engine) {
    this.jobs = jobs;
    this.streams = streams;
    this.engine = engine;
  }

  @Idempotent
  @PostMapping(PATH)
  @Operation(
      summary = "Train a model",
      description =
          "Checks the data at once, and answers before the training has begun. Honours"
              + " Idempotency-Key. Limits: carousel.limits.max-layers, max-hidden-size,"
              + " max-batch-size, max-sequence-length, max-epochs and max-training-bytes;"
              + " of synthetic corpora carousel.synthetic.max-count, max-length, max-attractors and"
              + " max-transitions. A synthetic corpus makes its sequences while it trains, new ones"
              + " each epoch, and validates on validation_split × count others; loss, accuracy and"
              + " gradient are those of its scored symbols alone, and metrics.synthetic says beside"
              + " them what there is to reach."
              + " A job that diagnostics.stop_on ends has failed with error.code loss_non_finite,"
              + " gradient_exploding or stopped_by_verdict and the verdict as error.evidence; its"
              + " weights so far, if finite, are a model that fine_tuned_model names. A job whose"
              + " model could not be written has failed with storage_full or, where not room is what"
              + " the storage lacks, storage_unavailable.")
  @io.swagger.v3.oas.annotations.parameters.RequestBody(
      required = true,
      content =
          @Content(
              examples = {
                @ExampleObject(name = "text", value = JobExamples.TEXT),
                @ExampleObject(name = "events", value = JobExamples.EVENTS),
                @ExampleObject(name = "diagnosed", value = JobExamples.DIAGNOSED),
                @ExampleObject(name = "synthetic", value = JobExamples.SYNTHETIC),
                @ExampleObject(name = "file", value = JobExamples.FILE)
              }))
  @ApiResponse(responseCode = "202", description = "The job; Location names it")
  @ApiResponse(
      responseCode = "400",
      description = "A field is unknown, of the wrong type or out of its range")
  @ApiResponse(responseCode = "404", description = "The file or the model is not there")
  @ApiResponse(
      responseCode = "422",
      description =
          "Cannot be trained on: corpus_too_short, vocabulary_too_small, malformed_text,"
              + " unknown_symbol, unusable_data, out_of_memory_budget")
  @ApiResponse(responseCode = "429", description = "queue_full; Retry-After says when to try again")
  ResponseEntity<JobResponse> create(@RequestBody JobRequest request) {
    TrainingJob job = jobs.create(request);
    return ResponseEntity.accepted().location(URI.create(PATH + "/" + job.id())).body(view(job));
  }

  @Idempotent
  @PostMapping(ALIAS)
  @Operation(
      summary = "Train a model, under OpenAI's name",
      description = "The same as " + PATH + ", but answers 200.")
  @ApiResponse(responseCode = "200", description = "The job")
  @ApiResponse(responseCode = "404", description = "The file or the model is not there")
  @ApiResponse(responseCode = "422", description = "Cannot be trained on")
  @ApiResponse(responseCode = "429", description = "queue_full; Retry-After says when to try again")
  JobResponse createFineTuning(@RequestBody JobRequest request) {
    return view(jobs.create(request));
  }

  @GetMapping({PATH, ALIAS})
  @Operation(
      summary = "List jobs",
      description =
          "Newest first. Jobs are kept in memory: after a restart their ids are unknown, the models"
              + " that they made are there. Parameters of the form metadata[key]=value keep only"
              + " jobs with that metadata.")
  Page<JobResponse> list(
      @Parameter(description = "only jobs with this status") @RequestParam(required = false)
          @Nullable JobStatus status,
      @ParameterObject PageQuery query,
      @Parameter(hidden = true) @RequestParam MultiValueMap<String, String> parameters) {
    return Page.of(jobs.list(status, metadata(parameters)), TrainingJob::id, query).map(this::view);
  }

  @GetMapping({PATH + "/{id}", ALIAS + "/{id}"})
  @Operation(summary = "Get a job")
  JobResponse get(@PathVariable("id") String id) {
    return view(jobs.get(id));
  }

  @PostMapping({PATH + "/{id}/cancel", ALIAS + "/{id}/cancel"})
  @Operation(
      summary = "Cancel a job",
      description =
          "Takes effect within one optimiser step. Cancelling twice gives the job again; a job that"
              + " has ended otherwise is an error (400, invalid_state).")
  JobResponse cancel(@PathVariable("id") String id) {
    return view(jobs.cancel(id));
  }

  @DeleteMapping({PATH + "/{id}", ALIAS + "/{id}"})
  @Operation(
      summary = "Forget a job",
      description = "Only a job that has ended (else 400, invalid_state); its model stays.")
  Deleted delete(@PathVariable("id") String id) {
    jobs.delete(id);
    return new Deleted(id, "fine_tuning.job");
  }

  @GetMapping({PATH + "/{id}/events", ALIAS + "/{id}/events"})
  @Operation(
      summary = "List or follow a job's events",
      description =
          "Newest first. With Accept: text/event-stream the same events as they happen, oldest"
              + " first, each with its id; the stream goes on after Last-Event-ID, sends comments"
              + " as heartbeats and ends when the job has ended.")
  Page<JobEvent> events(@PathVariable("id") String id, @ParameterObject PageQuery query) {
    return Page.of(jobs.get(id).events().reversed(), JobEvent::id, query);
  }

  @GetMapping(
      path = {PATH + "/{id}/events", ALIAS + "/{id}/events"},
      produces = MediaType.TEXT_EVENT_STREAM_VALUE)
  @ApiResponse(
      responseCode = "200",
      description = "A page of events, or the stream",
      content =
          @Content(
              mediaType = MediaType.TEXT_EVENT_STREAM_VALUE,
              schema = @Schema(type = "string")))
  @ApiResponse(responseCode = "429", description = "`too_many_streams`, with Retry-After")
  ResponseEntity<SseEmitter> follow(
      @PathVariable("id") String id,
      @RequestHeader(name = "Last-Event-ID", required = false) @Nullable String lastEventId) {
    return ResponseEntity.ok()
        .cacheControl(CacheControl.noStore())
        .header("X-Accel-Buffering", "no") // nginx would keep events back until it has 4 kB of them
        .body(streams.open(jobs.get(id).id(), lastEventId));
  }

  @GetMapping({PATH + "/{id}/metrics", ALIAS + "/{id}/metrics"})
  @Operation(
      summary = "Get a job's time series",
      description =
          "Every recorded_every-th step, evenly thinned to at most points, and every epoch.")
  MetricsResponse metrics(
      @PathVariable("id") String id,
      @Parameter(description = "most points of the series of steps, 1 to 100000")
          @RequestParam(defaultValue = DEFAULT_POINTS)
          int points) {
    if (points < 1 || points > 100_000) {
      throw ProblemException.invalid(
          "points", "points: expected a number from 1 to 100000, found " + points);
    }
    return MetricsResponse.of(jobs.get(id), points);
  }

  private JobResponse view(TrainingJob job) {
    return JobResponse.of(job, engine.backend(), engine.threads());
  }

  private static Map<String, String> metadata(MultiValueMap<String, String> query) {
    Map<String, String> metadata = new HashMap<>();
    query.forEach((name, values) -> {
      if (name.startsWith(METADATA) && name.endsWith("]")) {
        metadata.put(name.substring(METADATA.length(), name.length() - 1), values.getFirst());
      }
    });
    return metadata;
  }
}
