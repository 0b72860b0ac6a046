package io.carousel.engine.tokens;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.util.HexFormat;

/** UTF-8 without replacement characters: what is malformed is refused, with its place. */
final class Utf8 {
  private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

  private Utf8() {}

  /**
   * Decodes bytes, a byte order mark at the start left out.
   *
   * @throws MalformedTextException with the offset of the first byte that is not UTF-8
   */
  static String decode(byte[] bytes) {
    requireValid(bytes);
    int start = 0;
    if (bytes.length >= 3
        && bytes[0] == BYTE_ORDER_MARK[0]
        && bytes[1] == BYTE_ORDER_MARK[1]
        && bytes[2] == BYTE_ORDER_MARK[2]) {
      start = 3;
    }
    return new String(bytes, start, bytes.length - start, UTF_8);
  }

  /**
   * Encodes a string.
   *
   * @throws MalformedTextException with the index of the first unpaired surrogate
   */
  static byte[] encode(String text) {
    requireWellFormed(text);
    return text.getBytes(UTF_8);
  }

  /** Refuses unpaired surrogates, which JSON can escape but no file can hold. */
  static void requireWellFormed(String text) {
    for (int i = 0; i < text.length(); i++) {
      char unit = text.charAt(i);
      if (!Character.isSurrogate(unit)) {
        continue;
      }
      boolean pair =
          Character.isHighSurrogate(unit)
              && i + 1 < text.length()
              && Character.isLowSurrogate(text.charAt(i + 1));
      if (!pair) {
        throw new MalformedTextException(
            "text: expected Unicode, found the unpaired surrogate U+%04X at index %d"
                .formatted((int) unit, i),
            i);
      }
      i++;
    }
  }

  /** A pass of its own through a small buffer, as String's own decoder does not say where. */
  private static void requireValid(byte[] bytes) {
    CharsetDecoder decoder =
        UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CharBuffer out = CharBuffer.allocate(8192);
    CoderResult result;
    do {
      out.clear();
      result = decoder.decode(in, out, true);
    } while (result.isOverflow());
    if (result.isError()) {
      int offset = in.position();
      throw new MalformedTextException(
          "text: expected UTF-8, found byte 0x%s at offset %d%s"
              .formatted(
                  HexFormat.of().withUpperCase().toHexDigits(bytes[offset]),
                  offset,
                  looksLikeUtf16(bytes) ? " (the file looks like UTF-16)" : ""),
          offset);
    }
  }

  private static boolean looksLikeUtf16(byte[] bytes) {
    return bytes.length >= 2
        && (bytes[0] == (byte) 0xFF && bytes[1] == (byte) 0xFE
            || bytes[0] == (byte) 0xFE && bytes[1] == (byte) 0xFF);
  }
}
