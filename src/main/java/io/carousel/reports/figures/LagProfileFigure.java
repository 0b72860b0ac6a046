package io.carousel.reports.figures;

import static io.carousel.reports.figures.Plot.map;

import io.carousel.engine.gradient.report.GradientReport;
import io.carousel.engine.gradient.report.LagProfile;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * S(τ) on a logarithmic axis, a panel for each layer and state. It is drawn from log₁₀ S, so that
 * what is below the range of a double stays where it belongs; an exact zero has no place on the
 * axis and is said in words.
 */
final class LagProfileFigure {
  private static final String TITLE =
      "Gradient by lag: how much of a prediction's loss reaches the state τ steps before";
  private static final String MEAN = "S(τ), mean over the steps t";
  private static final String FIT = "fit, S ~ exp(βτ)";
  private static final String REQUIRED = "required lag R";
  private static final List<String> LINES = List.of(MEAN, FIT, REQUIRED);
  private static final String TENTH = "first lag with r < 0.1";
  private static final String THOUSANDTH = "first lag with r < 0.001";
  private static final int WORDY_PANELS = 8;

  private final Table band = new Table("lag", "p10", "p90", "panel");
  private final Table lines = new Table("lag", "log", "what", "panel");
  private final Table levels = new Table("lag", "log", "group", "panel");
  private final Table horizons = new Table("lag", "log", "what", "panel");
  private final Table points = new Table("lag", "log", "panel");
  private double lowest = Double.POSITIVE_INFINITY;
  private double highest = Double.NEGATIVE_INFINITY;

  private LagProfileFigure() {}

  static Plot of(GradientReport report) {
    return new LagProfileFigure().plot(report);
  }

  private Plot plot(GradientReport report) {
    List<LagProfile.Layer> layers = report.lagProfile().layers();
    boolean wordy = layers.size() <= WORDY_PANELS;
    List<String> panels = new ArrayList<>();
    for (LagProfile.Layer layer : layers) {
      String panel = Captions.panel(report, layer.layer(), layer.state());
      panels.add(wordy ? panel + described(layer) : panel);
      add(layer, panels.getLast());
    }
    int longest = Math.max(1, report.sequenceLength() - 1);
    if (lowest > highest) {
      return new Plot(TITLE, Captions.subject(report) + "; every S(τ) is 0 or not finite", 300);
    }
    boolean inside = report.requiredLag() <= report.sequenceLength();
    Table required = new Table("lag", "what");
    if (inside) {
      required.row(report.requiredLag(), REQUIRED);
      longest = Math.max(longest, report.requiredLag());
    }
    List<String> drawn = required.isEmpty() ? LINES.subList(0, 2) : LINES;
    int columns = Captions.columns(panels.size());
    int rows = Math.ceilDiv(panels.size(), columns);
    Plot plot =
        new Plot(
                TITLE,
                Captions.subject(report) + remark(report, inside),
                rows == 1 ? 480 : 170 + 230 * rows)
            .steps(
                "x", "lag τ, steps", longest, columns, "limits", Plot.list(0.0, (double) longest))
            .values("color", "", drawn, List.of(Palette.BLUE, Palette.VERMILLION, Palette.BLACK))
            .values("linetype", "", drawn, List.of("solid", "dashed", "dotdash"))
            .values("shape", "", List.of(TENTH, THOUSANDTH), List.of(16, 17))
            .caption(
                "Band: 10 % to 90 % over the steps t. Dotted: a tenth and a thousandth of S(0).")
            .layer(
                "ribbon",
                band,
                map("x", "lag", "ymin", "p10", "ymax", "p90"),
                map("fill", Palette.BLUE, "alpha", 0.18, "size", 0))
            .layer(
                "line",
                levels,
                map("x", "lag", "y", "log", "group", "group"),
                map("color", Palette.GREY, "linetype", "dotted", "size", 0.7))
            .layer(
                "vline",
                required,
                map("xintercept", "lag", "color", "what", "linetype", "what"),
                map("size", 0.8, "show_legend", false))
            .layer(
                "line",
                lines,
                map("x", "lag", "y", "log", "color", "what", "linetype", "what"),
                map("size", 1.1))
            .layer("point", points, map("x", "lag", "y", "log"), map("color", Palette.BLUE))
            .layer(
                "point",
                horizons,
                map("x", "lag", "y", "log", "shape", "what"),
                map("size", 4.5, "color", Palette.BLACK))
            .logAxis("y", "S(τ), nats per unit", Powers.between(lowest, highest));
    return panels.size() == 1 ? plot : plot.facets("panel", columns);
  }

