package io.carousel.engine.gradient.report;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Lyapunov exponents of each layer's own recurrent state along the measured sequences (Vogt et al.
 * 2020; Engelken et al. 2023): a perturbation in direction i grows by a factor of e^λ_i a step, and
 * the gradient that comes back along it too. An LSTM's state is (h, c): h alone would leave the
 * carousel out.
 */
public record Lyapunov(List<Layer> layers) {

  /**
   * One layer.
   *
   * @param layer from 0, the lowest
   * @param stateSize how many exponents there are: H, or 2H for an LSTM
   * @param sequences how many were measured: the first of the batch
   * @param warmUpSteps steps at the beginning of a sequence that turn the directions and do not
   *     count
   * @param steps steps of a sequence that count
   * @param exponents λ in nats a step, the largest first: all, or the leading ones where all would
   *     cost too much; −∞ where a direction shrinks within a step below the rounding of the longest
   * @param lower lower ends of their 95 % intervals, by a bootstrap over blocks of steps; nulls
   *     where there are fewer than two blocks
   * @param upper upper ends
   * @param sum Σλ; null where not all were followed
   * @param meanLogAbsDeterminant mean of ln|det J_t| over the same steps, computed without the
   *     exponents: the same number
   */
  public record Layer(
      int layer,
      int stateSize,
      int sequences,
      int warmUpSteps,
      int steps,
      List<@Nullable Double> exponents,
      List<@Nullable Double> lower,
      List<@Nullable Double> upper,
      @Nullable Double sum,
      @Nullable Double meanLogAbsDeterminant,
      List<NonFinite> nonFinite) {}
}
