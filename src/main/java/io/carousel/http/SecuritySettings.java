package io.carousel.http;

import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Who may use the service.
 *
 * @param apiKeys any of which a request must bear as {@code Authorization: Bearer <key>}; empty:
 *     everyone may
 */
@ConfigurationProperties("carousel.security")
public record SecuritySettings(@DefaultValue List<String> apiKeys) {

  public SecuritySettings {
    // An environment variable that is set but empty must not become a key that anyone can guess.
    apiKeys = apiKeys.stream().map(String::strip).filter(key -> !key.isEmpty()).toList();
  }

  @Override
  public String toString() {
    return "SecuritySettings[" + apiKeys.size() + " keys]";
  }
}
