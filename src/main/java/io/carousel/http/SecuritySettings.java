package io.carousel.http;

import java.util.List;
import java.util.regex.Pattern;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Who may use the service.
 *
 * @param apiKeys any of which a request must bear as {@code Authorization: Bearer <key>}, of at
 *     least 16 characters each; empty: everyone may
 */
@ConfigurationProperties("carousel.security")
public record SecuritySettings(@DefaultValue List<String> apiKeys) {
  private static final String SETTING = "carousel.security.api-keys: ";

  /** Fewer can be guessed, or found by trying. */
  private static final int SHORTEST = 16;

  /** What a header can carry. */
  private static final Pattern KEY = Pattern.compile("[\\x21-\\x7e]+");

  public SecuritySettings {
    // An environment variable that is set but empty is no key at all and leaves the service open.
    boolean given = !apiKeys.isEmpty();
    apiKeys = apiKeys.stream().map(String::strip).filter(key -> !key.isEmpty()).toList();
    if (given && apiKeys.isEmpty()) { // whoever has written something wanted it closed
      throw new IllegalArgumentException(
          SETTING + "expected keys, or nothing at all for a service without, found only blanks");
    }
    for (int i = 0; i < apiKeys.size(); i++) { // whose text does not belong into a log
      String key = apiKeys.get(i);
      if (!KEY.matcher(key).matches()) {
        throw wrong("visible ASCII characters, as a header has them, found others", i, apiKeys);
      }
      if (key.length() < SHORTEST) {
        throw wrong(
            "at least %d characters, found %d".formatted(SHORTEST, key.length()), i, apiKeys);
      }
    }
  }

  private static IllegalArgumentException wrong(String expected, int i, List<String> keys) {
    return new IllegalArgumentException(
        SETTING + "expected %s in key %d of %d".formatted(expected, i + 1, keys.size()));
  }

  @Override
  public String toString() {
    return "SecuritySettings[" + apiKeys.size() + " keys]";
  }
}
