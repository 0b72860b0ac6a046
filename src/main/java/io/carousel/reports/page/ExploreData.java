package io.carousel.reports.page;

import io.carousel.engine.gradient.report.LagMatrix;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What the chart of a page draws; all values are log₁₀, to four decimals, and null is a gap.
 *
 * @param label of the values
 * @param profiles lines by lag
 * @param rows lag matrices, row by row; null where there are none or they are too large for a page
 */
record ExploreData(String label, List<Line> profiles, @Nullable List<Rows> rows) {
  /** Numbers of lag matrices that a page may carry. */
  private static final int MOST_NUMBERS = 200_000;

  record Line(String name, List<@Nullable Double> log10) {}

  record Rows(String name, List<List<@Nullable Double>> log10) {}

  static ExploreData of(JsonNode profile, @Nullable LagMatrix matrix) {
    List<Line> lines = new ArrayList<>();
    for (JsonNode layer : profile.path("layers")) {
      String name = name(layer.path("layer").asInt(), layer.path("state").asString());
      lines.add(line(name, layer.path("log10_mean")));
    }
    return new ExploreData("S(τ), nats per unit", lines, matrix == null ? null : rows(matrix));
  }

  static Line line(String name, JsonNode logs) {
    List<@Nullable Double> rounded = new ArrayList<>();
    logs.forEach(log -> rounded.add(log.isNumber() ? rounded(log.asDouble()) : null));
    return new Line(name, rounded);
  }

  private static @Nullable List<Rows> rows(LagMatrix matrix) {
    long numbers =
        matrix.layers().stream()
            .flatMap(layer -> layer.mean().stream())
            .mapToLong(List::size)
            .sum();
    if (numbers > MOST_NUMBERS) {
      return null;
    }
    return matrix.layers().stream()
        .map(layer ->
            new Rows(
                name(layer.layer(), layer.state()),
                layer.mean().stream().map(ExploreData::logs).toList()))
        .toList();
  }

  private static List<@Nullable Double> logs(List<@Nullable Double> row) {
    List<@Nullable Double> logs = new ArrayList<>(row.size());
    row.forEach(value -> logs.add(value == null || value <= 0 ? null : rounded(Math.log10(value))));
    return logs;
  }

  private static double rounded(double value) {
    return Math.round(value * 1e4) / 1e4;
  }

  static String name(int layer, String state) {
    return "layer " + layer + ", " + state;
  }
}
