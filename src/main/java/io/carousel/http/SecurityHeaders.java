package io.carousel.http;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** What every answer tells a browser, whoever writes it; a resource may say otherwise itself. */
public final class SecurityHeaders {
  private static final String UI = "/swagger-ui";

  /** For data: whatever a browser takes it for, nothing in it runs, loads or is framed. */
  private static final String OF_DATA = "default-src 'none'; frame-ancestors 'none'";

  /** Swagger UI's own scripts, styles and pictures, and requests to this service. */
  private static final String OF_UI =
      "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline';"
          + " img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none';"
          + " form-action 'none'; frame-ancestors 'none'";

  private static final Map<String, String> DATA = headers(OF_DATA);
  private static final Map<String, String> PAGES = headers(OF_UI);
  private static final Set<String> NAMES = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);

  static {
    NAMES.addAll(DATA.keySet());
    PAGES.remove("Cache-Control"); // the same for everyone, and large
  }

  private SecurityHeaders() {}

  private static Map<String, String> headers(String policy) {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("X-Content-Type-Options", "nosniff");
    headers.put("X-Frame-Options", "DENY");
    headers.put("Referrer-Policy", "no-referrer");
    headers.put("Content-Security-Policy", policy);
    // What a key has opened stays in no cache that others use.
    headers.put("Cache-Control", "no-store");
    return headers;
  }

  /**
   * The headers of an answer.
   *
   * @param path of the request
   */
  public static Map<String, String> of(String path) {
    return path.equals(UI) || path.startsWith(UI + "/") || path.startsWith(UI + ".") ? PAGES : DATA;
  }

  /** Whether a header is one of these. */
  public static boolean isOne(String name) {
    return NAMES.contains(name);
  }
}
