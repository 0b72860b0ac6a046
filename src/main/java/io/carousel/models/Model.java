package io.carousel.models;

import io.carousel.engine.nn.Architecture;
import io.carousel.engine.nn.Parameters;
import io.carousel.engine.tokens.Tokenizer;

/** A model with its weights; immutable, and usable after it was deleted. */
public final class Model {
  private final ModelSummary summary;
  private final Parameters parameters;

  Model(ModelSummary summary, Parameters parameters) {
    this.summary = summary;
    this.parameters = parameters;
  }

  public String id() {
    return summary.id();
  }

  /** Unix seconds. */
  public long created() {
    return summary.created();
  }

  public Architecture architecture() {
    return summary.architecture();
  }

  public Tokenizer tokenizer() {
    return summary.tokenizer();
  }

  /** Shared by all who use the model; not to be written to. */
  public Parameters parameters() {
    return parameters;
  }

  public Provenance provenance() {
    return summary.provenance();
  }
}
