package io.carousel.files;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.carousel.http.ProblemException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.file.Path;
import org.springframework.http.HttpStatus;

/** Finds the first byte of a file that is not UTF-8, without holding the file in memory. */
final class Utf8Check {
  private static final int CHUNK = 1 << 16;

  private Utf8Check() {}

  /**
   * @throws ProblemException 400 {@code not_utf8} with the offset of the byte
   */
  static void require(Path path) throws IOException {
    CharsetDecoder decoder =
        UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    ByteBuffer in = ByteBuffer.allocate(CHUNK);
    CharBuffer out = CharBuffer.allocate(CHUNK);
    long start = 0; // of the buffer, in the file
    try (FileChannel channel = FileChannel.open(path)) {
      boolean end = false;
      while (!end) {
        end = channel.read(in) < 0;
        in.flip();
        CoderResult result = decoder.decode(in, out.clear(), end);
        if (result.isError()) {
          throw notUtf8(start + in.position(), in.get(in.position()));
        }
        start += in.position();
        in.compact(); // a character may be cut in two by the end of the buffer
      }
    }
  }

  private static ProblemException notUtf8(long offset, byte found) {
    return new ProblemException(
        HttpStatus.BAD_REQUEST,
        "not_utf8",
        "file",
        "file: expected UTF-8, found the byte 0x%02X at offset %d".formatted(found, offset));
  }
}
