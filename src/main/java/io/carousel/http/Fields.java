package io.carousel.http;

import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;

/** How features complain about the fields of a request. */
public final class Fields {
  /**
   * How the engine's specifications complain: the JSON field's name, a colon, what was expected.
   * Any other IllegalArgumentException is a fault of ours and tells the client nothing.
   */
  private static final Pattern SPECIFICATION =
      Pattern.compile("([a-z][a-z0-9_]*(?:\\[\\d+])*(?:\\.[a-z][a-z0-9_]*(?:\\[\\d+])*)*): .+");

  private Fields() {}

  /**
   * Makes a specification of a part of a request; what the specification finds wrong is said with
   * the part's name before it.
   *
   * @param part path of the part in the request, e.g. {@code training.optimizer}
   */
  public static <T> T within(String part, Supplier<T> specification) {
    try {
      return specification.get();
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(part + "." + e.getMessage(), e);
    }
  }

  /** The field that the message of an engine specification starts with, or null. */
  public static @Nullable String specificationField(Throwable e) {
    String message = e.getMessage();
    if (!(e instanceof IllegalArgumentException) || message == null) {
      return null;
    }
    var matcher = SPECIFICATION.matcher(message);
    return matcher.matches() ? matcher.group(1) : null;
  }

  /** A limit of the service, each with an error of its own. */
  public static void requireAtMost(String field, long found, long limit, String setting) {
    if (found > limit) {
      throw new ProblemException(
          HttpStatus.BAD_REQUEST,
          "limit_exceeded",
          field,
          "%s: expected at most %d (the setting %s), found %d"
              .formatted(field, limit, setting, found));
    }
  }

  /** A field or value that this service knows of and cannot do. */
  public static ProblemException notSupported(String field, String detail) {
    return new ProblemException(
        HttpStatus.BAD_REQUEST, "not_supported", field, field + ": " + detail);
  }

  /**
   * Where a record differs from what was expected: {@code layers 2 instead of 1, hidden_size 8
   * instead of 4}.
   *
   * @param found of the same record class as what was expected
   */
  public static String differences(Record found, Record expected) {
    return Arrays.stream(found.getClass().getRecordComponents())
        .flatMap(component -> difference(component, found, expected))
        .collect(Collectors.joining(", "));
  }

  private static Stream<String> difference(
      RecordComponent component, Record found, Record expected) {
    Object there = value(component, found);
    Object wanted = value(component, expected);
    if (Objects.equals(there, wanted)) {
      return Stream.of();
    }
    return there instanceof Record inner && wanted instanceof Record outer
        ? Stream.of(differences(inner, outer))
        : Stream.of(
            "%s %s instead of %s"
                .formatted(
                    snakeCase(component.getName()),
                    JsonProblems.shown(there),
                    JsonProblems.shown(wanted)));
  }

  private static @Nullable Object value(RecordComponent component, Record record) {
    try {
      return component.getAccessor().invoke(record);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("a record whose fields cannot be read", e);
    }
  }

  /** {@code training.batchSize} to {@code training.batch_size}. */
  public static String snakeCase(String javaName) {
    return javaName.replaceAll("([a-z0-9])([A-Z])", "$1_$2").toLowerCase(Locale.ROOT);
  }

  /** The flag beside a number that is not finite and therefore null in JSON; null if it is. */
  public static @Nullable String nonFinite(double value) {
    if (Double.isNaN(value)) {
      return "nan";
    }
    return Double.isInfinite(value) ? (value > 0 ? "inf" : "-inf") : null;
  }
}
