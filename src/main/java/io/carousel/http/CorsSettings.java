package io.carousel.http;

import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Which other web sites' scripts may use the service.
 *
 * @param allowedOrigins such as {@code https://notebook.example.com}, or {@code *} for all; empty:
 *     none
 * @param maxAge how long a browser may remember that
 */
@ConfigurationProperties("carousel.security.cors")
public record CorsSettings(
    @DefaultValue List<String> allowedOrigins, @DefaultValue("30m") Duration maxAge) {
  private static final Pattern ORIGIN = Pattern.compile("\\*|https?://[^/\\s*?#@]+");

  public CorsSettings {
    allowedOrigins =
        allowedOrigins.stream().map(String::strip).filter(origin -> !origin.isEmpty()).toList();
    for (String origin : allowedOrigins) {
      if (!ORIGIN.matcher(origin).matches()) {
        throw new IllegalArgumentException(
            ("carousel.security.cors.allowed-origins: expected * or origins such as"
                    + " https://notebook.example.com, without a path, found '%s'")
                .formatted(origin));
      }
    }
  }
}
