package io.carousel.engine.gradient.verdict;

import io.carousel.engine.gradient.numerics.LineFit;
import io.carousel.engine.gradient.report.Clipping;
import io.carousel.engine.gradient.report.Flags;
import io.carousel.engine.gradient.report.Lyapunov;
import io.carousel.engine.gradient.report.Verdict;
import io.carousel.engine.gradient.report.Verdict.Code;
import io.carousel.engine.gradient.report.Verdict.Recommendation;
import io.carousel.engine.gradient.report.WeightGradientByLag;
import io.carousel.engine.gradient.sequence.LagBuckets;
import io.carousel.engine.gradient.sequence.LagStatistics;
import io.carousel.engine.nn.Architecture;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Whether a network can learn across time: VANISHING_TIME, EXPLODING_TIME (by {@link Explosion}),
 * HEALTHY or INCONCLUSIVE.
 *
 * <p>How the rules are read:
 *
 * <ul>
 *   <li><b>Paths.</b> Each layer and state (h, and c of an LSTM) is a path on which a gradient may
 *       come back. One that survives is enough to learn by, so the path with the greatest r(R)
 *       decides; the network vanishes only where every path does. In particular an LSTM is not
 *       judged by h while its carousel c carries, nor a stack by its top layer alone.
 *   <li><b>R.</b> Asked for, it is taken as it is. Not asked for, it is the length of the window,
 *       of which T−1 is the longest lag that there is: r is taken there, and the window is not
 *       found too short for itself. A network that is not recurrent is judged at the longest lag
 *       that it sees, if that is less.
 *   <li><b>R within the window.</b> r(R) is measured, and compared with 1e-3. Where the 95 %
 *       interval over the sequences spans 1e-3 the verdict is INCONCLUSIVE. The straight line
 *       through the profile plays no part, so neither does its R²: a flat profile, the best there
 *       is, leaves nothing to explain. Where R was asked for, is alive, and T < 2R, less than half
 *       of the predictions look back so far: INCONCLUSIVE.
 *   <li><b>R beyond the window.</b> INCONCLUSIVE: nothing is extrapolated, neither to call a
 *       network healthy nor to condemn it. What the profile's line says of R stands in the
 *       explanation.
 * </ul>
 *
 * <p>Confidence is 0.99, less 0.1 for each of: no interval, because there is one sequence; a fit
 * with R² < 0.8 or a half-life that contradicts the measured ratio. INCONCLUSIVE has 0.5.
 */
public final class TimeVerdicts {
  private static final double GONE = 1e-3;
  private static final double LOG_GONE = Math.log(GONE);
  private static final double GOOD_FIT = Explosion.GOOD_FIT;

  private final Architecture architecture;
  private final List<LagStatistics> paths;
  private final @Nullable WeightGradientByLag byLag;
  private final boolean asked;
  private final int longest; // the longest lag that the window has
  private final int required; // R
  private final int lag; // where r is taken
  private final Explosion explosion;

  public TimeVerdicts(
      Architecture architecture,
      @Nullable Integer requiredLag,
      List<LagStatistics> paths,
      @Nullable WeightGradientByLag byLag,
      @Nullable Lyapunov lyapunov,
      @Nullable Clipping clipping) {
    this.architecture = architecture;
    this.paths = paths;
    this.byLag = byLag;
    asked = requiredLag != null;
    longest = paths.getFirst().longestLag();
    required =
        requiredLag == null ? Math.min(longest, architecture.receptiveField() - 1) : requiredLag;
    lag = Math.min(required, longest);
    explosion = new Explosion(architecture, paths, longest, lyapunov, clipping);
  }

  public Verdict verdict() {
    if (longest == 0) {
      return inconclusive(
          "No prediction of this window looks back a single step.",
          List.of("/lag_profile/layers/0/count"),
          Recommendations.longerWindow(Math.max(4, 2 * required)));
    }
    Optional<Verdict> exploding = explosion.verdict();
    if (exploding.isPresent()) {
      return exploding.get();
    }
    Optional<LagStatistics> best =
        paths.stream()
            .filter(path -> !Double.isNaN(path.logRatio[lag]))
            .max(Comparator.comparingDouble(path -> path.logRatio[lag]));
    if (best.isEmpty()) {
      return inconclusive(
          "No gradient reaches any state, not even at lag 0; there is nothing to compare with.",
          List.of("/lag_profile/layers/0/mean/0"),
          List.of());
    }
    return required <= longest || best.get().logRatio[lag] == Double.NEGATIVE_INFINITY
        ? measured(best.get())
        : beyond();
  }

  private Verdict measured(LagStatistics best) {
    double ratio = best.logRatio[lag];
    boolean interval = !Double.isNaN(best.logRatioLower[lag]);
    double lower = interval ? best.logRatioLower[lag] : ratio;
    double upper = interval ? best.logRatioUpper[lag] : ratio;
    if (lower < LOG_GONE && upper >= LOG_GONE) {
      return inconclusive(
          Wording.text(
              "r(%d) = %s, but its 95 %% interval over the sequences spans %s.",
              lag, Wording.power(ratio), Wording.power(LOG_GONE)),
          List.of(
              pointer(best, "ratio_lower/" + lag),
              pointer(best, "ratio/" + lag),
              pointer(best, "ratio_upper/" + lag)),
          Recommendations.moreSequences());
    }
    if (ratio < LOG_GONE) {
      return vanishing(best, Math.exp(ratio), interval);
    }
    if (asked && longest + 1 < 2 * required) {
      return inconclusive(
          Wording.text(
              "r(%d) = %s would do, but in a window of %d steps fewer than half of the"
                  + " predictions look back so far.",
              lag, Wording.power(ratio), longest + 1),
          List.of(pointer(best, "ratio/" + lag), pointer(best, "count/" + lag)),
          Recommendations.longerWindow(2 * required));
    }
    Optional<LagStatistics> rising = paths.stream().filter(explosion::rises).findFirst();
    return rising.isPresent() ? unclearRise(rising.get()) : healthy(best, interval);
  }

