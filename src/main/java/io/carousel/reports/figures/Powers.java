package io.carousel.reports.figures;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * A logarithmic axis over the whole range of a gradient, also below 1e-308, where a double is 0:
 * its values are log₁₀.
 *
 * @param limits the range, in log₁₀
 * @param breaks ticks, in log₁₀
 */
record Powers(List<Double> limits, List<Double> breaks) {
  private static final int MOST_TICKS = 8;
  private static final int MOST_WHOLE = 12;
  private static final int[] STEPS = {1, 2, 3, 5, 10, 20, 25, 50, 100, 200, 500, 1000, 2000};
  private static final double[] WITHIN_A_DECADE = {1, 2, 5};
  private static final String SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

  /** An axis for values between two, in log₁₀. */
  static Powers between(double lowest, double highest) {
    double room = Math.max(0.3, 0.03 * (highest - lowest));
    List<Double> limits = List.of(lowest - room, highest + room);
    return new Powers(limits, ticks(limits.getFirst(), limits.getLast()));
  }

  private static List<Double> ticks(double from, double to) {
    List<Double> ticks = new ArrayList<>();
    if (to - from < 2) {
      for (int power = (int) Math.floor(from); power <= to; power++) {
        for (double digit : WITHIN_A_DECADE) {
          double tick = power + Math.log10(digit);
          if (tick >= from && tick <= to) {
            ticks.add(tick);
          }
        }
      }
      return ticks;
    }
    int step = 0;
    while (step < STEPS.length - 1 && (to - from) / STEPS[step] > MOST_TICKS) {
      step++;
    }
    int every = STEPS[step];
    for (int power = Math.ceilDiv((int) Math.ceil(from), every) * every;
        power <= to;
        power += every) {
      ticks.add((double) power);
    }
    return ticks;
  }

  /** Ticks from 0, at whole numbers, for so many panels beside one another. */
  static List<Integer> wholeNumbers(int longest, int columns) {
    int step = 0;
    while (step < STEPS.length - 1 && longest / STEPS[step] > MOST_WHOLE / columns) {
      step++;
    }
    List<Integer> ticks = new ArrayList<>();
    for (int tick = 0; tick <= longest; tick += STEPS[step]) {
      ticks.add(tick);
    }
    return ticks;
  }

  List<String> labels() {
    return breaks.stream().map(Powers::label).toList();
  }

  /** 10^log in short. */
  static String label(double log) {
    if (Math.abs(log) < 2.5) {
      double value = Math.pow(10, log);
      String text = String.format(Locale.ROOT, "%.3f", value);
      return text.contains(".") ? text.replaceAll("0+$", "").replaceAll("\\.$", "") : text;
    }
    int power = (int) Math.floor(log + 1e-9);
    double digits = Math.pow(10, log - power);
    String mantissa =
        Math.abs(digits - 1) < 1e-6 ? "" : String.format(Locale.ROOT, "%.0f·", digits);
    return mantissa + "10" + superscript(power);
  }

  private static String superscript(int power) {
    String digits =
        String.valueOf(Math.abs(power))
            .chars()
            .mapToObj(digit -> String.valueOf(SUPERSCRIPTS.charAt(digit - '0')))
            .collect(Collectors.joining());
    return (power < 0 ? "⁻" : "") + digits;
  }
}
