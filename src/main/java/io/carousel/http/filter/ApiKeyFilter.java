package io.carousel.http.filter;

import io.carousel.http.Digests;
import io.carousel.http.ProblemException;
import io.carousel.http.ProblemWriter;
import io.carousel.http.SecuritySettings;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.security.MessageDigest;
import java.util.List;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Asks for a key where keys are configured.
 *
 * <p>Exempt are the health probes, because an orchestrator has no key, and the API's description
 * with Swagger UI, because they hold no data and the UI is where a person enters the key. Metrics
 * and everything else are not exempt.
 */
@Component
@Order(FilterOrder.API_KEY)
final class ApiKeyFilter extends OncePerRequestFilter {
  private static final String SCHEME = "Bearer ";
  private static final List<String> OPEN =
      List.of("/actuator/health", "/v3/api-docs", "/swagger-ui", "/swagger-ui.html");

  private final List<byte[]> keys;
  private final ProblemWriter writer;

  ApiKeyFilter(SecuritySettings settings, ProblemWriter writer) {
    this.keys = settings.apiKeys().stream().map(Digests::sha256).toList();
    this.writer = writer;
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    if (isKnown(request.getHeader(HttpHeaders.AUTHORIZATION))) {
      chain.doFilter(request, response);
      return;
    }
    response.setHeader(HttpHeaders.WWW_AUTHENTICATE, "Bearer realm=\"carousel\"");
    boolean missing = request.getHeader(HttpHeaders.AUTHORIZATION) == null;
    writer.write(
        request,
        response,
        new ProblemException(
            HttpStatus.UNAUTHORIZED,
            missing ? "missing_api_key" : "invalid_api_key",
            null,
            "Authorization: expected 'Bearer <key>' with a key of this service, found "
                + (missing ? "none." : "another one.")));
  }

  @Override
  protected boolean shouldNotFilter(HttpServletRequest request) {
    if (keys.isEmpty()) {
      return true;
    }
    String path = Paths.of(request);
    return OPEN.stream().anyMatch(open -> path.equals(open) || path.startsWith(open + "/"));
  }

  /** Digests are compared, all of them and in constant time: neither key nor length leaks. */
  private boolean isKnown(@org.jspecify.annotations.Nullable String authorization) {
    if (authorization == null
        || !authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      return false;
    }
    byte[] given = Digests.sha256(authorization.substring(SCHEME.length()).strip());
    boolean known = false;
    for (byte[] key : keys) {
      known |= MessageDigest.isEqual(key, given);
    }
    return known;
  }
}