  private void add(LagProfile.Layer layer, String panel) {
    List<@Nullable Double> logs = layer.log10Mean();
    int last = -1;
    int finite = 0;
    for (int lag = 0; lag < logs.size(); lag++) {
      Double log = logs.get(lag);
      lines.row(layer.lags().get(lag), log, MEAN, panel);
      if (log != null) {
        reach(log);
        last = lag;
        finite++;
      }
      addBand(layer, lag, panel);
    }
    if (finite == 1 && logs.get(last) != null) {
      points.row(last, logs.get(last), panel); // a line needs two
    }
    addFit(layer, panel);
    addHorizon(layer, layer.horizon().oneTenth(), TENTH, panel);
    addHorizon(layer, layer.horizon().oneThousandth(), THOUSANDTH, panel);
    Double zero = logs.getFirst();
    if (zero != null) {
      for (int decades : new int[] {1, 3}) {
        if (last > 0) {
          levels.row(0, zero - decades, panel + decades, panel);
          levels.row(logs.size() - 1, zero - decades, panel + decades, panel);
          reach(zero - decades);
        }
      }
    }
  }

  /**
   * A quantile that is 0 as a double may only be too small for one, and has no place either way.
   */
  private void addBand(LagProfile.Layer layer, int lag, String panel) {
    Double p10 = layer.p10().get(lag);
    Double p90 = layer.p90().get(lag);
    if (p10 != null && p90 != null && p10 > 0 && p90 > 0) {
      band.row(lag, Math.log10(p10), Math.log10(p90), panel);
      reach(Math.log10(p10));
      reach(Math.log10(p90));
    }
  }

  private void addFit(LagProfile.Layer layer, String panel) {
    LagProfile.LogSlope fit = layer.logSlope();
    if (fit == null) {
      return;
    }
    double slope = fit.value() / Math.log(10);
    double meanLog = 0; // least squares pass through the means
    for (int lag = fit.fromLag(); lag <= fit.toLag(); lag++) {
      Double log = layer.log10Mean().get(lag);
      if (log == null) {
        return;
      }
      meanLog += log / (fit.toLag() - fit.fromLag() + 1);
    }
    double middle = (fit.fromLag() + fit.toLag()) / 2.0;
    for (int lag : new int[] {fit.fromLag(), fit.toLag()}) {
      double log = meanLog + slope * (lag - middle);
      lines.row(lag, log, FIT, panel);
      reach(log);
    }
  }

  private void addHorizon(
      LagProfile.Layer layer, @Nullable Integer lag, String what, String panel) {
    Double log = lag == null ? null : layer.log10Mean().get(lag);
    if (lag != null && log != null) {
      horizons.row(lag, log, what, panel);
    }
  }

  private void reach(double log) {
    lowest = Math.min(lowest, log);
    highest = Math.max(highest, log);
  }

  private static String described(LagProfile.Layer layer) {
    Double half = layer.halfLife();
    return (half == null ? "" : ": half-life %s steps".formatted(Captions.number(half)))
        + zeros(layer);
  }

  private static String zeros(LagProfile.Layer layer) {
    for (int lag = 0; lag < layer.mean().size(); lag++) {
      Double mean = layer.mean().get(lag);
      if (mean != null && mean == 0 && layer.log10Mean().get(lag) == null) {
        return String.format(Locale.ROOT, ", exactly 0 from τ = %d", lag);
      }
    }
    return "";
  }

  private static String remark(GradientReport report, boolean inside) {
    return inside
        ? ""
        : "; the required lag R = %d lies beyond the window".formatted(report.requiredLag());
  }
}
