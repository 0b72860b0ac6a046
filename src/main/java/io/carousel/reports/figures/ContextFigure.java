package io.carousel.reports.figures;

import static io.carousel.reports.figures.Plot.map;

import io.carousel.engine.gradient.report.Context;
import io.carousel.engine.gradient.report.GradientReport;
import java.util.ArrayList;
import java.util.List;

/** How much the loss rises when only the last n tokens are kept. */
final class ContextFigure {
  private ContextFigure() {}

  static Plot of(GradientReport report, Context context) {
    Table rises = new Table("log", "rise");
    Table intervals = new Table("log", "lower", "upper");
    List<Double> breaks = new ArrayList<>();
    List<String> labels = new ArrayList<>();
    for (int i = 0; i < context.tokens().size(); i++) {
      double log = Math.log(context.tokens().get(i));
      breaks.add(log);
      labels.add(String.valueOf(context.tokens().get(i)));
      Double rise = context.rise().get(i);
      Double lower = context.riseLower().get(i);
      Double upper = context.riseUpper().get(i);
      if (rise != null) {
        rises.row(log, rise);
      }
      if (lower != null && upper != null) {
        intervals.row(log, lower, upper);
      }
    }
    Plot plot =
        new Plot(
                "Context: what the loss loses where only the last n tokens are kept",
                Captions.subject(report)
                    + "; loss with all of them "
                    + Captions.number(context.fullLoss())
                    + " nats",
                440)
            .scale("x", "name", "n, tokens kept", "breaks", breaks, "labels", labels)
            .axis("y", "rise of the loss, nats a prediction")
            .caption("Bars: 95 % intervals over the sequences.");
    if (!rises.isEmpty()) {
      plot.zeroLine();
    }
    return plot.layer(
            "errorbar",
            intervals,
            map("x", "log", "ymin", "lower", "ymax", "upper"),
            map("color", Palette.VERMILLION, "width", 0.1, "size", 0.9))
        .layer("line", rises, map("x", "log", "y", "rise"), map("color", Palette.BLUE, "size", 1.1))
        .layer("point", rises, map("x", "log", "y", "rise"), map("color", Palette.BLUE, "size", 4));
  }
}