  /** R lies beyond the window: the path that decays slowest within it is only reported. */
  private Verdict beyond() {
    LagStatistics slowest = paths.getFirst();
    for (LagStatistics path : paths) {
      if (path.fit != null && (slowest.fit == null || path.fit.slope() > slowest.fit.slope())) {
        slowest = path;
      }
    }
    LineFit fit = slowest.fit;
    String trend =
        fit == null
            ? ""
            : Wording.text(
                " The slope over lags %d to %d would make it %s there, with R² = %.2f.",
                fit.from(), fit.to(), Wording.power(fit.slope() * required), fit.rSquared());
    return inconclusive(
        Wording.text(
            "The required lag is %d, and the longest of this window %d.%s",
            required, longest, trend),
        List.of(pointer(slowest, "log_slope"), pointer(slowest, "half_life")),
        Recommendations.longerWindow(2 * required));
  }

  private Verdict vanishing(LagStatistics best, double measured, boolean interval) {
    // The first step's W_hh meets a zero state, so the window's longest lag has no share in dW.
    int bucket = LagBuckets.of(Math.min(lag, longest - 1));
    Double signal =
        byLag == null ? null : byLag.layers().get(best.layer).buckets().get(bucket).signalToNoise();
    // Beyond what it sees a network that is not recurrent has nothing to drown.
    boolean drowned = signal == null ? required >= architecture.receptiveField() : signal < 1;
    LineFit fit = best.fit;
    boolean agrees =
        fit == null || (fit.rSquared() >= GOOD_FIT && fit.halfLife() < required / 10.0);
    String half =
        fit == null || !Double.isFinite(fit.halfLife())
            ? ""
            : Wording.text(" It halves every %.2g steps.", fit.halfLife());
    String noise =
        signal == null
            ? drowned
                ? Wording.text(" A prediction sees %d tokens.", architecture.receptiveField())
                : ""
            : drowned
                ? " In the gradient of the recurrent weights that lag is below the sampling noise of"
                    + " the shorter ones."
                : "";
    Flags flags = new Flags();
    return new Verdict(
        Code.VANISHING_TIME,
        drowned ? Verdict.CRITICAL : Verdict.WARNING,
        confidence(interval, agrees),
        "r(R) < 1e-3",
        GONE,
        flags.number("measured", measured),
        evidence(best, bucket),
        Wording.text(
            "Of a prediction's gradient at its own step, %s is left %d steps earlier, on the path"
                + " that keeps the most (layer %d, %s).%s%s A dependency over %d steps is not"
                + " learnt from it.",
            Wording.power(best.logRatio[lag]), lag, best.layer, best.state, half, noise, required),
        Recommendations.againstVanishing(architecture, required),
        flags.list());
  }

  private List<String> evidence(LagStatistics best, int bucket) {
    List<String> pointers =
        List.of(
            pointer(best, "ratio/" + lag),
            pointer(best, "log10_ratio/" + lag),
            pointer(best, "half_life"));
    return byLag == null
        ? pointers
        : Stream.concat(
                pointers.stream(),
                Stream.of(
                    "/weight_gradient_by_lag/layers/%d/buckets/%d/signal_to_noise"
                        .formatted(best.layer, bucket)))
            .toList();
  }

  private Verdict unclearRise(LagStatistics path) {
    return inconclusive(
        Wording.text(
            "The gradient tends to grow with the lag (layer %d, %s), but not along a straight line"
                + " (R² < %s).",
            path.layer, path.state, GOOD_FIT),
        List.of(pointer(path, "log_slope")),
        Recommendations.longerWindow(2 * (longest + 1)));
  }

  private Verdict healthy(LagStatistics best, boolean interval) {
    LineFit fit = best.fit;
    boolean agrees = fit == null || fit.halfLife() >= required / 10.0;
    Flags flags = new Flags();
    return new Verdict(
        Code.HEALTHY,
        Verdict.INFO,
        confidence(interval, agrees),
        "r(R) >= 1e-3, and no path's gradient grows with the lag",
        GONE,
        flags.number("measured", Math.exp(best.logRatio[lag])),
        List.of(pointer(best, "ratio/" + lag), pointer(best, "half_life")),
        Wording.text(
            "Of a prediction's gradient at its own step, %s is left %d steps earlier (layer %d,"
                + " %s).",
            Wording.power(best.logRatio[lag]), lag, best.layer, best.state),
        List.of(),
        flags.list());
  }

  private static Verdict inconclusive(
      String explanation, List<String> evidence, List<Recommendation> recommendations) {
    return new Verdict(
        Code.INCONCLUSIVE,
        Verdict.INFO,
        0.5,
        "an interval spans its threshold, T < 2R, R² < 0.8, or nothing to measure",
        null,
        null,
        evidence,
        explanation,
        recommendations,
        List.of());
  }

  private static double confidence(boolean interval, boolean agrees) {
    return 0.99 - (interval ? 0 : 0.1) - (agrees ? 0 : 0.1);
  }

  private String pointer(LagStatistics path, String rest) {
    return Explosion.pointer(paths, path, rest);
  }
}
