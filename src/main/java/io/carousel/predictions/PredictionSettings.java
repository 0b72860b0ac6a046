package io.carousel.predictions;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How much prediction is done at a time.
 *
 * @param threads that predict, beside those that train; by default 2, or 1 where there is only one
 *     processor
 * @param queueCapacity requests that may wait for a thread; one more is answered with 429
 * @param openModels models whose weights are kept ready for prediction
 * @param maxInputs contexts of a request
 * @param maxTokens tokens of all contexts of a request together
 * @param maxSteps tokens that a request may continue with, over all contexts and beams together
 * @param maxBeamWidth of beam_width
 * @param maxScoredInputs sequences of a request for scores
 * @param maxScoredTokens tokens of all sequences of a request for scores together
 */
@Validated
@ConfigurationProperties("carousel.predictions")
record PredictionSettings(
    @Nullable Integer threads,
    @DefaultValue("64") @Min(1) int queueCapacity,
    @DefaultValue("4") @Min(1) int openModels,
    @DefaultValue("256") @Min(1) int maxInputs,
    @DefaultValue("100000") @Min(1) int maxTokens,
    @DefaultValue("20000") @Min(1) int maxSteps,
    @DefaultValue("16") @Min(1) @Max(16) int maxBeamWidth,
    @DefaultValue("4096") @Min(1) int maxScoredInputs,
    @DefaultValue("200000") @Min(1) int maxScoredTokens) {

  PredictionSettings {
    if (threads != null && (threads < 1 || threads > 256)) {
      throw new IllegalArgumentException(
          "carousel.predictions.threads: expected a number from 1 to 256, found " + threads);
    }
  }

  int threadCount() {
    return threads != null ? threads : Math.min(2, Runtime.getRuntime().availableProcessors());
  }
}
