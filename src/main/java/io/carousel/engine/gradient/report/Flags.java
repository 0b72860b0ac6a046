package io.carousel.engine.gradient.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Turns numbers into what a report may hold, and collects a flag for each that is not finite. */
public final class Flags {
  private final List<NonFinite> list = new ArrayList<>();

  /** The number, or null and a flag. */
  public @Nullable Double number(String at, double value) {
    if (Double.isFinite(value)) {
      return value;
    }
    list.add(new NonFinite(at, Double.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf"));
    return null;
  }

  public List<@Nullable Double> numbers(String at, double[] values) {
    boolean[] measured = new boolean[values.length];
    Arrays.fill(measured, true);
    return numbers(at, values, measured);
  }

  /** As {@link #number} for each; null without a flag where nothing was measured. */
  public List<@Nullable Double> numbers(String at, double[] values, boolean[] measured) {
    List<@Nullable Double> numbers = new ArrayList<>(values.length);
    for (int i = 0; i < values.length; i++) {
      numbers.add(measured[i] ? number(at + "/" + i, values[i]) : null);
    }
    return Collections.unmodifiableList(numbers);
  }

  public List<NonFinite> list() {
    return List.copyOf(list);
  }
}
