package io.carousel.engine.gradient.report;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How open the gates are, and which units do not answer any more (after Karpathy, Johnson and
 * Fei-Fei 2015).
 */
public record Gates(List<Layer> layers) {

  /**
   * One layer and gate; every list of numbers has an entry for each unit, over all steps and
   * sequences.
   *
   * @param layer from 0, the lowest
   * @param gate LSTM {@code i f g o}, GRU {@code r z n}, plain RNN {@code h}: g, n and h are the
   *     candidates
   * @param activation {@code sigmoid}, {@code tanh} or {@code relu}
   * @param low a gate below it counts as closed: 0.1, of tanh −0.8, which is as far out; of relu 0,
   *     that is not open
   * @param high a gate above it counts as fully open: 0.9, of tanh 0.8; null for relu, which has no
   *     upper end
   * @param mean mean activation
   * @param shareLow share of the steps below {@code low}
   * @param shareHigh share of the steps above {@code high}
   * @param largestSlope max φ′ that occurred
   * @param saturatedUnits units that are below {@code low} or above {@code high} for more than 90 %
   *     of the steps; of the forget gate f (and of z, which keeps the old state) only those below:
   *     a gate that stays open is memory. None for relu
   * @param deadUnits units of a candidate whose φ′ never reaches 1e-3; of relu those that are 0 for
   *     more than 90 % of the steps
   */
  public record Layer(
      int layer,
      String gate,
      String activation,
      double low,
      @Nullable Double high,
      List<@Nullable Double> mean,
      List<@Nullable Double> shareLow,
      List<@Nullable Double> shareHigh,
      List<@Nullable Double> largestSlope,
      List<Integer> saturatedUnits,
      List<Integer> deadUnits,
      List<NonFinite> nonFinite) {}
}
