package io.carousel.engine.tokens;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.util.Arrays;

/** UTF-8 without replacement characters: what is malformed is refused, with its place. */
public final class Utf8 {
  private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};
  private static final char REPLACEMENT = '\uFFFD';
  private static final int CHUNK = 1 << 16;

  private Utf8() {}

  /**
   * Decodes bytes, a byte order mark at the start left out.
   *
   * @throws MalformedTextException with the offset of the first byte that is not UTF-8
   */
  static String decode(byte[] bytes) {
    boolean marked = Arrays.equals(bytes, 0, Math.min(3, bytes.length), BYTE_ORDER_MARK, 0, 3);
    int start = marked ? BYTE_ORDER_MARK.length : 0;
    String text = new String(bytes, start, bytes.length - start, UTF_8);
    // String replaces what is malformed and does not say where; only then are the bytes gone
    // through once more. A replacement character may also stand in the text itself.
    if (text.indexOf(REPLACEMENT) >= 0) {
      try {
        requireValid(new ByteArrayInputStream(bytes));
      } catch (IOException e) {
        throw new UncheckedIOException(e); // an array can always be read
      }
    }
    return text;
  }

  /**
   * Reads all of a stream and holds a piece of it at a time.
   *
   * @throws MalformedTextException with the offset of the first byte that is not UTF-8
   */
  public static void requireValid(InputStream stream) throws IOException {
    CharsetDecoder decoder =
        UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    ByteBuffer in = ByteBuffer.allocate(CHUNK);
    CharBuffer out = CharBuffer.allocate(CHUNK);
    long start = 0; // of the buffer, in the stream
    boolean end = false;
    while (!end) {
      int read = stream.readNBytes(in.array(), in.position(), in.remaining());
      end = read < in.remaining();
      in.position(in.position() + read).flip();
      CoderResult result = decoder.decode(in, out.clear(), end);
      if (result.isError()) {
        throw notUtf8(in, start + in.position());
      }
      start += in.position();
      in.compact(); // a character may be cut in two by the end of the buffer
    }
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
            "text: expected Unicode, found the ",
            "unpaired surrogate U+%04X at index %d".formatted((int) unit, i),
            i);
      }
      i++;
    }
  }

  private static MalformedTextException notUtf8(ByteBuffer in, long offset) {
    return new MalformedTextException(
        "text: expected UTF-8, found ",
        "byte 0x%02X at offset %d%s"
            .formatted(
                in.get(in.position()),
                offset,
                offset == 0 && looksLikeUtf16(in) ? " (the file looks like UTF-16)" : ""),
        offset);
  }

  private static boolean looksLikeUtf16(ByteBuffer start) {
    return start.limit() >= 2
        && (start.get(0) == (byte) 0xFF && start.get(1) == (byte) 0xFE
            || start.get(0) == (byte) 0xFE && start.get(1) == (byte) 0xFF);
  }
}
