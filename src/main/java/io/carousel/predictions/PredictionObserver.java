package io.carousel.predictions;

import io.carousel.http.DomainProblems;
import io.carousel.http.ProblemException;
import io.carousel.predictions.NextTokenResponse.Usage;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import java.util.function.Supplier;
import org.springframework.stereotype.Component;

/**
 * A timer, and a span where traces are sent, under the names that OpenTelemetry has for servers of
 * generative models. The model is named in the span only: each job makes another one.
 */
@Component
final class PredictionObserver {
  static final String NAME = "gen_ai.server.request.duration";

  /** Of a failure the code that the client is told; a span that has not failed is without. */
  static final String ERROR_TYPE = "error.type";

  private static final String OPERATION = "text_completion";

  private final ObservationRegistry registry;

  PredictionObserver(ObservationRegistry registry) {
    this.registry = registry;
  }

  /** Has it predict, its time in the queue included. */
  NextTokenResponse observe(String model, Supplier<NextTokenResponse> prediction) {
    Observation observation =
        Observation.createNotStarted(NAME, registry)
            .contextualName(OPERATION + " " + model)
            .lowCardinalityKeyValue("gen_ai.operation.name", OPERATION)
            .lowCardinalityKeyValue("gen_ai.provider.name", "carousel")
            .highCardinalityKeyValue("gen_ai.request.model", model);
    return observation.observe(() -> {
      NextTokenResponse response;
      try {
        response = prediction.get();
      } catch (RuntimeException e) {
        observation.lowCardinalityKeyValue(ERROR_TYPE, code(e));
        throw e;
      }
      Usage usage = response.usage();
      observation
          .highCardinalityKeyValue(
              "gen_ai.usage.input_tokens", String.valueOf(usage.promptTokens()))
          .highCardinalityKeyValue(
              "gen_ai.usage.output_tokens", String.valueOf(usage.completionTokens()));
      return response;
    });
  }

  private static String code(RuntimeException e) {
    ProblemException known = DomainProblems.of(e);
    return known == null ? "internal_error" : known.code();
  }
}
