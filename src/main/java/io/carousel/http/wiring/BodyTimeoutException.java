package io.carousel.http.wiring;

import io.carousel.http.ProblemException;
import java.net.SocketTimeoutException;

/**
 * A body that did not come in time. A timeout of the socket to the container, which then answers
 * 408 whatever becomes of the exception on its way through the frameworks that read the body.
 */
final class BodyTimeoutException extends SocketTimeoutException {
  private final ProblemException problem;

  BodyTimeoutException(ProblemException problem) {
    super(problem.getMessage());
    this.problem = problem;
  }

  /** What the client is told. */
  ProblemException problem() {
    return problem;
  }
}
