package io.carousel.http.filter;

import io.carousel.http.SecuritySettings;
import java.net.InetAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/** Says at start that anyone who can reach the service may use it, where that is so. */
@Component
final class OpenDoorWarning {
  private static final Logger log = LoggerFactory.getLogger(OpenDoorWarning.class);

  private final SecuritySettings settings;
  private final String address;

  /**
   * @param address to which the server is bound; empty: all
   */
  OpenDoorWarning(SecuritySettings settings, @Value("${server.address:}") String address) {
    this.settings = settings;
    this.address = address;
  }

  @EventListener(ApplicationReadyEvent.class)
  void warn() {
    if (isOpen()) {
      log.warn(
          "No API keys: everyone who can reach this service may use it. Set"
              + " carousel.security.api-keys, or server.address=127.0.0.1.");
    }
  }

  boolean isOpen() {
    return settings.apiKeys().isEmpty()
        && (address.isBlank() || !InetAddress.ofLiteral(literal()).isLoopbackAddress());
  }

  private String literal() {
    return address.equals("localhost") ? "127.0.0.1" : address;
  }
}
