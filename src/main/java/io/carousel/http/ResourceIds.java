package io.carousel.http;

import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/** Ids of what is kept in memory: a prefix that says what it is, and a random number. */
public final class ResourceIds {
  private ResourceIds() {}

  /**
   * A fresh id.
   *
   * @param prefix such as {@code job}
   */
  public static String next(String prefix) {
    return prefix + "-" + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
  }
}
