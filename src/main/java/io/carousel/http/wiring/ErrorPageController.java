package io.carousel.http.wiring;

import io.carousel.http.Causes;
import io.carousel.http.LimitSettings;
import io.carousel.http.ProblemException;
import io.carousel.http.ProblemWriter;
import io.swagger.v3.oas.annotations.Hidden;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.SocketTimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.webmvc.error.ErrorController;
import org.springframework.http.HttpStatusCode;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Errors that the container reports: {@code sendError} and exceptions that left a filter. */
@Hidden
@RestController
final class ErrorPageController implements ErrorController {
  private static final Logger log = LoggerFactory.getLogger(ErrorPageController.class);

  private final ProblemWriter writer;
  private final Problems problems;

  ErrorPageController(ProblemWriter writer, LimitSettings limits) {
    this.writer = writer;
    this.problems = new Problems(limits);
  }

  @RequestMapping("${server.error.path:/error}")
  void error(HttpServletRequest request, HttpServletResponse response) throws IOException {
    Object status = request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE);
    if (!(status instanceof Integer code)) { // nobody is sent here; someone asked for the path
      writer.write(request, response, Problems.ofStatus(HttpStatusCode.valueOf(404)));
      return;
    }
    if (request.getAttribute(RequestDispatcher.ERROR_EXCEPTION) instanceof Throwable thrown) {
      SocketTimeoutException silent = Causes.find(thrown, SocketTimeoutException.class);
      if (silent != null) {
        writer.write(request, response, problemOf(silent));
        return;
      }
    }
    ProblemException problem =
        request.getAttribute(RequestDispatcher.ERROR_EXCEPTION) instanceof Exception e
            ? problems.of(
                e, String.valueOf(request.getAttribute(RequestDispatcher.ERROR_REQUEST_URI)))
            : Problems.ofStatus(HttpStatusCode.valueOf(code));
    if (problem.status().is5xxServerError()) {
      log.error(
          "{} failed with {}",
          request.getAttribute(RequestDispatcher.ERROR_REQUEST_URI),
          code,
          (Throwable) request.getAttribute(RequestDispatcher.ERROR_EXCEPTION));
    }
    writer.write(request, response, problem);
  }

  private static ProblemException problemOf(SocketTimeoutException e) {
    return e instanceof BodyTimeoutException slow
        ? slow.problem()
        : ProblemException.tooSlow("request_timeout", "more bytes, found none for too long");
  }
}
