package io.carousel.http.wiring;

import io.carousel.http.Causes;
import io.carousel.http.DomainProblems;
import io.carousel.http.Fields;
import io.carousel.http.JsonProblems;
import io.carousel.http.LimitSettings;
import io.carousel.http.ProblemException;
import java.net.SocketTimeoutException;
import java.nio.file.NoSuchFileException;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.tomcat.util.http.InvalidParameterException;
import org.apache.tomcat.util.http.fileupload.impl.FileCountLimitExceededException;
import org.apache.tomcat.util.http.fileupload.impl.SizeException;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.TypeMismatchException;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.http.converter.HttpMessageNotWritableException;
import org.springframework.validation.FieldError;
import org.springframework.validation.method.ParameterErrors;
import org.springframework.validation.method.ParameterValidationResult;
import org.springframework.web.ErrorResponse;
import org.springframework.web.HttpMediaTypeNotAcceptableException;
import org.springframework.web.HttpMediaTypeNotSupportedException;
import org.springframework.web.HttpRequestMethodNotSupportedException;
import org.springframework.web.bind.MethodArgumentNotValidException;
import org.springframework.web.bind.MissingServletRequestParameterException;
import org.springframework.web.method.annotation.HandlerMethodValidationException;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;
import org.springframework.web.multipart.MaxUploadSizeExceededException;
import org.springframework.web.multipart.MultipartException;
import org.springframework.web.multipart.support.MissingServletRequestPartException;
import org.springframework.web.servlet.NoHandlerFoundException;
import org.springframework.web.servlet.resource.NoResourceFoundException;
import tools.jackson.core.JacksonException;

/** Says of each exception what a client is told. */
final class Problems {
  private static final Pattern PARAMETERS =
      Pattern.compile("maximum number of request parameters .*\\[([\\d.,]+)]");

  private final LimitSettings limits;

  Problems(LimitSettings limits) {
    this.limits = limits;
  }

  /**
   * Whether the connection's timeout was over before the body was complete; then the container
   * closes it and lets nothing be written any more.
   */
  static boolean isSilentClient(Throwable e) {
    return Causes.find(e, SocketTimeoutException.class) != null;
  }

  /**
   * @param path of the request
   */
  ProblemException of(Exception e, String path) {
    ProblemException ours = DomainProblems.of(e);
    if (ours != null) {
      return ours;
    }
    return switch (e) {
      case HttpMessageNotReadableException unreadable -> ofBody(unreadable);
      case MethodArgumentNotValidException invalid -> ofFields(invalid.getFieldErrors());
      case HandlerMethodValidationException invalid -> ofParameters(invalid);
      case MethodArgumentTypeMismatchException mismatch -> ofMismatch(mismatch);
      case MissingServletRequestParameterException missing ->
          missing(missing.getParameterName(), "parameter");
      case MissingServletRequestPartException missing ->
          missing(missing.getRequestPartName(), "part");
      case MultipartException broken -> ofMultipart(broken, path);
      case InvalidParameterException parameters -> ofQuery(parameters);
      case NoHandlerFoundException none -> noSuchPath(none.getRequestURL());
      case NoResourceFoundException none -> ofStatus(HttpStatus.NOT_FOUND);
      case HttpRequestMethodNotSupportedException wrong ->
          problem(
              HttpStatus.METHOD_NOT_ALLOWED,
              "method_not_allowed",
              "Expected the method %s, found %s."
                  .formatted(alternatives(wrong.getSupportedHttpMethods()), wrong.getMethod()));
      case HttpMediaTypeNotSupportedException wrong ->
          problem(
              HttpStatus.UNSUPPORTED_MEDIA_TYPE,
              "unsupported_media_type",
              "Content-Type: expected %s, found %s."
                  .formatted(
                      alternatives(wrong.getSupportedMediaTypes()),
                      wrong.getContentType() == null
                          ? "one that cannot be read"
                          : wrong.getContentType()));
      case HttpMediaTypeNotAcceptableException wrong ->
          problem(
              HttpStatus.NOT_ACCEPTABLE,
              "not_acceptable",
              wrong.getSupportedMediaTypes().isEmpty()
                  ? "Accept: expected media types, found what cannot be read as such."
                  : "Accept: expected %s to be among what the request accepts, found others."
                      .formatted(alternatives(wrong.getSupportedMediaTypes())));
      case HttpMessageNotWritableException unwritable when hasNoConverter(unwritable) ->
          problem(
              HttpStatus.NOT_ACCEPTABLE,
              "not_acceptable",
              "Accept: expected media types, found what cannot be answered as one, such as */json.");
      case NoSuchFileException gone -> ofStatus(HttpStatus.NOT_FOUND); // deleted meanwhile
      case ErrorResponse known -> ofStatus(known.getStatusCode());
      case TypeMismatchException mismatch -> ofStatus(HttpStatus.BAD_REQUEST);
      case IllegalArgumentException illegal -> ofIllegalArgument(illegal);
      default -> unexpected();
    };
  }

