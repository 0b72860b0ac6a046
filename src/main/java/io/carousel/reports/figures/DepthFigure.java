package io.carousel.reports.figures;

import static io.carousel.reports.figures.Plot.map;

import io.carousel.engine.gradient.Depth;
import io.carousel.engine.gradient.GradientReport;
import java.util.ArrayList;
import java.util.List;

/** The gradient's norm on a logarithmic axis, layer by layer. */
final class DepthFigure {
  private DepthFigure() {}

  static Plot of(GradientReport report, Depth depth) {
    Table norms = new Table("layer", "log", "text");
    double lowest = Double.POSITIVE_INFINITY;
    double highest = Double.NEGATIVE_INFINITY;
    List<Double> breaks = new ArrayList<>();
    List<String> zero = new ArrayList<>();
    for (Depth.Layer layer : depth.layers()) {
      breaks.add((double) layer.layer());
      Double norm = layer.gradientNorm();
      if (norm != null && norm > 0) {
        double log = Math.log10(norm);
        norms.row(layer.layer(), log, Captions.number(layer.relative()));
        lowest = Math.min(lowest, log);
        highest = Math.max(highest, log);
      } else if (norm != null) {
        zero.add(String.valueOf(layer.layer()));
      }
    }
    String without = zero.isEmpty() ? "" : "; exactly 0 in layer " + String.join(", ", zero);
    Plot plot =
        new Plot(
                "Depth: the gradient of the mean loss in what each layer passes upwards",
                Captions.subject(report) + without,
                440)
            .scale(
                "x",
                "name", "layer (0 is the lowest)",
                "breaks", breaks,
                "limits", Plot.list(-0.4, depth.layers().size() - 0.6))
            .caption("Numbers: relative to the top layer.")
            .layer(
                "line",
                norms,
                map("x", "layer", "y", "log"),
                map("color", Palette.BLUE, "size", 1.1))
            .layer(
                "point", norms, map("x", "layer", "y", "log"), map("color", Palette.BLUE, "size", 4))
            .layer(
                "text",
                norms,
                map("x", "layer", "y", "log", "label", "text"),
                map("size", 6, "vjust", 2.0, "color", Palette.BLACK));
    if (lowest <= highest) {
      double room = Math.max(0.3, 0.1 * (highest - lowest));
      plot.logAxis("y", "‖∂L/∂a_ℓ‖, nats per unit", Powers.between(lowest - room, highest + room));
    }
    return plot;
  }
}
