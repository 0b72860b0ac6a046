package io.carousel.reports.figures;

import static io.carousel.reports.figures.Plot.map;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How far back the gradient reaches while a network is trained: the horizon at each report. */
public final class HorizonFigure {
  private HorizonFigure() {}

  /**
   * The horizon of one layer and state.
   *
   * @param name for the legend
   * @param steps of training, at which reports were made
   * @param horizons first lag with r below the level, one for each of {@code steps}; null where r
   *     stays above it within the window
   */
  public record Series(String name, List<Long> steps, List<@Nullable Integer> horizons) {
    public Series {
      if (steps.size() != horizons.size()) {
        throw new IllegalArgumentException(
            "horizons: expected %d, found %d".formatted(steps.size(), horizons.size()));
      }
    }
  }

  /**
   * Draws.
   *
   * @param level of r, e.g. {@code 0.001}
   * @param sequenceLength T: a horizon beyond the window is drawn there, and marked
   * @param requiredLag R
   */
  public static String svg(List<Series> series, double level, int sequenceLength, int requiredLag) {
    Table lines = new Table("step", "lag", "path");
    Table beyond = new Table("step", "lag");
    List<String> names = new ArrayList<>();
    for (Series one : series) {
      names.add(one.name());
      for (int i = 0; i < one.steps().size(); i++) {
        Integer horizon = one.horizons().get(i);
        lines.row(one.steps().get(i), horizon == null ? sequenceLength : horizon, one.name());
        if (horizon == null) {
          beyond.row(one.steps().get(i), sequenceLength);
        }
      }
    }
    int highest = Math.max(sequenceLength, requiredLag);
    Table required = new Table("lag");
    if (!lines.isEmpty()) {
      required.row(requiredLag);
    }
    return new Plot(
            "Horizon over training: the first lag with r < " + Powers.label(Math.log10(level)),
            "Windows of T = %d steps; required lag R = %d".formatted(sequenceLength, requiredLag),
            460 + 24 * Math.ceilDiv(series.size(), 2))
        .axis("x", "step of training")
        .steps("y", "horizon τ, steps", highest, 1, "limits", Plot.list(0.0, highest * 1.04))
        .values("color", "", names, Palette.first(Palette.SERIES, names.size()))
        .values("linetype", "", names, Palette.first(Palette.LINES, names.size()))
        .values("shape", "", names, Palette.first(Palette.MARKERS, names.size()))
        .legendColumns(2)
        .caption(
            "Dash-dotted: the required lag."
                + (beyond.isEmpty() ? "" : " Ringed: beyond the window."))
        .layer(
            "hline",
            required,
            map("yintercept", "lag"),
            map("color", Palette.BLACK, "linetype", "dotdash", "size", 0.8))
        .layer(
            "line",
            lines,
            map("x", "step", "y", "lag", "color", "path", "linetype", "path"),
            map("size", 1.1))
        .layer(
            "point",
            lines,
            map("x", "step", "y", "lag", "color", "path", "shape", "path"),
            map("size", 4))
        .layer(
            "point",
            beyond,
            map("x", "step", "y", "lag"),
            map("shape", 1, "size", 8, "color", Palette.BLACK))
        .svg();
  }
}
