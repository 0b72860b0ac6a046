package io.carousel.http.filter;

import io.carousel.http.SecuritySettings;
import java.net.InetAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/** Says at start that anyone who can reach the service may use it, where that is so. */
@Component
final class OpenDoorWarning {
  private static final Logger log = LoggerFactory.getLogger(OpenDoorWarning.class);

  private final SecuritySettings settings;
  private final ServerProperties server;

  OpenDoorWarning(SecuritySettings settings, ServerProperties server) {
    this.settings = settings;
    this.server = server;
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
    InetAddress address = server.getAddress(); // to which it is bound; null: all
    return settings.apiKeys().isEmpty() && (address == null || !address.isLoopbackAddress());
  }
}
