package io.carousel.http;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How long a client may keep a connection busy, however steadily it sends or reads. How long it may
 * be silent meanwhile is {@code server.tomcat.connection-timeout}.
 *
 * @param head for the request line and the headers; then the connection is closed
 * @param body for a body that is not an upload; then the answer is 408; and for what is left of any
 *     body after the answer; then the connection is closed
 * @param upload for the body of an upload; then the answer is 408
 * @param eventStream for a stream of events, which a client then opens again
 */
@ConfigurationProperties("carousel.timeouts")
public record TimeoutSettings(
    @DefaultValue("30s") Duration head,
    @DefaultValue("2m") Duration body,
    @DefaultValue("1h") Duration upload,
    @DefaultValue("1h") Duration eventStream) {

  public TimeoutSettings {
    requirePositive("head", head);
    requirePositive("body", body);
    requirePositive("upload", upload);
    requirePositive("event-stream", eventStream);
  }

  private static void requirePositive(String name, Duration time) {
    if (!time.isPositive()) {
      throw new IllegalArgumentException(
          "carousel.timeouts." + name + ": expected more than no time, found " + time);
    }
  }
}
