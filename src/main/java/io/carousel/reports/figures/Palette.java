package io.carousel.reports.figures;

import java.util.List;

/**
 * Colours of Okabe and Ito (2008), which the colour-blind can tell apart. Every colour goes with a
 * line type or a marker of its own, for prints in grey.
 */
final class Palette {
  static final String BLUE = "#0072B2";
  static final String VERMILLION = "#D55E00";
  static final String GREEN = "#009E73";
  static final String BLACK = "#000000";
  static final String GREY = "#666666";

  /** Of series, the first first; yellow is left out, as white paper swallows it. */
  static final List<String> SERIES =
      List.of(BLUE, VERMILLION, GREEN, "#CC79A7", "#E69F00", "#56B4E9", BLACK, GREY);

  static final List<String> LINES =
      List.of("solid", "dashed", "dotdash", "longdash", "dotted", "twodash", "solid", "dashed");

  /** Circle, triangle, square, cross; then circle, triangle, square and diamond, hollow. */
  static final List<Integer> MARKERS = List.of(16, 17, 15, 4, 1, 2, 0, 5);

  private Palette() {}

  static <T> T of(List<T> values, int index) {
    return values.get(index % values.size());
  }

  static <T> List<T> first(List<T> values, int count) {
    return java.util.stream.IntStream.range(0, count).mapToObj(i -> of(values, i)).toList();
  }
}
