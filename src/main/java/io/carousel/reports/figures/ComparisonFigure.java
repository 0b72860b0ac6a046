package io.carousel.reports.figures;

import static io.carousel.reports.figures.Plot.map;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * r(τ) of several networks in one chart; each has a colour, a line type and a marker of its own.
 */
public final class ComparisonFigure {
  private static final int MARKERS = 8; // of a line

  private ComparisonFigure() {}

  /**
   * Draws.
   *
   * @param profiles log₁₀ r for τ = 0, 1, … by name, null for a gap
   * @param requiredLag R; beyond all profiles it is only said
   */
  public static String svg(Map<String, List<@Nullable Double>> profiles, int requiredLag) {
    List<String> names = new ArrayList<>(profiles.keySet());
    Table lines = new Table("lag", "log", "variant");
    Table markers = new Table("lag", "log", "variant");
    double lowest = Math.log10(1e-3);
    double highest = 0;
    int longest = 1;
    for (int i = 0; i < names.size(); i++) {
      List<@Nullable Double> logs = profiles.getOrDefault(names.get(i), List.of());
      longest = Math.max(longest, logs.size() - 1);
      int every = Math.max(1, logs.size() / MARKERS);
      int first = every * i / names.size(); // so that markers of alike lines do not coincide
      for (int lag = 0; lag < logs.size(); lag++) {
        Double log = logs.get(lag);
        lines.row(lag, log, names.get(i));
        if (log != null) {
          lowest = Math.min(lowest, log);
          highest = Math.max(highest, log);
          if (lag % every == first) {
            markers.row(lag, log, names.get(i));
          }
        }
      }
    }
    boolean inside = requiredLag <= longest + 1;
    longest = inside ? Math.max(longest, requiredLag) : longest;
    Table required = new Table("lag");
    if (inside) {
      required.row(requiredLag);
    }
    int legendRows = Math.ceilDiv(names.size(), 2);
    return new Plot(
            "What is left of the gradient τ steps before the prediction",
            "r(τ) on the path, layer and state, that keeps the most at the required lag R = "
                + requiredLag
                + (inside ? "" : ", which lies beyond the window"),
            460 + 24 * legendRows)
        .steps("x", "lag τ, steps", longest, 1, "limits", Plot.list(0.0, (double) longest))
        .logAxis("y", "r(τ) = S(τ)/S(0)", Powers.between(lowest, highest))
        .values("color", "", names, Palette.first(Palette.SERIES, names.size()))
        .values("linetype", "", names, Palette.first(Palette.LINES, names.size()))
        .values("shape", "", names, Palette.first(Palette.MARKERS, names.size()))
        .legendColumns(2)
        .caption(
            "Horizontal: 0.001, below which the lag is lost."
                + (inside ? " Vertical: the required lag R." : ""))
        .layer(
            "hline",
            new Table("log").row(-3.0),
            map("yintercept", "log"),
            map("color", Palette.GREY, "linetype", "dotted", "size", 0.8))
        .layer(
            "vline",
            required,
            map("xintercept", "lag"),
            map("color", Palette.BLACK, "linetype", "dotdash", "size", 0.8))
        .layer(
            "line",
            lines,
            map("x", "lag", "y", "log", "color", "variant", "linetype", "variant"),
            map("size", 1.1))
        .layer(
            "point",
            markers,
            map("x", "lag", "y", "log", "color", "variant", "shape", "variant"),
            map("size", 4))
        .svg();
  }
}
