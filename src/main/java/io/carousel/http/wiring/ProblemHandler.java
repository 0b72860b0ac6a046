package io.carousel.http.wiring;

import io.carousel.http.LimitSettings;
import io.carousel.http.ProblemException;
import io.carousel.http.ProblemWriter;
import io.carousel.http.StorageProblems;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.web.ErrorResponse;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.util.DisconnectedClientHelper;

/** The one place where exceptions become answers. */
@RestControllerAdvice
final class ProblemHandler {
  private static final Logger log = LoggerFactory.getLogger(ProblemHandler.class);

  private final ProblemWriter writer;
  private final Problems problems;

  ProblemHandler(ProblemWriter writer, LimitSettings limits) {
    this.writer = writer;
    this.problems = new Problems(limits);
  }

  @ExceptionHandler(Exception.class)
  void handle(Exception e, HttpServletRequest request, HttpServletResponse response)
      throws Exception {
    if (Problems.isSilentClient(e) || DisconnectedClientHelper.isClientDisconnectedException(e)) {
      log.debug("The client of {} {} went away", request.getMethod(), request.getRequestURI());
      return;
    }
    if (response.isCommitted()) {
      throw e; // so that the container breaks the connection: a part must not look like the whole
    }
    ProblemException problem = problems.of(e, request.getServletPath());
    if (problem.status() == HttpStatus.INTERNAL_SERVER_ERROR) {
      log.error("{} {} failed", request.getMethod(), request.getRequestURI(), e);
    } else if (StorageProblems.isStorage(problem)) {
      log.error(
          "{} {} failed at the storage ({})",
          request.getMethod(),
          request.getRequestURI(),
          problem.code(),
          e);
    }
    if (e instanceof ErrorResponse known) { // Allow of a 405, Accept of a 415
      known
          .getHeaders()
          .forEach((name, values) -> values.forEach(v -> response.setHeader(name, v)));
    }
    writer.write(request, response, problem);
  }
}
