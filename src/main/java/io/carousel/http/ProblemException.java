package io.carousel.http;

import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;

/** An error that a client is told: what was wrong, what was expected and what was found. */
public class ProblemException extends RuntimeException {
  private final HttpStatus status;
  private final String code;
  private final @Nullable String param;

  /**
   * @param status the HTTP status
   * @param code machine-readable, e.g. {@code invalid_state}
   * @param param the request's field at fault, or null
   * @param detail for people
   */
  public ProblemException(HttpStatus status, String code, @Nullable String param, String detail) {
    super(detail);
    this.status = status;
    this.code = code;
    this.param = param;
  }

  public HttpStatus status() {
    return status;
  }

  public String code() {
    return code;
  }

  public @Nullable String param() {
    return param;
  }

  public static ProblemException invalid(@Nullable String param, String detail) {
    return new ProblemException(HttpStatus.BAD_REQUEST, "invalid_value", param, detail);
  }

  public static ProblemException invalidState(String detail) {
    return new ProblemException(HttpStatus.BAD_REQUEST, "invalid_state", null, detail);
  }

  public static ProblemException notFound(String what, String id) {
    return notFound(what, id, "id");
  }

  /**
   * @param param the field of the request that names what is not there
   */
  public static ProblemException notFound(String what, String id, String param) {
    return new ProblemException(
        HttpStatus.NOT_FOUND,
        "not_found",
        param,
        "No %s has the id '%s'.".formatted(what, JsonProblems.cut(id)));
  }

  public static ProblemException unprocessable(String code, @Nullable String param, String detail) {
    return new ProblemException(HttpStatus.UNPROCESSABLE_ENTITY, code, param, detail);
  }

  public static ProblemException tooMany(String code, String detail) {
    return new ProblemException(HttpStatus.TOO_MANY_REQUESTS, code, null, detail);
  }

  /**
   * A body that has not come in time.
   *
   * @param code {@code request_timeout}, or {@code upload_timeout}
   * @param expectation what was expected, and what was found
   */
  public static ProblemException tooSlow(String code, String expectation) {
    return new ProblemException(
        HttpStatus.REQUEST_TIMEOUT,
        code,
        null,
        "The body came too slowly: expected " + expectation + ".");
  }

  /**
   * A body over its limit.
   *
   * @param found its size in words
   */
  public static ProblemException tooLarge(LimitSettings.Limit limit, String found) {
    return new ProblemException(
        HttpStatus.CONTENT_TOO_LARGE,
        "body_too_large",
        null,
        "The body is too large: expected at most %d bytes (the setting %s), found %s."
            .formatted(limit.bytes(), limit.setting(), found));
  }
}
