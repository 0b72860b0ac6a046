package io.carousel.http.filter;

import org.springframework.core.Ordered;

/** The order of the filters; whatever refuses a request must already know its id. */
final class FilterOrder {
  static final int REQUEST_ID = Ordered.HIGHEST_PRECEDENCE;
  static final int API_KEY = Ordered.HIGHEST_PRECEDENCE + 10;
  static final int BODY_LIMIT = Ordered.HIGHEST_PRECEDENCE + 20;
  static final int IDEMPOTENCY = Ordered.HIGHEST_PRECEDENCE + 30;

  private FilterOrder() {}
}
