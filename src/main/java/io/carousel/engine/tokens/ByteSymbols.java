package io.carousel.engine.tokens;

import java.util.List;
import java.util.stream.IntStream;

/** How single bytes are shown: printable ASCII as itself, any other as {@code <0x0A>}. */
final class ByteSymbols {
  /** By the byte's unsigned value, which is its id. */
  static final List<String> ALL =
      IntStream.range(0, 256)
          .mapToObj(b -> b > 0x1F && b < 0x7F ? Character.toString(b) : "<0x%02X>".formatted(b))
          .toList();

  private ByteSymbols() {}
}
