package io.carousel.engine.gradient;

import io.carousel.engine.gradient.cell.DoubleWeights;
import io.carousel.engine.gradient.report.GradientReport;
import io.carousel.engine.nn.Architecture;
import io.carousel.engine.nn.Parameters;
import org.jspecify.annotations.Nullable;

/**
 * Exact gradients across time of a recurrent language model.
 *
 * <p>Norms of dL/dW are blind to a gradient that vanishes in time: they sum over all lags, and the
 * short ones hide the long. So everything here starts from the gradient of each prediction's own
 * loss at each earlier state (Hochreiter 1991; Bengio, Simard and Frasconi 1994; Pascanu, Mikolov
 * and Bengio 2013). Weights are widened exactly and every sequence starts from a zero state.
 */
public final class GradientDiagnostics {
  private GradientDiagnostics() {}

  /**
   * Diagnoses a model on a batch.
   *
   * @param productionGradient the float32 engine's gradient of the mean loss over the scored
   *     predictions, flat in the layout's order; where given, an invariant says how far it is from
   *     the exact one
   * @throws IllegalArgumentException where an id is outside the vocabulary, nothing is scored, or
   *     the production gradient has another length than the parameters
   */
  public static GradientReport diagnose(
      Parameters parameters, DiagnosticsRequest request, float @Nullable [] productionGradient) {
    double[] production = null;
    if (productionGradient != null) {
      production = DoubleWeights.widen(productionGradient);
      if (production.length != parameters.layout().size()) {
        throw new IllegalArgumentException(
            "production gradient: expected %d values, found %d"
                .formatted(parameters.layout().size(), production.length));
      }
    }
    return diagnose(DoubleWeights.of(parameters), request, production);
  }

  /**
   * Diagnoses weights in float64, with the cell that they name.
   *
   * @param production the gradient to compare with, flat in the layout's order; null without
   * @throws IllegalArgumentException where an id is outside the vocabulary or nothing is scored
   */
  public static GradientReport diagnose(
      DoubleWeights weights, DiagnosticsRequest request, double @Nullable [] production) {
    return new Analysis(weights, request, production).report();
  }

  /**
   * About how many bytes an analysis needs at its peak, so that one that is too large can be
   * refused; saturates at {@link Long#MAX_VALUE}. Assumes the lag matrix of each sequence in the
   * report.
   *
   * @param steps T
   * @param sequences B
   */
  public static long estimateBytes(Architecture a, int vocabularySize, int steps, int sequences) {
    return AnalysisMemory.estimate(a, vocabularySize, steps, sequences);
  }
}
