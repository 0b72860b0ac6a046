package io.carousel.engine.gradient.verdict;

import static io.carousel.engine.gradient.verdict.Wording.power;
import static io.carousel.engine.gradient.verdict.Wording.text;

import io.carousel.engine.gradient.numerics.LineFit;
import io.carousel.engine.gradient.report.Clipping;
import io.carousel.engine.gradient.report.Flags;
import io.carousel.engine.gradient.report.Lyapunov;
import io.carousel.engine.gradient.report.Verdict;
import io.carousel.engine.gradient.report.Verdict.Code;
import io.carousel.engine.gradient.sequence.LagStatistics;
import io.carousel.engine.nn.Architecture;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * EXPLODING_TIME, by the first of four rules that fires.
 *
 * <ul>
 *   <li><b>Slope.</b> The whole interval of the slope lies above 0 over at least T/2 lags, p99/p50
 *       of the path's lag matrix is above 10, and so is r at the far end: an LSTM's h may drop at
 *       lag 1 and win that back, which is growth but no explosion, and a gradient of a few times
 *       that of lag 0 is none either. With R² < 0.8 INCONCLUSIVE.
 *   <li><b>λ₁.</b> The whole interval of the largest Lyapunov exponent lies above 0, and its lower
 *       end alone makes the gradient ten times as large over the window, for the same reason: a
 *       carousel that is wide open has an exponent of just above 0 and does what it is there for.
 *   <li><b>Norms.</b> Of the norms that training saw before the clip, p99 is above ten times p50,
 *       and the whole interval of the slope lies above 0 over at least T/2 lags. Norms with a long
 *       tail alone are no sign of time: a change of the data makes them too.
 *   <li><b>The cliff.</b> The raw step raises the loss by more than half, or to something that is
 *       no number, where the clipped step lowers it.
 * </ul>
 */
final class Explosion {
  static final double GOOD_FIT = 0.8; // R²
  private static final double WIDE = 10; // p99/p50, and growth over the window
  private static final int FEW = 100; // steps, of which p99 is hardly more than the maximum
  private static final double LEAP = 1.5; // of the loss

  private final Architecture architecture;
  private final List<LagStatistics> paths;
  private final int longest; // the longest lag that the window has
  private final @Nullable Lyapunov lyapunov;
  private final @Nullable Clipping clipping;

  Explosion(
      Architecture architecture,
      List<LagStatistics> paths,
      int longest,
      @Nullable Lyapunov lyapunov,
      @Nullable Clipping clipping) {
    this.architecture = architecture;
    this.paths = paths;
    this.longest = longest;
    this.lyapunov = lyapunov;
    this.clipping = clipping;
  }

  Optional<Verdict> verdict() {
    return bySlope().or(this::byExponent).or(this::byNorms).or(this::byCliff);
  }

  /** Whether a path grows, be it along a straight line or not. */
  boolean rises(LagStatistics path) {
    LineFit fit = path.fit;
    return fit != null
        && slopesUp(path)
        && path.logRatio[fit.to()] > Math.log(WIDE)
        && path.logSpread > Math.log(WIDE);
  }

  private static boolean slopesUp(LagStatistics path) {
    LineFit fit = path.fit;
    return fit != null && fit.lower() > 0 && 2 * (fit.to() - fit.from() + 1) >= path.count.length;
  }

  static String pointer(List<LagStatistics> paths, LagStatistics path, String rest) {
    return "/lag_profile/layers/" + paths.indexOf(path) + "/" + rest;
  }

  private Optional<Verdict> bySlope() {
    return paths.stream()
        .filter(path -> rises(path) && path.fit != null && path.fit.rSquared() >= GOOD_FIT)
        .findFirst()
        .map(this::bySlope);
  }

  private Verdict bySlope(LagStatistics path) {
    double slope = path.fit == null ? Double.NaN : path.fit.slope();
    return verdict(
        0.99,
        "slope > 0 over at least T/2 lags up to r > 10, and p99/p50 of the lag matrix > 10",
        WIDE,
        Math.exp(path.logSpread),
        List.of(
            pointer(paths, path, "log_slope/lower"),
            pointer(paths, path, "log10_ratio/" + longest)),
        text(
            "Going back in time the gradient grows by a factor of %.3g a step (layer %d, %s); %d"
                + " steps earlier it is %s of that at the prediction's own step.",
            Math.exp(slope), path.layer, path.state, longest, power(path.logRatio[longest])));
  }