  /** What is told of a status alone, where the container itself refuses. */
  static ProblemException ofStatus(HttpStatusCode code) {
    HttpStatus status = HttpStatus.resolve(code.value());
    if (status == null || !status.isError() || status == HttpStatus.INTERNAL_SERVER_ERROR) {
      return unexpected();
    }
    String reason = status.getReasonPhrase();
    return problem(
        status,
        status == HttpStatus.NOT_FOUND
            ? "no_such_path"
            : reason.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "_"),
        switch (status) {
          case NOT_FOUND -> "There is nothing at this path.";
          case BAD_REQUEST -> "The request is not valid HTTP or not one that this service reads.";
          case REQUEST_HEADER_FIELDS_TOO_LARGE -> "The request's headers are too large.";
          case SERVICE_UNAVAILABLE -> "The service is not ready; try again later.";
          default -> "The request was refused: " + reason + ".";
        });
  }

  /**
   * @param limit in bytes
   */
  static ProblemException uriTooLong(int limit) {
    return problem(
        HttpStatus.URI_TOO_LONG,
        "uri_too_long",
        "The request line is too long: expected it and the headers to have at most %d bytes (the"
                .formatted(limit)
            + " setting server.max-http-request-header-size), found more.");
  }

  /**
   * @param limit in bytes
   */
  static ProblemException headersTooLarge(int limit) {
    return problem(
        HttpStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
        "headers_too_large",
        "The headers are too large: expected at most %d bytes with the request line (the setting"
                .formatted(limit)
            + " server.max-http-request-header-size), found more.");
  }

  static ProblemException tooManyHeaders(int limit) {
    return problem(
        HttpStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
        "too_many_headers",
        "There are too many headers: expected at most %d (the setting carousel.limits.max-headers),"
                .formatted(limit)
            + " found more.");
  }

  /** Of {@code Accept: *}{@code /json} Spring makes a type that nothing writes. */
  private static boolean hasNoConverter(HttpMessageNotWritableException e) {
    return String.valueOf(e.getMessage()).startsWith("No converter for");
  }

  private static ProblemException ofIllegalArgument(IllegalArgumentException e) {
    if (String.valueOf(e.getMessage()).startsWith("Content-Type cannot contain wildcard")) {
      return problem(
          HttpStatus.UNSUPPORTED_MEDIA_TYPE,
          "unsupported_media_type",
          "Content-Type: expected one media type, found a wildcard.");
    }
    return unexpected();
  }

  private static ProblemException ofBody(HttpMessageNotReadableException e) {
    ProblemException known = Causes.find(e, ProblemException.class);
    if (known != null) { // the body limit, from within the stream
      return known;
    }
    return e.getCause() instanceof JacksonException json
        ? JsonProblems.of(json)
        : new ProblemException(
            HttpStatus.BAD_REQUEST,
            "missing_body",
            null,
            "The request's body is missing: expected JSON, found nothing or null.");
  }

  private static ProblemException ofFields(List<FieldError> errors) {
    if (errors.isEmpty()) {
      return ofStatus(HttpStatus.BAD_REQUEST);
    }
    String detail =
        errors.stream()
            .map(error ->
                "%s: %s, found %s"
                    .formatted(
                        Fields.snakeCase(error.getField()),
                        expectation(error),
                        JsonProblems.shown(error.getRejectedValue())))
            .sorted()
            .collect(Collectors.joining("; "));
    return ProblemException.invalid(Fields.snakeCase(errors.getFirst().getField()), detail);
  }

  private static String expectation(FieldError error) {
    return error.contains(TypeMismatchException.class)
        ? "expected "
            + JsonProblems.expected(error.unwrap(TypeMismatchException.class).getRequiredType())
        : String.valueOf(error.getDefaultMessage());
  }

  private static ProblemException ofParameters(HandlerMethodValidationException e) {
    for (ParameterValidationResult result : e.getParameterValidationResults()) {
      if (result instanceof ParameterErrors fields) {
        return ofFields(fields.getFieldErrors());
      }
      String name =
          Fields.snakeCase(
              Objects.requireNonNullElse(result.getMethodParameter().getParameterName(), "value"));
      String message =
          Objects.requireNonNullElse(
              result.getResolvableErrors().getFirst().getDefaultMessage(), "is not valid");
      return ProblemException.invalid(
          name,
          "%s: %s, found %s".formatted(name, message, JsonProblems.shown(result.getArgument())));
    }
    return ofStatus(HttpStatus.BAD_REQUEST);
  }

  private static ProblemException ofMismatch(MethodArgumentTypeMismatchException e) {
    return ProblemException.invalid(
        e.getName(),
        "%s: expected %s, found %s"
            .formatted(
                e.getName(),
                JsonProblems.expected(e.getRequiredType()),
                JsonProblems.shown(e.getValue())));
  }

  private static ProblemException missing(String name, String kind) {
    return new ProblemException(
        HttpStatus.BAD_REQUEST,
        "missing_" + kind,
        name,
        "%s: expected a %s of this name, found none".formatted(name, kind));
  }

  /** By the cause, because Spring tells the kinds apart by the words of Tomcat's messages. */
  private ProblemException ofMultipart(MultipartException e, String path) {
    return switch (e.getRootCause()) {
      case FileCountLimitExceededException parts ->
          problem(
              HttpStatus.CONTENT_TOO_LARGE,
              "too_many_parts",
              "The body has too many parts: expected at most %d (the setting"
                      .formatted(parts.getLimit())
                  + " server.tomcat.max-part-count), found more.");
      // The same class for a part's headers as for all of the body; but those may only be small.
      case SizeException size when size.getPermittedSize() >= limits.ofUpload(path).bytes() ->
          ProblemException.tooLarge(limits.ofUpload(path), "at least " + size.getActualSize());
      case SizeException header ->
          problem(
              HttpStatus.CONTENT_TOO_LARGE,
              "part_headers_too_large",
              "A part's headers are too large: expected at most %d bytes (the setting"
                      .formatted(header.getPermittedSize())
                  + " server.tomcat.max-part-header-size), found more.");
      case null, default ->
          e instanceof MaxUploadSizeExceededException
              ? ProblemException.tooLarge(limits.ofUpload(path), "more than that")
              : problem(
                  HttpStatus.BAD_REQUEST,
                  "malformed_multipart",
                  "The body cannot be read as multipart/form-data: expected parts between boundaries"
                      + " as the Content-Type names them.");
    };
  }

  /** Tomcat says of parameters only in its message what is wrong with them. */
  private static ProblemException ofQuery(InvalidParameterException e) {
    Matcher limit = PARAMETERS.matcher(String.valueOf(e.getMessage()));
    return limit.find()
        ? problem(
            HttpStatus.BAD_REQUEST,
            "too_many_parameters",
            "The request has too many parameters: expected at most %s (the setting"
                    .formatted(limit.group(1).replaceAll("\\D", ""))
                + " server.tomcat.max-parameter-count), found more.")
        : problem(
            HttpStatus.BAD_REQUEST,
            "malformed_query",
            "The request's parameters cannot be read: expected name=value between &, with UTF-8 in"
                + " escapes of % and two hexadecimal digits.");
  }

  private static ProblemException noSuchPath(String path) {
    return problem(
        HttpStatus.NOT_FOUND, "no_such_path", "There is nothing at the path '%s'.".formatted(path));
  }

  private static ProblemException unexpected() {
    return problem(
        HttpStatus.INTERNAL_SERVER_ERROR,
        "internal_error",
        "The service failed to answer this request. Its log says more under the x-request-id of"
            + " this answer.");
  }

  private static ProblemException problem(HttpStatus status, String code, String detail) {
    return new ProblemException(status, code, null, detail);
  }

  private static String alternatives(@Nullable Collection<?> values) {
    if (values == null || values.isEmpty()) {
      return "another one";
    }
    Stream<String> names =
        values.stream().map(v -> v instanceof MediaType type ? type.toString() : v.toString());
    return names.distinct().collect(Collectors.joining(" or "));
  }
}
