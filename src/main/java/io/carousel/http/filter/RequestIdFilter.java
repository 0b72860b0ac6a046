package io.carousel.http.filter;

import io.carousel.http.RequestIds;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.slf4j.MDC;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Takes {@code x-request-id} from the request or makes one; returns it and puts it into the log.
 */
@Component
@Order(FilterOrder.REQUEST_ID)
final class RequestIdFilter extends OncePerRequestFilter {
  private static final String MDC_KEY = "request_id";
  private static final String ATTRIBUTE = RequestIdFilter.class.getName();

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    String id = idOf(request);
    response.setHeader(RequestIds.HEADER, id);
    try (var ignored = MDC.putCloseable(MDC_KEY, id)) {
      chain.doFilter(request, response);
    }
  }

  // The threads of asynchronous answers and of error pages log under the same id.
  @Override
  protected boolean shouldNotFilterAsyncDispatch() {
    return false;
  }

  @Override
  protected boolean shouldNotFilterErrorDispatch() {
    return false;
  }

  private static String idOf(HttpServletRequest request) {
    if (request.getAttribute(ATTRIBUTE) instanceof String known) {
      return known;
    }
    String given = request.getHeader(RequestIds.HEADER);
    String id = given != null && RequestIds.isSane(given) ? given : RequestIds.next();
    request.setAttribute(ATTRIBUTE, id);
    return id;
  }
}