  private Optional<Verdict> byExponent() {
    if (lyapunov == null) {
      return Optional.empty();
    }
    double threshold = Math.log(WIDE) / (longest + 1);
    for (int i = 0; i < lyapunov.layers().size(); i++) {
      Lyapunov.Layer layer = lyapunov.layers().get(i);
      Double lower = layer.lower().getFirst();
      Double exponent = layer.exponents().getFirst();
      if (lower != null && exponent != null && lower > threshold) {
        return Optional.of(
            verdict(
                0.95,
                "the interval of the largest Lyapunov exponent is above 0: above ln(10)/T, which"
                    + " makes ten times the gradient over the window",
                threshold,
                lower,
                List.of(
                    "/lyapunov/layers/%d/exponents/0".formatted(i),
                    "/lyapunov/layers/%d/lower/0".formatted(i)),
                text(
                    "A perturbation of layer %d's state grows by a factor of %.3g a step, and what"
                        + " comes back along it too.",
                    layer.layer(), Math.exp(exponent))));
      }
    }
    return Optional.empty();
  }

  private Optional<Verdict> byNorms() {
    Clipping.Training norms = clipping == null ? null : clipping.training();
    if (norms == null || norms.p50() == null || norms.p99() == null) {
      return Optional.empty();
    }
    double p50 = norms.p50();
    double p99 = norms.p99();
    return p99 > WIDE * p50
        ? paths.stream()
            .filter(path -> slopesUp(path) && path.fit != null && path.fit.rSquared() >= GOOD_FIT)
            .findFirst()
            .map(path -> byNorms(path, norms, p50, p99))
        : Optional.empty();
  }

  private Verdict byNorms(LagStatistics path, Clipping.Training norms, double p50, double p99) {
    return verdict(
        norms.clippedShare() == 0 ? Verdict.CRITICAL : Verdict.WARNING,
        norms.steps() < FEW ? 0.6 : 0.8,
        "slope > 0 over at least T/2 lags, and p99/p50 of the gradient's norm before the clip > 10",
        WIDE,
        p99 / p50,
        List.of(
            "/clipping/training/p50",
            "/clipping/training/p99",
            "/clipping/training/clipped_share",
            pointer(paths, path, "log_slope/lower")),
        text(
            "Of the last %d steps most have a gradient of norm %.3g, some of %.3g and more;"
                + " %.0f %% were clipped. Going back in time the gradient grows (layer %d, %s).",
            norms.steps(), p50, p99, 100 * norms.clippedShare(), path.layer, path.state),
        p50 == 0 ? List.of() : Recommendations.clipAt(Wording.rounded(2 * p50)));
  }

  private Optional<Verdict> byCliff() {
    if (clipping == null || !clipping.clipped()) {
      return Optional.empty();
    }
    Double before = clipping.rawLoss().getFirst();
    Double raw = clipping.rawLoss().getLast();
    Double clipped = clipping.clippedLoss().getLast();
    if (before == null || clipped == null || clipped >= before) {
      return Optional.empty();
    }
    double ratio = raw == null ? Double.POSITIVE_INFINITY : raw / before;
    int last = clipping.rawLoss().size() - 1;
    return ratio <= LEAP
        ? Optional.empty()
        : Optional.of(
            verdict(
                0.9,
                "the raw step raises the loss by more than 50 % where the clipped step lowers it",
                LEAP,
                ratio,
                List.of("/clipping/raw_loss/" + last, "/clipping/clipped_loss/" + last),
                text(
                    "A step of learning rate %.3g along the raw gradient, of norm %.3g, takes the"
                        + " loss from %.3g to %.3g nats; clipped to %.3g, to %.3g.",
                    clipping.learningRate(),
                    clipping.gradientNorm() == null ? Double.NaN : clipping.gradientNorm(),
                    before,
                    raw == null ? Double.NaN : raw,
                    clipping.threshold(),
                    clipped)));
  }

  private Verdict verdict(
      double confidence,
      String rule,
      double threshold,
      double measured,
      List<String> evidence,
      String explanation) {
    return verdict(
        Verdict.WARNING,
        confidence,
        rule,
        threshold,
        measured,
        evidence,
        explanation,
        Recommendations.againstExploding(architecture));
  }

  private static Verdict verdict(
      String severity,
      double confidence,
      String rule,
      double threshold,
      double measured,
      List<String> evidence,
      String explanation,
      List<Verdict.Recommendation> recommendations) {
    Flags flags = new Flags();
    return new Verdict(
        Code.EXPLODING_TIME,
        severity,
        confidence,
        rule,
        threshold,
        flags.number("measured", measured),
        evidence,
        explanation,
        recommendations,
        flags.list());
  }
}
