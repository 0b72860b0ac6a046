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
  private final ScoreService scores;

  PredictionController(PredictionService predictions, ScoreService scores) {
    this.predictions = predictions;
    this.scores = scores;
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
      description =
          "`unknown_symbol`: a symbol or id that the model does not know; `non_finite_weights` or"
              + " `non_finite_output`: the model cannot predict")
  @ApiResponse(responseCode = "429", description = "`queue_full`, with Retry-After")
  NextTokenResponse predict(@PathVariable("id") String id, @RequestBody NextTokenRequest request) {
    return predictions.predict(id, request);
  }

  @PostMapping(path = "/v1/models/{id}/scores", produces = MediaType.APPLICATION_JSON_VALUE)
  @Operation(
      summary = "Score sequences",
      description =
          """
          How likely each token of a sequence is, given all those before it: its log-probability,           its rank (1: the most likely one), its surprisal, and whether it is among the `top_k`; of           each sequence and of all together the perplexity and the bits a token. `anomalies` are           the positions of the tokens that are not among the `top_k`: by DeepLog's rule (Du et al.           2017) a sequence with any is anomalous.

          A sequence is scored from a state of zero, as it is trained on. Its first token is only           read: there is no token for a beginning, so the model has learned no distribution over           it, and `logprob` and the others are null there. A sequence of one token has nothing to           score. What becomes of unknown symbols says the tokenizer of the model: 422, or they are           scored as `<unk>`. However long a sequence is, it is scored as a whole, its state carried           on. Limits: `carousel.predictions.max-scored-inputs` (4096) and `max-scored-tokens`           (200000, over all sequences).\
          """)
  @io.swagger.v3.oas.annotations.parameters.RequestBody(
      required = true,
      content =
          @Content(
              examples = {
                @ExampleObject(name = "text", value = "{\"inputs\": [\"the quick brown fox\"]}"),
                @ExampleObject(
                    name = "anomalies",
                    value =
                        "{\"inputs\": [[\"login\", \"view\", \"buy\"], [\"login\", \"logout\"]],"
                            + " \"top_k\": 2, \"include_tokens\": \"anomalies\"}")
              }))
  @ApiResponse(responseCode = "200", description = "How likely they are, sequence by sequence")
  @ApiResponse(responseCode = "400", description = "A field is out of its range or over a limit")
  @ApiResponse(responseCode = "404", description = "`not_found`")
  @ApiResponse(
      responseCode = "422",
      description =
          "`unknown_symbol`: a symbol or id that the model does not know; `non_finite_weights` or"
              + " `non_finite_output`: the model cannot score")
  @ApiResponse(responseCode = "429", description = "`queue_full`, with Retry-After")
  ScoreResponse score(@PathVariable("id") String id, @RequestBody ScoreRequest request) {
    return scores.score(id, request);
  }
}
