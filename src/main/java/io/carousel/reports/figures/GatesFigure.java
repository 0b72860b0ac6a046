package io.carousel.reports.figures;

import static io.carousel.reports.figures.Plot.map;

import io.carousel.engine.gradient.report.Gates;
import io.carousel.engine.gradient.report.GradientReport;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The units' mean activations, gate by gate: their distribution, and how many do not answer. */
final class GatesFigure {
  private final Table units = new Table("gate", "mean", "panel");
  private final Table means = new Table("gate", "mean", "panel");
  private final Table counts = new Table("gate", "y", "text", "panel");
  private double lowest = 0;
  private double highest = 1;

  private GatesFigure() {}

  static Plot of(GradientReport report, Gates gates) {
    return new GatesFigure().plot(report, gates);
  }

  private Plot plot(GradientReport report, Gates gates) {
    gates.layers().forEach(layer -> add(layer, Captions.panel(report, layer.layer())));
    double room = 0.14 * (highest - lowest);
    for (Gates.Layer layer : gates.layers()) {
      counts.row(
          layer.gate(),
          highest + room / 2,
          unanswering(layer),
          Captions.panel(report, layer.layer()));
    }
    long panels = gates.layers().stream().map(Gates.Layer::layer).distinct().count();
    int columns = Captions.columns((int) panels);
    int rows = Math.ceilDiv((int) panels, columns);
    Plot plot =
        new Plot(
                "Gates: mean activation of the units",
                Captions.subject(report),
                rows == 1 ? 460 : 170 + 240 * rows)
            .axis("x", "gate")
            .scale(
                "y",
                "name",
                "mean activation over steps and sequences",
                "limits",
                Plot.list(lowest - 0.02, highest + room))
            .caption(
                "Box: quartiles over the units, whiskers to 1.5 times the box. Cross: their mean."
                    + " Above: saturated units (>90 % of the steps), dead units.")
            .layer(
                "boxplot",
                units,
                map("x", "gate", "y", "mean"),
                map("color", Palette.BLUE, "fill", "#D6E8F5", "width", 0.5, "outlier_size", 1.5))
            .layer(
                "point",
                means,
                map("x", "gate", "y", "mean"),
                map("shape", 4, "size", 3, "stroke", 1.5, "color", Palette.VERMILLION))
            .layer(
                "text",
                counts,
                map("x", "gate", "y", "y", "label", "text"),
                map("size", 6, "color", Palette.BLACK));
    return panels == 1 ? plot : plot.facets("panel", columns);
  }

  private void add(Gates.Layer layer, String panel) {
    double sum = 0;
    int finite = 0;
    for (@Nullable Double mean : layer.mean()) {
      if (mean != null) {
        units.row(layer.gate(), mean, panel);
        sum += mean;
        finite++;
        lowest = Math.min(lowest, mean);
        highest = Math.max(highest, mean);
      }
    }
    if (finite > 0) {
      means.row(layer.gate(), sum / finite, panel);
    }
  }

  private static String unanswering(Gates.Layer layer) {
    List<Integer> dead = layer.deadUnits();
    return layer.saturatedUnits().size() + " sat., " + dead.size() + " dead";
  }
}
