package io.carousel.models;

import io.carousel.engine.nn.Architecture;
import io.carousel.engine.tokens.Tokenizer;
import java.time.Instant;

/**
 * What the catalogue knows of a model without loading its weights.
 *
 * @param parameterCount number of parameters
 */
public record ModelSummary(
    String id,
    Instant createdAt,
    Architecture architecture,
    Tokenizer tokenizer,
    long parameterCount,
    Provenance provenance) {

  /** Unix seconds. */
  public long created() {
    return createdAt.getEpochSecond();
  }
}
