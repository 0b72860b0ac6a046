package io.carousel.models;

import io.carousel.engine.nn.Architecture;
import io.carousel.engine.tokens.Tokenizer;
import java.time.Instant;
import java.util.List;

/**
 * What the catalogue knows of a model without loading its weights.
 *
 * @param parameterCount number of parameters
 * @param nonFinite parameters with weights that are NaN or infinite; usually none
 */
public record ModelSummary(
    String id,
    Instant createdAt,
    Architecture architecture,
    Tokenizer tokenizer,
    long parameterCount,
    Provenance provenance,
    List<NonFiniteWeights> nonFinite) {

  public ModelSummary {
    nonFinite = List.copyOf(nonFinite);
  }

  /** Unix seconds. */
  public long created() {
    return createdAt.getEpochSecond();
  }
}
