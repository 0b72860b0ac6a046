package io.carousel.engine.gradient.report;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** How the gradient depends on the lag τ = t − k: the lag matrix along its diagonals. */
public record LagProfile(List<Layer> layers) {

  /**
   * One layer and state; every list has an entry for each of {@code lags}, null where no prediction
   * looks back so far.
   *
   * @param layer from 0, the lowest
   * @param state {@code h} or {@code c}
   * @param lags τ = 0 … T−1
   * @param count number of steps t over which the lag is averaged
   * @param mean S(τ), the mean over t of A[t,t−τ]; 0 where that is below the range of a double
   * @param log10Mean log₁₀ S(τ), also where S(τ) is below the range of a double
   * @param geometricMean of A[t,t−τ] over t, as are the quantiles that follow
   * @param ratio r(τ) = S(τ)/S(0)
   * @param log10Ratio log₁₀ r(τ)
   * @param ratioLower lower end of r's 95 % interval over the sequences; null for one sequence
   * @param ratioUpper upper end of that interval
   * @param logSlope the straight line through ln S(τ); null where there are fewer than three lags
   * @param halfLife steps after which that line has fallen by half; infinite where it does not fall
   * @param memoryLength (ΣS)²/ΣS², the number of lags that share the gradient
   */
  public record Layer(
      int layer,
      String state,
      List<Integer> lags,
      List<Integer> count,
      List<@Nullable Double> mean,
      List<@Nullable Double> log10Mean,
      List<@Nullable Double> geometricMean,
      List<@Nullable Double> p10,
      List<@Nullable Double> median,
      List<@Nullable Double> p90,
      List<@Nullable Double> ratio,
      List<@Nullable Double> log10Ratio,
      List<@Nullable Double> ratioLower,
      List<@Nullable Double> ratioUpper,
      @Nullable LogSlope logSlope,
      @Nullable Double halfLife,
      Horizon horizon,
      @Nullable Double memoryLength,
      List<NonFinite> nonFinite) {}

  /**
   * Least squares of ln S(τ) on τ ≥ 1, up to the last lag before an exact zero.
   *
   * @param value β, in nats a step
   * @param lower lower end of its 95 % interval
   * @param upper upper end
   * @param rSquared share of the variance that the line explains; 1 for an exactly flat profile
   * @param fromLag first lag of the fit
   * @param toLag last lag of the fit
   */
  public record LogSlope(
      double value, double lower, double upper, double rSquared, int fromLag, int toLag) {}

  /**
   * The first lag at which r(τ) is below a level; null where it stays above within the window.
   *
   * @param oneTenth level 1e-1
   * @param oneThousandth level 1e-3
   */
  public record Horizon(@Nullable Integer oneTenth, @Nullable Integer oneThousandth) {}
}
