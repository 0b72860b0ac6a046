package io.carousel.reports.figures;

import static io.carousel.reports.figures.Plot.map;

import io.carousel.engine.gradient.report.GradientReport;
import io.carousel.engine.gradient.report.Lyapunov;
import java.util.List;

/** Lyapunov exponents by rank, with their intervals and the line at 0. */
final class SpectrumFigure {
  private static final int FEW = 64; // exponents of which each is marked

  private final Table exponents = new Table("rank", "exponent", "panel");
  private final Table intervals = new Table("rank", "lower", "upper", "panel");
  private int infinite;
  private int most;

  private SpectrumFigure() {}

  static Plot of(GradientReport report, Lyapunov lyapunov) {
    return new SpectrumFigure().plot(report, lyapunov);
  }

  private Plot plot(GradientReport report, Lyapunov lyapunov) {
    List<Lyapunov.Layer> layers = lyapunov.layers();
    layers.forEach(layer -> add(layer, Captions.panel(report, layer.layer())));
    int columns = Captions.columns(layers.size());
    int rows = Math.ceilDiv(layers.size(), columns);
    Plot plot =
        new Plot(
                "Lyapunov spectrum: growth of a perturbation, and of the gradient, a step",
                Captions.subject(report)
                    + (infinite == 0
                        ? ""
                        : "; not drawn: %d that are not finite".formatted(infinite)),
                rows == 1 ? 460 : 170 + 230 * rows)
            .ranks("x", "rank i", most, columns)
            .axis("y", "λ_i, nats a step")
            .caption("Bars and band: 95 % intervals. Above 0 it grows, below it dies out.");
    if (!exponents.isEmpty()) {
      plot.zeroLine();
    }
    boolean few = most <= FEW;
    plot.layer(
            few ? "errorbar" : "ribbon",
            intervals,
            map("x", "rank", "ymin", "lower", "ymax", "upper"),
            few
                ? map("color", Palette.VERMILLION, "width", 0.5, "size", 0.8)
                : map("fill", Palette.VERMILLION, "alpha", 0.3, "size", 0))
        .layer("line", exponents, map("x", "rank", "y", "exponent"), map("color", Palette.BLUE))
        .layer(
            "point",
            few ? exponents : new Table("rank", "exponent"),
            map("x", "rank", "y", "exponent"),
            map("color", Palette.BLUE, "size", 2.5));
    return layers.size() == 1 ? plot : plot.facets("panel", columns);
  }

  private void add(Lyapunov.Layer layer, String panel) {
    for (int i = 0; i < layer.exponents().size(); i++) {
      Double exponent = layer.exponents().get(i);
      if (exponent == null) {
        infinite++;
        continue;
      }
      exponents.row(i + 1, exponent, panel);
      Double lower = layer.lower().get(i);
      Double upper = layer.upper().get(i);
      if (lower != null && upper != null) {
        intervals.row(i + 1, lower, upper, panel);
      }
      most = Math.max(most, i + 1);
    }
  }
}
