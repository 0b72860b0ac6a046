package io.carousel.reports.figures;

import static io.carousel.reports.figures.Plot.map;

import io.carousel.engine.gradient.report.Depth;
import io.carousel.engine.gradient.report.GradientReport;
import java.util.ArrayList;
import java.util.List;

/** The gradient's norm on a logarithmic axis, layer by layer. */
final class DepthFigure {
  private final Table norms = new Table("layer", "log");
  private final List<String> zero = new ArrayList<>();
  private double lowest = Double.POSITIVE_INFINITY;
  private double highest = Double.NEGATIVE_INFINITY;

  private DepthFigure() {}

  static Plot of(GradientReport report, Depth depth) {
    return new DepthFigure().plot(report, depth);
  }

  private Plot plot(GradientReport report, Depth depth) {
    depth.layers().forEach(this::add);
    double room = Math.max(0.3, 0.1 * (highest - lowest));
    Table relative = new Table("layer", "log", "text");
    for (Depth.Layer layer : depth.layers()) {
      Double norm = layer.gradientNorm();
      if (norm != null && norm > 0) {
        relative.row(layer.layer(), Math.log10(norm) + room / 2, Captions.number(layer.relative()));
      }
    }
    String without = zero.isEmpty() ? "" : "; exactly 0 in layer " + String.join(", ", zero);
    int layers = depth.layers().size();
    Plot plot =
        new Plot(
                "Depth: the gradient of the mean loss in what each layer passes upwards",
                Captions.subject(report) + without,
                440)
            .steps(
                "x",
                "layer (0 is the lowest)",
                layers - 1,
                1,
                "limits",
                Plot.list(-0.4, layers - 0.6))
            .caption("Numbers: relative to the top layer.")
            .layer(
                "line",
                norms,
                map("x", "layer", "y", "log"),
                map("color", Palette.BLUE, "size", 1.1))
            .layer(
                "point",
                norms,
                map("x", "layer", "y", "log"),
                map("color", Palette.BLUE, "size", 4))
            .layer(
                "text",
                relative,
                map("x", "layer", "y", "log", "label", "text"),
                map("size", 6, "color", Palette.BLACK));
    return lowest > highest
        ? plot
        : plot.logAxis(
            "y", "‖∂L/∂a_ℓ‖, nats per unit", Powers.between(lowest - room, highest + room));
  }

  private void add(Depth.Layer layer) {
    Double norm = layer.gradientNorm();
    if (norm != null && norm > 0) {
      norms.row(layer.layer(), Math.log10(norm));
      lowest = Math.min(lowest, Math.log10(norm));
      highest = Math.max(highest, Math.log10(norm));
    } else if (norm != null) {
      zero.add(String.valueOf(layer.layer()));
    }
  }
}
