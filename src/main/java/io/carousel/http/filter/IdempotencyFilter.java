package io.carousel.http.filter;

import io.carousel.http.Digests;
import io.carousel.http.IdempotencySettings;
import io.carousel.http.Idempotent;
import io.carousel.http.ProblemException;
import io.carousel.http.ProblemWriter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.regex.Pattern;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerExecutionChain;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;
import org.springframework.web.util.ContentCachingResponseWrapper;
import org.springframework.web.util.ServletRequestPathUtils;

/** Keeps the promise of {@link Idempotent}. */
@Component
@Order(FilterOrder.IDEMPOTENCY)
final class IdempotencyFilter extends OncePerRequestFilter {
  static final String HEADER = "Idempotency-Key";
  static final String REPLAYED = "idempotent-replayed";

  private static final Pattern KEY = Pattern.compile("[\\x21-\\x7e]{1,255}");

  private final ObjectProvider<RequestMappingHandlerMapping> mappings;
  private final ProblemWriter writer;
  private final IdempotencyStore store;

  IdempotencyFilter(
      ObjectProvider<RequestMappingHandlerMapping> mappings,
      ProblemWriter writer,
      IdempotencySettings settings) {
    this.mappings = mappings;
    this.writer = writer;
    this.store = new IdempotencyStore(settings);
  }

  @Override
  protected boolean shouldNotFilter(HttpServletRequest request) {
    return request.getHeader(HEADER) == null
        || !request.getMethod().equals("POST")
        || !isIdempotent(request);
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    String key = request.getHeader(HEADER);
    if (!KEY.matcher(key).matches()) {
      writer.write(
          request,
          response,
          ProblemException.invalid(
              HEADER, HEADER + ": expected 1 to 255 visible ASCII characters, found others"));
      return;
    }
    Fingerprints.Read read;
    try {
      read = Fingerprints.read(request);
    } catch (ProblemException e) {
      writer.write(request, response, e);
      return;
    } catch (IOException | ServletException | IllegalStateException e) {
      chain.doFilter(request, response); // a body that cannot be read is the resource's to refuse
      return;
    }
    answer(scoped(request, key), read, response, chain);
  }

  private void answer(
      String key, Fingerprints.Read read, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    HttpServletRequest request = read.request();
    switch (store.begin(key, read.fingerprint())) {
      case IdempotencyStore.OtherBody ignored ->
          writer.write(
              request,
              response,
              ProblemException.unprocessable(
                  "idempotency_key_reused",
                  HEADER,
                  HEADER + ": expected the body that this key was first used with, found another"));
      case IdempotencyStore.InFlight ignored -> {
        response.setHeader("x-should-retry", "true");
        writer.write(
            request,
            response,
            new ProblemException(
                HttpStatus.CONFLICT,
                "idempotency_key_in_flight",
                HEADER,
                HEADER + ": the first request with this key is not answered yet; try again"));
      }
      case IdempotencyStore.Answer answer -> {
        response.setHeader(REPLAYED, "true");
        answer.writeTo(response);
      }
      case IdempotencyStore.Begun begun -> run(begun, request, response, chain);
    }
  }

  private void run(
      IdempotencyStore.Begun begun,
      HttpServletRequest request,
      HttpServletResponse response,
      FilterChain chain)
      throws ServletException, IOException {
    ContentCachingResponseWrapper caching = new ContentCachingResponseWrapper(response);
    try {
      chain.doFilter(request, caching);
      begun.complete(IdempotencyStore.Answer.of(begun.fingerprint(), caching));
    } finally {
      begun.release();
    }
    caching.copyBodyToResponse();
  }

  /** Two users' keys, or two resources', have nothing to do with one another. */
  private static String scoped(HttpServletRequest request, String key) {
    String authorization = request.getHeader(HttpHeaders.AUTHORIZATION);
    return Fingerprints.hex(Digests.sha256(String.valueOf(authorization)))
        + " "
        + Paths.of(request)
        + " "
        + key;
  }

  private boolean isIdempotent(HttpServletRequest request) {
    boolean parsed = ServletRequestPathUtils.hasParsedRequestPath(request);
    try {
      if (!parsed) {
        ServletRequestPathUtils.parseAndCache(request);
      }
      for (RequestMappingHandlerMapping mapping : mappings) {
        HandlerExecutionChain chain = mapping.getHandler(request);
        if (chain != null && chain.getHandler() instanceof HandlerMethod method) {
          return method.hasMethodAnnotation(Idempotent.class);
        }
      }
      return false;
    } catch (Exception e) {
      return false; // no such method or media type: the dispatcher will say so itself
    } finally {
      if (!parsed) {
        ServletRequestPathUtils.clearParsedRequestPath(request);
      }
    }
  }
}
