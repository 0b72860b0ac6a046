package io.carousel.http.filter;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Objects;

/** Paths as the container has decoded and normalised them. */
final class Paths {
  private Paths() {}

  /** The path by which the request is mapped: no dots or escapes make it look like another. */
  static String of(HttpServletRequest request) {
    return request.getServletPath() + Objects.requireNonNullElse(request.getPathInfo(), "");
  }
}
