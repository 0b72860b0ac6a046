package io.carousel.reports.figures;

import static io.carousel.reports.figures.Plot.map;

import io.carousel.engine.gradient.report.Clipping;
import io.carousel.engine.gradient.report.GradientReport;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The loss along a step down the gradient, raw beside clipped. */
final class ClippingFigure {
  private static final List<String> STEPS = List.of("raw step", "clipped step");

  private ClippingFigure() {}

  static Plot of(GradientReport report, Clipping clipping) {
    Table lines = new Table("fraction", "loss", "what");
    add(lines, clipping.fractions(), clipping.rawLoss(), STEPS.getFirst());
    add(lines, clipping.fractions(), clipping.clippedLoss(), STEPS.getLast());
    return new Plot(
            "Clipping: the loss along a step down the gradient",
            Captions.subject(report)
                + String.format(
                    Locale.ROOT,
                    "; learning rate %.3g, norm %s, threshold %.3g",
                    clipping.learningRate(),
                    Captions.number(clipping.gradientNorm()),
                    clipping.threshold()),
            440)
        .axis("x", "fraction of the step")
        .axis("y", "loss, nats a prediction")
        .values("color", "", STEPS, Palette.first(Palette.SERIES, 2))
        .values("linetype", "", STEPS, Palette.first(Palette.LINES, 2))
        .values("shape", "", STEPS, Palette.first(Palette.MARKERS, 2))
        .caption(
            clipping.clipped()
                ? "The gradient is above the threshold."
                : "The gradient is below the threshold, so both steps are the same.")
        .layer(
            "line",
            lines,
            map("x", "fraction", "y", "loss", "color", "what", "linetype", "what"),
            map("size", 1.1))
        .layer(
            "point",
            lines,
            map("x", "fraction", "y", "loss", "color", "what", "shape", "what"),
            map("size", 3.5));
  }

  private static void add(
      Table lines, List<Double> fractions, List<@Nullable Double> losses, String what) {
    for (int i = 0; i < fractions.size(); i++) {
      if (losses.get(i) != null) {
        lines.row(fractions.get(i), losses.get(i), what);
      }
    }
  }
}
