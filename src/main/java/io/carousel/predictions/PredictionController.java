package io.carousel.predictions;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.ExampleObject;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** Predictions over HTTP. */
@RestController
@Tag(name = "Predictions")
class PredictionController {
  private final PredictionService predictions;

  PredictionController(PredictionService predictions) {
    this.predictions = predictions;
  }

  @PostMapping(path = "/v1/models/{id}/predictions", produces = MediaType.APPLICATION_JSON_VALUE)
  @Operation(
      summary = "Predict the next token",
      description =
          "The distribution after each context, and a continuation where steps is above 1. Limits:"
              + " carousel.predictions.max-inputs, max-tokens, max-steps (over all contexts and"
              + " beams together) and max-beam-width.")
  @io.swagger.v3.oas.annotations.parameters.RequestBody(
      required = true,
      content =
          @Content(
              examples = {
                @ExampleObject(
                    name = "text",
                    value = "{\"inputs\": [\"the quick b\"], \"top_k\": 5}"),
                @ExampleObject(
                    name = "events",
                    value = "{\"inputs\": [[\"login\", \"view\"]], \"top_k\": 3}"),
                @ExampleObject(
                    name = "continuation",
                    value =
                        "{\"inputs\": [\"the \"], \"steps\": 20, \"strategy\": \"sample\","
                            + " \"temperature\": 0.8, \"seed\": 1}")
              }))
  @ApiResponse(responseCode = "200", description = "What comes next, context by context")
  @ApiResponse(responseCode = "400", description = "A field is out of its range or over a limit")
  @ApiResponse(responseCode = "404", description = "`not_found`")
  @ApiResponse(
      responseCode = "422",
      description = "`unknown_symbol`: a symbol or id that the model does not know")
  @ApiResponse(responseCode = "429", description = "`queue_full`, with Retry-After")
  NextTokenResponse predict(@PathVariable("id") String id, @RequestBody NextTokenRequest request) {
    return predictions.predict(id, request);
  }
}
