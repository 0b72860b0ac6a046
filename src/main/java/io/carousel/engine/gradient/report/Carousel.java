package io.carousel.engine.gradient.report;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The constant error carousel of an LSTM (Hochreiter and Schmidhuber 1997) beside the full
 * gradient: along it ∂c_t/∂c_k is the product of the forget gates, and what exceeds that has come
 * through the gates and the candidate.
 *
 * @param layers empty for cells without a carousel
 * @param note why there are none
 */
public record Carousel(List<Layer> layers, @Nullable String note) {

  /**
   * One layer.
   *
   * @param layer from 0, the lowest
   * @param lags τ = 0 … T−1
   * @param carousel mean over t and the sequences of ‖∂L_t/∂c_t ⊙ Π f‖₂, the product over the τ
   *     steps up to t; 0 where that is below the range of a double
   * @param log10Carousel its log₁₀, also below the range of a double
   * @param full S(τ) of c: the same mean of ‖∂L_t/∂c_{t−τ}‖₂
   * @param log10Full its log₁₀
   * @param forgetGate f̄ of each unit, over the steps and sequences
   * @param timeScale 1/(1−f̄) of each unit, in steps
   */
  public record Layer(
      int layer,
      List<Integer> lags,
      List<@Nullable Double> carousel,
      List<@Nullable Double> log10Carousel,
      List<@Nullable Double> full,
      List<@Nullable Double> log10Full,
      List<@Nullable Double> forgetGate,
      List<@Nullable Double> timeScale,
      List<NonFinite> nonFinite) {}
}
