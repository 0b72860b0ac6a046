package io.carousel.http.filter;

import io.carousel.http.CorsSettings;
import io.carousel.http.JsonProblems;
import io.carousel.http.ProblemException;
import io.carousel.http.ProblemWriter;
import io.carousel.http.RequestIds;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.ServerHttpResponse;
import org.springframework.stereotype.Component;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.cors.CorsUtils;
import org.springframework.web.cors.DefaultCorsProcessor;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Keeps other web sites' scripts away, except those of the origins that the settings allow.
 *
 * <p>That a browser does not show a script the answer is not enough: a form or an upload is sent
 * without asking for leave, and on a machine where the service has no keys it would be done. So a
 * request that changes something is refused where a browser says that another site has made it.
 * Clients that are no browsers send neither of the two headers and are not concerned.
 */
@Component
@Order(FilterOrder.CROSS_ORIGIN)
final class CrossOriginFilter extends OncePerRequestFilter {
  private static final Set<String> SAFE = Set.of("GET", "HEAD", "OPTIONS");

  private final @Nullable CorsConfiguration configuration;
  private final Processor processor = new Processor();
  private final ProblemWriter writer;

  CrossOriginFilter(CorsSettings settings, ProblemWriter writer) {
    this.configuration = settings.allowedOrigins().isEmpty() ? null : configuration(settings);
    this.writer = writer;
  }

  private static CorsConfiguration configuration(CorsSettings settings) {
    CorsConfiguration configuration = new CorsConfiguration();
    configuration.setAllowedOrigins(settings.allowedOrigins());
    configuration.setAllowedMethods(List.of("GET", "HEAD", "POST", "DELETE"));
    configuration.setAllowedHeaders(
        List.of(
            HttpHeaders.AUTHORIZATION,
            HttpHeaders.CONTENT_TYPE,
            HttpHeaders.ACCEPT,
            IdempotencyFilter.HEADER,
            "Last-Event-ID",
            RequestIds.HEADER,
            "traceparent",
            "tracestate"));
    configuration.setExposedHeaders(
        List.of(
            HttpHeaders.LOCATION,
            HttpHeaders.RETRY_AFTER,
            HttpHeaders.CONTENT_DISPOSITION,
            HttpHeaders.WWW_AUTHENTICATE,
            RequestIds.HEADER,
            IdempotencyFilter.REPLAYED,
            "x-should-retry"));
    configuration.setAllowCredentials(false); // a key is no cookie
    configuration.setMaxAge(settings.maxAge());
    return configuration;
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    boolean asks = CorsUtils.isPreFlightRequest(request);
    if (!isOfAnotherSite(request)) {
      chain.doFilter(request, response);
    } else if (!isAllowed(request, response, asks)) {
      refuse(request, response);
    } else if (!asks) { // what only asks for leave has its answer
      chain.doFilter(request, response);
    }
  }

  /** Whether the request may go on; where it may, the answer says so to the browser. */
  private boolean isAllowed(HttpServletRequest request, HttpServletResponse response, boolean asks)
      throws IOException {
    return configuration == null
        ? !asks && SAFE.contains(request.getMethod())
        : processor.processRequest(configuration, request, response);
  }

  /** By what a browser says itself; older ones, and those without TLS, only name the origin. */
  private static boolean isOfAnotherSite(HttpServletRequest request) {
    String site = request.getHeader("Sec-Fetch-Site");
    if (site != null && !site.isEmpty()) {
      return !site.equals("same-origin") && !site.equals("none");
    }
    String origin = request.getHeader(HttpHeaders.ORIGIN);
    return origin != null && !host(origin).equals(host("//" + request.getHeader(HttpHeaders.HOST)));
  }

  /** Without the scheme, which a proxy before this service may have changed. */
  private static String host(String origin) {
    return origin.substring(origin.indexOf("//") + 1).toLowerCase(Locale.ROOT);
  }

  private void refuse(HttpServletRequest request, HttpServletResponse response) throws IOException {
    String origin = request.getHeader(HttpHeaders.ORIGIN);
    writer.write(
        request,
        response,
        new ProblemException(
            HttpStatus.FORBIDDEN,
            "origin_not_allowed",
            null,
            "Origin: expected this service's own%s, found %s."
                .formatted(
                    configuration == null
                        ? " (carousel.security.cors.allowed-origins allows no other)"
                        : " or one that carousel.security.cors.allowed-origins allows, with a method"
                            + " and headers that it has",
                    origin == null ? "another site's" : JsonProblems.shown(origin))));
  }

  /** Spring's, except that a refusal is written as a problem. */
  private static final class Processor extends DefaultCorsProcessor {
    @Override
    protected void rejectRequest(ServerHttpResponse response) {}
  }
}
