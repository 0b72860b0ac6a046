package io.carousel.http.filter;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.carousel.http.IdempotencySettings;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.web.util.ContentCachingResponseWrapper;

/**
 * What was answered to which idempotency key.
 *
 * <p>Finished answers are bounded by bytes and age. Requests in flight are bounded by the number of
 * connections and must not be evicted, or a repetition would run beside the first; so they are kept
 * apart.
 */
final class IdempotencyStore {
  /** What {@link #begin} found. */
  sealed interface Outcome {}

  /** The key was used with another body. */
  record OtherBody() implements Outcome {}

  /** The first request is not answered yet. */
  record InFlight() implements Outcome {}

  /** The first answer. */
  record Answer(
      String fingerprint,
      int status,
      Map<String, String> headers,
      @Nullable String contentType,
      byte[] body)
      implements Outcome {
    private static final Set<String> KEPT =
        Set.of(HttpHeaders.LOCATION, HttpHeaders.RETRY_AFTER, HttpHeaders.ALLOW);

    static Answer of(String fingerprint, ContentCachingResponseWrapper response) {
      Map<String, String> headers = new LinkedHashMap<>();
      for (String name : KEPT) {
        String value = response.getHeader(name);
        if (value != null) {
          headers.put(name, value);
        }
      }
      return new Answer(
          fingerprint,
          response.getStatus(),
          headers,
          response.getContentType(),
          response.getContentAsByteArray());
    }

    /** Whether it says something that the same request would be told again. */
    boolean isLasting() {
      return status < 500 && status != 401 && status != 408 && status != 409 && status != 429;
    }

    void writeTo(HttpServletResponse response) throws IOException {
      response.setStatus(status);
      headers.forEach(response::setHeader);
      if (contentType != null) {
        response.setContentType(contentType);
      }
      response.setContentLength(body.length);
      response.getOutputStream().write(body);
    }

    private int weight(String key) {
      return key.length() + fingerprint.length() + body.length + 256;
    }
  }

  /** The key is new: the request is to be run, completed and in any case released. */
  final class Begun implements Outcome {
    private final String key;
    private final String fingerprint;

    private Begun(String key, String fingerprint) {
      this.key = key;
      this.fingerprint = fingerprint;
    }

    String fingerprint() {
      return fingerprint;
    }

    void complete(Answer answer) {
      if (answer.isLasting()) {
        answers.put(key, answer);
      }
    }

    void release() {
      inFlight.remove(key);
    }
  }

  private final Cache<String, Answer> answers;
  private final ConcurrentMap<String, String> inFlight = new ConcurrentHashMap<>();

  IdempotencyStore(IdempotencySettings settings) {
    this.answers =
        Caffeine.newBuilder()
            .expireAfterWrite(settings.keepFor())
            .maximumWeight(settings.maxBytes().toBytes())
            .weigher((String key, Answer answer) -> answer.weight(key))
            .build();
  }

  /** Does now what the cache would do in a moment. */
  void cleanUp() {
    answers.cleanUp();
  }

  Outcome begin(String key, String fingerprint) {
    String running = inFlight.putIfAbsent(key, fingerprint);
    if (running != null) {
      return running.equals(fingerprint) ? new InFlight() : new OtherBody();
    }
    // Only now, with the key taken, is it certain that no first request is about to finish.
    Answer answer = answers.getIfPresent(key);
    if (answer == null) {
      return new Begun(key, fingerprint);
    }
    inFlight.remove(key);
    return answer.fingerprint().equals(fingerprint) ? answer : new OtherBody();
  }
}
