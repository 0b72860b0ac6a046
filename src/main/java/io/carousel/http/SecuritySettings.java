package io.carousel.http;

import java.util.List;
import java.util.regex.Pattern;
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
  /** What a header can carry. */
  private static final Pattern KEY = Pattern.compile("[\\x21-\\x7e]+");

  public SecuritySettings {
    // An environment variable that is set but empty must not become a key that anyone can guess.
    apiKeys = apiKeys.stream().map(String::strip).filter(key -> !key.isEmpty()).toList();
    for (int i = 0; i < apiKeys.size(); i++) {
      if (!KEY.matcher(apiKeys.get(i)).matches()) { // whose text does not belong into a log
        throw new IllegalArgumentException(
            ("carousel.security.api-keys: expected visible ASCII characters, as a header has them,"
                    + " found others in key %d of %d")
                .formatted(i + 1, apiKeys.size()));
      }
    }
  }

  @Override
  public String toString() {
    return "SecuritySettings[" + apiKeys.size() + " keys]";
  }
}
