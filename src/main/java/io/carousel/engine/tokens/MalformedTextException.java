package io.carousel.engine.tokens;

/** Bytes that are not UTF-8, or a string that has no UTF-8 form. */
public final class MalformedTextException extends UnusableDataException {
  private final String fault;
  private final long offset;

  MalformedTextException(String expected, String fault, long offset) {
    super(expected + fault);
    this.fault = fault;
    this.offset = offset;
  }

  /** What was found and where, e.g. {@code byte 0xE9 at offset 3}. */
  public String fault() {
    return fault;
  }

  /** Where the first fault is, from 0: in bytes for bytes, in UTF-16 units for a string. */
  public long offset() {
    return offset;
  }
}
