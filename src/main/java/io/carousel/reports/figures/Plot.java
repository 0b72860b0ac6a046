package io.carousel.reports.figures;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jetbrains.letsPlot.awt.plot.PlotSvgExport;
import org.jspecify.annotations.Nullable;

/**
 * A plot in the specification of Lets-Plot, a grammar of graphics: layers of geometry over tables
 * of data, scales, facets.
 *
 * @see <a href="https://lets-plot.org">Lets-Plot</a>
 */
final class Plot {
  static final int WIDTH = 900;

  private final Map<String, Object> spec = map("kind", "plot");
  private final List<Object> layers = new ArrayList<>();
  private final List<Map<String, Object>> scales = new ArrayList<>();
  private boolean empty = true;

  Plot(String title, String subtitle, int height) {
    spec.put("ggtitle", map("text", title, "subtitle", subtitle));
    spec.put("ggsize", map("width", WIDTH, "height", height));
    theme(map());
  }

  /** Names and values in turn; a null value leaves its name out. */
  static Map<String, Object> map(@Nullable Object... namesAndValues) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      Object value = namesAndValues[i + 1];
      if (value != null) {
        map.put(String.valueOf(namesAndValues[i]), value);
      }
    }
    return map;
  }

  static List<Object> list(Object... values) {
    return new ArrayList<>(Arrays.asList(values));
  }

  /** How to read the plot; below it. */
  Plot caption(String text) {
    spec.put("caption", map("text", text));
    return this;
  }

  /** A panel for each value of a column, in the order of the alphabet. */
  Plot facets(String column, int columns) {
    spec.put(
        "facet", map("name", "wrap", "facets", list(column), "ncol", columns, "order", list(1)));
    return this;
  }

  Plot theme(Map<String, Object> options) {
    Map<String, Object> theme =
        map(
            "name",
            "bw",
            "legend_position",
            "bottom",
            "plot_margin",
            map("t", 10, "r", 12, "b", 6, "l", 6));
    theme.putAll(options);
    spec.put("theme", theme);
    return this;
  }

  /** Width and height of a unit are alike. */
  Plot square() {
    spec.put("coord", map("name", "fixed"));
    return this;
  }

  Plot scale(String aesthetic, @Nullable Object... options) {
    Map<String, Object> scale = map(options);
    scale.put("aesthetic", aesthetic);
    scales.add(scale);
    return this;
  }

  /**
   * An axis of whole numbers from 0.
   *
   * @param columns panels beside one another: the more, the fewer ticks
   */
  Plot steps(String aesthetic, String name, int longest, int columns, @Nullable Object... options) {
    return wholeNumbers(aesthetic, name, Powers.wholeNumbers(longest, columns), map(options));
  }

  /** An axis of whole numbers from 1. */
  Plot ranks(String aesthetic, String name, int last, int columns) {
    List<Integer> ticks = new ArrayList<>(Powers.wholeNumbers(last, columns));
    ticks.set(0, 1);
    return wholeNumbers(
        aesthetic, name, ticks.stream().distinct().toList(), map("limits", list(0.4, last + 0.6)));
  }

  private Plot wholeNumbers(
      String aesthetic, String name, List<Integer> ticks, Map<String, Object> options) {
    scale(
        aesthetic,
        "name",
        name,
        "breaks",
        ticks.stream().map(Integer::doubleValue).toList(),
        "labels",
        ticks.stream().map(String::valueOf).toList());
    scales.getLast().putAll(options);
    return this;
  }

  /** A named axis that finds its own breaks. */
  Plot axis(String aesthetic, String name) {
    return scale(aesthetic, "name", name);
  }

  /** An axis of log₁₀ values, labelled with what they are the logarithms of. */
  Plot logAxis(String aesthetic, String name, Powers powers) {
    return scale(
        aesthetic,
        "name",
        name,
        "breaks",
        powers.breaks(),
        "labels",
        powers.labels(),
        "limits",
        new ArrayList<>(powers.limits()));
  }

  /** Values of an aesthetic, one for each of its domain; equal names share one legend. */
  Plot values(String aesthetic, String name, List<String> domain, List<?> values) {
    return scale(
        aesthetic,
        "name",
        name,
        "values",
        new ArrayList<Object>(values),
        "limits",
        new ArrayList<Object>(domain),
        "breaks",
        new ArrayList<Object>(domain));
  }

  /** The legend of lines and markers in so many columns. */
  Plot legendColumns(int columns) {
    Map<String, Object> guide = map("name", "legend", "ncol", columns, "byrow", true);
    spec.put("guides", map("color", guide, "linetype", guide, "shape", guide));
    return this;
  }

  /**
   * A layer; without data it is left out.
   *
   * @param mapping aesthetics and columns
   * @param constants other options of the geometry
   */
  Plot layer(
      String geometry, Table data, Map<String, Object> mapping, Map<String, Object> constants) {
    if (!data.isEmpty()) {
      Map<String, Object> layer = map("geom", geometry, "data", data.columns());
      layer.put("mapping", mapping);
      layer.putAll(constants);
      layers.add(layer);
      empty = false;
    }
    return this;
  }

  /** A dashed line at y = 0. */
  Plot zeroLine() {
    return layer(
        "hline",
        new Table("zero").row(0),
        map("yintercept", "zero"),
        map("color", Palette.BLACK, "linetype", "dashed", "size", 0.8));
  }

  /** The plot as an SVG document. */
  String svg() {
    if (empty) {
      layer(
          "text",
          new Table("x", "y", "text")
              .row(0, 0, "Nothing to draw: no value is finite and positive."),
          map("x", "x", "y", "y", "label", "text"),
          map());
      spec.remove("facet");
      scales.clear();
      theme(map("line", "blank", "axis", "blank"));
    }
    spec.put("layers", layers);
    spec.put("scales", scales);
    return PlotSvgExport.INSTANCE.buildSvgImageFromRawSpecs(spec, null, true);
  }
}
