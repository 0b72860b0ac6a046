package io.carousel.models;

import io.carousel.engine.nn.Architecture;
import io.carousel.engine.nn.Parameters;

/** A model with its weights; immutable, and usable after its file was deleted. */
public final class Model {
  private final String id;
  private final long created;
  private final Parameters parameters;
  private final Provenance provenance;

  Model(String id, long created, Parameters parameters, Provenance provenance) {
    this.id = id;
    this.created = created;
    this.parameters = parameters;
    this.provenance = provenance;
  }

  public String id() {
    return id;
  }

  /** Unix seconds. */
  public long created() {
    return created;
  }

  public Architecture architecture() {
    return parameters.architecture();
  }

  /** Shared by all who use the model; not to be written to. */
  public Parameters parameters() {
    return parameters;
  }

  public Provenance provenance() {
    return provenance;
  }
}
