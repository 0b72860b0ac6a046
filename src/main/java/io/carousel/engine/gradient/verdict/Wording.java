package io.carousel.engine.gradient.verdict;

import java.util.Locale;

/** How verdicts put numbers into words. */
public final class Wording {
  private Wording() {}

  /** e^log in short, also far below the range of a double. */
  static String power(double log) {
    if (log == Double.NEGATIVE_INFINITY) {
      return "0";
    }
    return Math.abs(log) > 600
        ? text("10^%d", Math.round(log / Math.log(10)))
        : text("%.2g", Math.exp(log));
  }

  static String text(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }

  /** Two significant digits. */
  static double rounded(double value) {
    return Double.parseDouble(text("%.1e", value));
  }
}
