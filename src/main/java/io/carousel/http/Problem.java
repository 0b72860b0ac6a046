package io.carousel.http;

import io.swagger.v3.oas.annotations.media.Schema;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;

/**
 * Every error's body: RFC 9457, and beside it what the SDKs of the OpenAI API read.
 *
 * @param title the status in words
 * @param detail what was wrong, what was expected, what was found
 * @param instance path of the request
 */
@Schema(name = "Problem", description = "The body of every error (RFC 9457)")
public record Problem(
    @Schema(description = "always about:blank; error.code tells problems apart") String type,
    @Schema(example = "Bad Request") String title,
    @Schema(example = "400") int status,
    @Schema(example = "limit: expected a number from 1 to 100, found 0") String detail,
    @Schema(example = "/v1/files") String instance,
    @Schema(description = "the same for SDKs of the OpenAI API") Error error) {

  /**
   * What OpenAI's SDKs read.
   *
   * @param param the request's field at fault, or null
   */
  @Schema(name = "ProblemError")
  public record Error(
      @Schema(example = "limit: expected a number from 1 to 100, found 0") String message,
      @Schema(
              example = "invalid_request_error",
              allowableValues = {
                "invalid_request_error",
                "authentication_error",
                "rate_limit_error",
                "server_error"
              })
          String type,
      @Schema(description = "the field at fault, or null", example = "limit", nullable = true)
          @Nullable String param,
      @Schema(example = "invalid_value") String code) {}

  /** A problem of a request to that path. */
  public static Problem of(ProblemException e, String instance) {
    String detail = String.valueOf(e.getMessage());
    return new Problem(
        "about:blank",
        e.status().getReasonPhrase(),
        e.status().value(),
        detail,
        instance,
        new Error(detail, errorType(e.status()), e.param(), e.code()));
  }

  private static String errorType(HttpStatus status) {
    if (status.is5xxServerError()) {
      return "server_error";
    }
    return switch (status) {
      case UNAUTHORIZED -> "authentication_error";
      case TOO_MANY_REQUESTS -> "rate_limit_error";
      default -> "invalid_request_error";
    };
  }
}
