package io.carousel.engine.gradient.report;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The gradient of the mean loss in W_hh taken apart by lag: G_τ is what comes from losses τ steps
 * after the use of the weight. Σ_τ G_τ = dL/dW_hh.
 */
public record WeightGradientByLag(List<Layer> layers) {

  /**
   * One layer.
   *
   * @param parameter name of its W_hh
   * @param norm ‖dL/dW_hh‖
   * @param standardError norm of the standard error of dL/dW_hh over the sequences; null for one
   *     sequence
   */
  public record Layer(
      int layer,
      String parameter,
      @Nullable Double norm,
      @Nullable Double standardError,
      List<Bucket> buckets,
      List<NonFinite> nonFinite) {}

  /**
   * The lags of one octave.
   *
   * @param norm ‖ΣG_τ‖ over its lags
   * @param share of the sum of all buckets' norms
   * @param tailShare ‖ΣG_τ‖ over these and all longer lags, relative to ‖dL/dW_hh‖: what a
   *     truncation before the first of these lags leaves out
   * @param cosine of the angle to the whole dL/dW_hh
   * @param signalToNoise norm over the whole gradient's standard error: below 1 these lags are
   *     drowned by the sampling noise of the others; null for one sequence
   */
  public record Bucket(
      int fromLag,
      int toLag,
      @Nullable Double norm,
      @Nullable Double share,
      @Nullable Double tailShare,
      @Nullable Double cosine,
      @Nullable Double signalToNoise) {}
}
