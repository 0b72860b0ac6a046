package io.carousel.engine.format;

/** A header that is longer than whoever opened the file allows. */
public final class HeaderTooLongException extends MalformedSafetensorsException {

  /**
   * @param found in bytes; unsigned, as the format has it
   */
  HeaderTooLongException(long limit, long found) {
    super(
        "expected a header of at most %d bytes, found a length of %s"
            .formatted(limit, Long.toUnsignedString(found)));
  }
}
