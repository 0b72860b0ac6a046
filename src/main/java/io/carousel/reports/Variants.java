package io.carousel.reports;

import static io.carousel.http.Fields.requireAtMost;

import io.carousel.http.JsonProblems;
import io.carousel.http.ProblemException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The networks that a request puts side by side: how many there are, and their names. */
public final class Variants {
  private static final int LONGEST_NAME = 40; // still legible in a figure's legend

  private Variants() {}

  /**
   * What a request names, none of it null.
   *
   * @param setting that most is the value of
   * @throws ProblemException 400 where there are too few or too many, or one is null
   */
  public static <T> List<T> given(
      @Nullable List<@Nullable T> variants, int least, int most, String setting) {
    int found = variants == null ? 0 : variants.size();
    requireAtMost("variants", found, most, setting);
    if (variants == null || found < least) {
      throw ProblemException.invalid(
          "variants", "variants: expected at least %d, found %d".formatted(least, found));
    }
    List<T> given = new ArrayList<>();
    for (int i = 0; i < found; i++) {
      T variant = variants.get(i);
      if (variant == null) {
        String at = "variants[" + i + "]";
        throw ProblemException.invalid(at, at + ": expected an object, found null");
      }
      given.add(variant);
    }
    return given;
  }

  /**
   * The name of the next variant.
   *
   * @param before those of the variants before it
   * @throws ProblemException 400 where it is none, is too long for a figure or stands there twice
   */
  public static String name(@Nullable String name, List<String> before) {
    String at = "variants[%d].name".formatted(before.size());
    if (name == null
        || name.isBlank()
        || name.length() > LONGEST_NAME
        || name.chars().anyMatch(Character::isISOControl)) {
      throw ProblemException.invalid(
          at,
          "%s: expected 1 to %d characters, none of them a control character, found %s"
              .formatted(at, LONGEST_NAME, JsonProblems.shown(name)));
    }
    if (before.contains(name)) {
      throw ProblemException.invalid(
          at,
          "%s: expected each name once, found %s also in variants[%d]"
              .formatted(at, JsonProblems.shown(name), before.indexOf(name)));
    }
    return name;
  }
}
