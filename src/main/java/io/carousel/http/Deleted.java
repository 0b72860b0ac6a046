package io.carousel.http;

/**
 * The answer to a DELETE.
 *
 * @param object kind of what was deleted, e.g. {@code file}
 * @param deleted always true
 */
public record Deleted(String id, String object, boolean deleted) {
  public Deleted(String id, String object) {
    this(id, object, true);
  }
}
