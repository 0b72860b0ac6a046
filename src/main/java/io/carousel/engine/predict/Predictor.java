package io.carousel.engine.predict;

import io.carousel.engine.kernel.Kernels;
import io.carousel.engine.nn.Parameters;
import java.util.List;

/** Predicts with immutable weights; safe for use by many threads at once. */
public final class Predictor {
  private final Kernels kernels;
  private final Parameters parameters;

  public Predictor(Kernels kernels, Parameters parameters) {
    this.kernels = kernels;
    this.parameters = parameters;
  }

  /**
   * The distribution of the next token after each context, and a continuation where more than one
   * step is asked for.
   */
  public List<Prediction> predict(PredictionRequest request) {
    throw new UnsupportedOperationException();
  }
}
