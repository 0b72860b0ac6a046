package io.carousel.http;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;

/** How features complain about the fields of a request. */
public final class Fields {
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

  /** The flag beside a number that is not finite and therefore null in JSON; null if it is. */
  public static @Nullable String nonFinite(double value) {
    if (Double.isNaN(value)) {
      return "nan";
    }
    return Double.isInfinite(value) ? (value > 0 ? "inf" : "-inf") : null;
  }
}
