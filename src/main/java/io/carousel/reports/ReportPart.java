package io.carousel.reports;

import io.carousel.http.JsonProblems;
import io.carousel.http.ProblemException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The parts of a report that a request can ask for. */
public enum ReportPart {
  VERDICTS,
  LAG_PROFILE,
  LAG_MATRIX,
  STATE_GRADIENT,
  WEIGHT_GRADIENT_BY_LAG,
  PARAMETERS,
  BOUND,
  JACOBIAN,
  LYAPUNOV,
  CAROUSEL,
  GATES,
  DEPTH,
  CONTEXT,
  CLIPPING,
  INVARIANTS;

  /**
   * The parts of these names; null: all.
   *
   * @throws ProblemException 400 with the names there are
   */
  static Set<ReportPart> named(@Nullable List<@Nullable String> names) {
    if (names == null) {
      return EnumSet.allOf(ReportPart.class);
    }
    return named(names, "include");
  }

  /** The parts of the names in that field. */
  static Set<ReportPart> named(List<@Nullable String> names, String field) {
    Set<ReportPart> parts = EnumSet.noneOf(ReportPart.class);
    for (int i = 0; i < names.size(); i++) {
      parts.add(named(names.get(i), field + "[" + i + "]"));
    }
    return parts;
  }

  private static ReportPart named(@Nullable String name, String param) {
    return Arrays.stream(values())
        .filter(part -> part.jsonName().equals(name))
        .findFirst()
        .orElseThrow(() ->
            ProblemException.invalid(
                param,
                "%s: expected one of %s, found %s"
                    .formatted(
                        param,
                        Arrays.stream(values())
                            .map(ReportPart::jsonName)
                            .collect(Collectors.joining(", ")),
                        JsonProblems.shown(name))));
  }

  String jsonName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
