package io.carousel.http.wiring;

import io.carousel.http.Problem;
import io.carousel.http.RequestIds;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
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

  @Override
  protected void report(Request request, Response response, @Nullable Throwable throwable) {
    if (response.getStatus() < 400
        || response.getContentWritten() > 0
        || !response.setErrorReported()) {
      return;
    }
    String path = request.getRequestURI();
    Problem problem =
        Problem.of(
            Problems.ofStatus(HttpStatusCode.valueOf(response.getStatus())),
            path == null ? "/" : path);
    try {
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
