package io.carousel.http.wiring;

import io.carousel.http.Problem;
import io.carousel.http.ProblemException;
import io.carousel.http.RequestIds;
import io.carousel.http.SecurityHeaders;
import jakarta.servlet.RequestDispatcher;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.apache.coyote.http11.AbstractHttp11Protocol;
import org.apache.tomcat.util.res.StringManager;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import tools.jackson.databind.json.JsonMapper;

/**
 * Answers what Tomcat refuses before Spring sees it, such as a malformed request line, with a
 * problem instead of a page that names the server. Public and without arguments because Tomcat
 * makes it.
 */
public final class ProblemReportValve extends ErrorReportValve {
  private final JsonMapper mapper =
      JsonMapper.builder()
          .propertyNamingStrategy(tools.jackson.databind.PropertyNamingStrategies.SNAKE_CASE)
          .build();

  private static final StringManager HEADERS =
      StringManager.getManager("org.apache.tomcat.util.http");

  /** Tomcat's own words for what it says with nothing but a 400. */
  private static final String TOO_LARGE =
      StringManager.getManager("org.apache.coyote.http11")
          .getString("iib.requestheadertoolarge.error");

  private static ProblemException problem(
      Request request, Response response, @Nullable Throwable throwable) {
    Object cause =
        throwable != null ? throwable : request.getAttribute(RequestDispatcher.ERROR_EXCEPTION);
    if (response.getStatus() == 400
        && cause instanceof Exception e
        && request.getConnector().getProtocolHandler() instanceof AbstractHttp11Protocol<?> http) {
      if (TOO_LARGE.equals(e.getMessage())) {
        return request.getRequestURI() == null
            ? Problems.uriTooLong(http.getMaxHttpRequestHeaderSize())
            : Problems.headersTooLarge(http.getMaxHttpRequestHeaderSize());
      }
      String tooMany = HEADERS.getString("headers.maxCountFail", http.getMaxHeaderCount());
      if (tooMany.equals(e.getMessage())) {
        return Problems.tooManyHeaders(http.getMaxHeaderCount());
      }
    }
    return Problems.ofStatus(HttpStatusCode.valueOf(response.getStatus()));
  }

  @Override
  protected void report(Request request, Response response, @Nullable Throwable throwable) {
    if (response.getStatus() < 400
        || response.getContentWritten() > 0
        || !response.setErrorReported()) {
      return;
    }
    String path = Objects.requireNonNullElse(request.getRequestURI(), "/");
    ProblemException refused = problem(request, response, throwable);
    Problem problem = Problem.of(refused, path);
    try {
      response.setStatus(refused.status().value());
      SecurityHeaders.of(path).forEach(response::setHeader);
      response.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
      if (!response.containsHeader(RequestIds.HEADER)) {
        response.setHeader(RequestIds.HEADER, RequestIds.next());
      }
      response
          .getReporter()
          .write(new String(mapper.writeValueAsBytes(problem), StandardCharsets.UTF_8));
      response.finishResponse();
    } catch (IOException | IllegalStateException e) {
      container.getLogger().debug("No problem could be written", e);
    }
  }
}
