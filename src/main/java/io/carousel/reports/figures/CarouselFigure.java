package io.carousel.reports.figures;

import static io.carousel.reports.figures.Plot.map;

import io.carousel.engine.gradient.report.Carousel;
import io.carousel.engine.gradient.report.GradientReport;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What comes back along the forget gates alone, beside the whole gradient in c. */
final class CarouselFigure {
  private static final String FULL = "full gradient";
  private static final String CAROUSEL = "along the forget gates alone";

  private final Table lines = new Table("lag", "log", "what", "panel");
  private double lowest = Double.POSITIVE_INFINITY;
  private double highest = Double.NEGATIVE_INFINITY;

  private CarouselFigure() {}

  static Plot of(GradientReport report, Carousel carousel) {
    return new CarouselFigure().plot(report, carousel);
  }

  private Plot plot(GradientReport report, Carousel carousel) {
    for (Carousel.Layer layer : carousel.layers()) {
      String panel = Captions.panel(report, layer.layer());
      add(layer.log10Full(), FULL, panel);
      add(layer.log10Carousel(), CAROUSEL, panel);
    }
    int panels = carousel.layers().size();
    int columns = Captions.columns(panels);
    int rows = Math.ceilDiv(panels, columns);
    Plot plot =
        new Plot(
                "Constant error carousel: what the forget gates carry back, beside the whole",
                Captions.subject(report),
                rows == 1 ? 440 : 170 + 230 * rows)
            .steps("x", "lag τ, steps", Math.max(1, report.sequenceLength() - 1), columns)
            .values("color", "", List.of(FULL, CAROUSEL), Palette.first(Palette.SERIES, 2))
            .values("linetype", "", List.of(FULL, CAROUSEL), Palette.first(Palette.LINES, 2))
            .layer(
                "line",
                lines,
                map("x", "lag", "y", "log", "color", "what", "linetype", "what"),
                map("size", 1.1));
    if (lowest <= highest) {
      plot.logAxis("y", "‖∂L_t/∂c_{t−τ}‖, nats per unit", Powers.between(lowest, highest));
    }
    return panels == 1 ? plot : plot.facets("panel", columns);
  }

  private void add(List<@Nullable Double> logs, String what, String panel) {
    for (int lag = 0; lag < logs.size(); lag++) {
      Double log = logs.get(lag);
      if (log != null) {
        lines.row(lag, log, what, panel);
        lowest = Math.min(lowest, log);
        highest = Math.max(highest, log);
      }
    }
  }
}
