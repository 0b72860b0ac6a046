package io.carousel.http;

import java.util.UUID;
import java.util.regex.Pattern;

/** The id by which a request's answer and log lines can be put together. */
public final class RequestIds {
  public static final String HEADER = "x-request-id";

  private static final Pattern SANE = Pattern.compile("[\\x21-\\x7e]{1,128}");

  private RequestIds() {}

  /** A fresh id. */
  public static String next() {
    return "req-" + UUID.randomUUID();
  }

  /** Whether a client's id may go into a header and a log: 1 to 128 visible ASCII characters. */
  public static boolean isSane(String id) {
    return SANE.matcher(id).matches();
  }
}
