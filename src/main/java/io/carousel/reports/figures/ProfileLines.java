package io.carousel.reports.figures;

import static io.carousel.reports.figures.Plot.map;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Lines of several networks on a logarithmic axis; each has a colour, a line type and a marker of
 * its own. A dotted line is at 0.001.
 */
final class ProfileLines {
  private static final int MARKERS = 8; // of a line
  private static final double GONE = Math.log10(1e-3);

  private final String x;
  private final List<String> names;
  private final Table lines;
  private final Table markers;
  private double lowest = GONE;
  private double highest;
  private int longest = 1;

  /**
   * Gathers them.
   *
   * @param x name of the variable that counts a line's values from 0
   * @param profiles log₁₀ of the values by name, null for a gap
   */
  ProfileLines(String x, Map<String, List<@Nullable Double>> profiles) {
    this.x = x;
    names = new ArrayList<>(profiles.keySet());
    lines = new Table(x, "log", "variant");
    markers = new Table(x, "log", "variant");
    for (int i = 0; i < names.size(); i++) {
      add(i, profiles.getOrDefault(names.get(i), List.of()));
    }
  }

  private void add(int which, List<@Nullable Double> logs) {
    longest = Math.max(longest, logs.size() - 1);
    int every = Math.max(1, logs.size() / MARKERS);
    int first = every * which / names.size(); // so that markers of alike lines do not coincide
    for (int at = 0; at < logs.size(); at++) {
      Double log = logs.get(at);
      lines.row(at, log, names.get(which));
      if (log != null) {
        lowest = Math.min(lowest, log);
        highest = Math.max(highest, log);
        if (at % every == first) {
          markers.row(at, log, names.get(which));
        }
      }
    }
  }

  /** The last place that any line has. */
  int longest() {
    return longest;
  }

  Powers powers() {
    return Powers.between(lowest, highest);
  }

  /** Of a figure with a legend of all names. */
  int height() {
    return 460 + 24 * Math.ceilDiv(names.size(), 2);
  }

  Plot drawOn(Plot plot) {
    return plot.values("color", "", names, Palette.first(Palette.SERIES, names.size()))
        .values("linetype", "", names, Palette.first(Palette.LINES, names.size()))
        .values("shape", "", names, Palette.first(Palette.MARKERS, names.size()))
        .legendColumns(2)
        .layer(
            "hline",
            new Table("log").row(GONE),
            map("yintercept", "log"),
            map("color", Palette.GREY, "linetype", "dotted", "size", 0.8))
        .layer(
            "line",
            lines,
            map("x", x, "y", "log", "color", "variant", "linetype", "variant"),
            map("size", 1.1))
        .layer(
            "point",
            markers,
            map("x", x, "y", "log", "color", "variant", "shape", "variant"),
            map("size", 4));
  }
}
