package io.carousel.engine.tokens;

/** Bytes that are not UTF-8, or a string that has no UTF-8 form. */
public final class MalformedTextException extends UnusableDataException {
  private final long offset;

  MalformedTextException(String message, long offset) {
    super(message);
    this.offset = offset;
  }

  /** Where the first fault is, from 0: in bytes for bytes, in UTF-16 units for a string. */
  public long offset() {
    return offset;
  }
}
