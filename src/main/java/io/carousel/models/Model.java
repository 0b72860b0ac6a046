package io.carousel.models;

import io.carousel.engine.nn.Architecture;
import io.carousel.engine.nn.Parameters;
import io.carousel.engine.tokens.Tokenizer;
import io.carousel.http.ProblemException;
import java.util.List;

/** A model with its weights; immutable, and usable after it was deleted. */
public final class Model {
  private final ModelSummary summary;
  private final Parameters parameters;

  Model(ModelSummary summary, Parameters parameters) {
    this.summary = summary;
    this.parameters = parameters;
  }

  ModelSummary summary() {
    return summary;
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

  /**
   * Refuses a model that nothing can be computed with but its gradient report.
   *
   * @param param the field of the request that names the model
   * @throws ProblemException 422 where a weight is NaN or infinite
   */
  public void requireFinite(String param) {
    List<NonFiniteWeights> found = summary.nonFinite();
    if (!found.isEmpty()) {
      NonFiniteWeights first = found.getFirst();
      String others = found.size() == 1 ? "" : ", and more in " + (found.size() - 1) + " others";
      throw ProblemException.unprocessable(
          "non_finite_weights",
          param,
          "%s: expected a model whose weights are finite, found %d NaN and %d infinite in %s%s"
              .formatted(param, first.nan(), first.infinite(), first.parameter(), others));
    }
  }
}
