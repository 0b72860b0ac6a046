package io.carousel.http.filter;

import io.carousel.http.SecurityHeaders;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import java.util.Map;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/** Sets {@link SecurityHeaders} on every answer that comes through Spring. */
@Component
@Order(FilterOrder.SECURITY_HEADERS)
final class SecurityHeadersFilter extends OncePerRequestFilter {

  /** What Tomcat refuses before the filters comes through them as an error only. */
  @Override
  protected boolean shouldNotFilterErrorDispatch() {
    return false;
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    Map<String, String> headers = SecurityHeaders.of(Paths.of(request));
    headers.forEach(response::setHeader);
    chain.doFilter(request, new Defaults(response, headers));
  }

  /**
   * A resource's own header replaces the default, also where it is added as Spring does: of two
   * policies a browser would keep both.
   */
  private static final class Defaults extends HttpServletResponseWrapper {
    private final Map<String, String> headers;

    Defaults(HttpServletResponse response, Map<String, String> headers) {
      super(response);
      this.headers = headers;
    }

    @Override
    public void addHeader(String name, String value) {
      if (SecurityHeaders.isOne(name)) {
        setHeader(name, value);
      } else {
        super.addHeader(name, value);
      }
    }

    @Override
    public void reset() {
      super.reset();
      headers.forEach(this::setHeader);
    }
  }
}
