package io.carousel.http.filter;

import org.springframework.core.Ordered;

/**
 * The order of the filters. Whatever refuses a request must already know its id and what every
 * answer says to a browser; a browser asks for leave (CORS) without a key.
 */
final class FilterOrder {
  static final int REQUEST_ID = Ordered.HIGHEST_PRECEDENCE;
  static final int SECURITY_HEADERS = Ordered.HIGHEST_PRECEDENCE + 2;
  static final int CROSS_ORIGIN = Ordered.HIGHEST_PRECEDENCE + 5;
  static final int API_KEY = Ordered.HIGHEST_PRECEDENCE + 10;
  static final int BODY_LIMIT = Ordered.HIGHEST_PRECEDENCE + 20;
  static final int IDEMPOTENCY = Ordered.HIGHEST_PRECEDENCE + 30;

  private FilterOrder() {}
}
