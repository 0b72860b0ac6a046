package io.carousel.engine.format;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.Map;

/** An open safetensors file: its header, checked, and its tensors on demand. */
public final class SafetensorsFile implements Closeable {
  /** The limit of the format's reference implementation. */
  static final int LONGEST_HEADER = 100_000_000;

  private static final int LENGTH_BYTES = 8;
  private static final int CHUNK = 1 << 20;

  private final FileChannel channel;
  private final long dataStart;
  private final SafetensorsHeader header;

  private SafetensorsFile(FileChannel channel, long dataStart, SafetensorsHeader header) {
    this.channel = channel;
    this.dataStart = dataStart;
    this.header = header;
  }

  static SafetensorsFile open(Path path, HeaderCodec codec, long longestHeader) throws IOException {
    FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
    try {
      return read(channel, codec, longestHeader);
    } catch (Throwable e) {
      try {
        channel.close();
      } catch (IOException suppressed) {
        e.addSuppressed(suppressed);
      }
      throw e;
    }
  }

  private static SafetensorsFile read(FileChannel channel, HeaderCodec codec, long longestHeader)
      throws IOException {
    long fileBytes = channel.size();
    if (fileBytes < LENGTH_BYTES) {
      throw new MalformedSafetensorsException(
          "expected at least 8 bytes, the length of the header, found " + fileBytes);
    }
    ByteBuffer length = ByteBuffer.allocate(LENGTH_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    readFully(channel, length, 0);
    long headerBytes = length.getLong();
    long longest = Math.min(longestHeader, LONGEST_HEADER);
    if (headerBytes < 0 || headerBytes > longest) { // the format's number is unsigned
      throw new HeaderTooLongException(longest, headerBytes);
    }
    long dataStart = LENGTH_BYTES + headerBytes;
    if (dataStart > fileBytes) {
      throw new MalformedSafetensorsException(
          "expected a header of %d bytes, found %d before the end of the file"
              .formatted(headerBytes, fileBytes - LENGTH_BYTES));
    }
    ByteBuffer json = ByteBuffer.allocate((int) headerBytes);
    readFully(channel, json, LENGTH_BYTES);
    try {
      String text = UTF_8.newDecoder().decode(json).toString();
      return new SafetensorsFile(
          channel, dataStart, SafetensorsHeader.parse(text, fileBytes - dataStart, codec));
    } catch (CharacterCodingException e) {
      throw new MalformedSafetensorsException("header: expected UTF-8", e);
    }
  }

  /** The strings of {@code __metadata__}; empty where there are none. */
  public Map<String, String> metadata() {
    return Collections.unmodifiableMap(header.metadata());
  }

  /** All tensors by name, in the order of the header. */
  public Map<String, TensorInfo> tensors() {
    return Collections.unmodifiableMap(header.tensors());
  }

  /**
   * Reads a tensor of this file into an array.
   *
   * @throws TensorMismatchException where a number of F64 is finite and beyond float32
   */
  void read(TensorInfo tensor, float[] target, int offset) throws IOException {
    ElementType type = ElementType.of(tensor.dtype());
    if (type == null) {
      throw new IllegalArgumentException("no floating-point numbers: " + tensor.dtype());
    }
    long remaining = tensor.end() - tensor.begin();
    long position = dataStart + tensor.begin();
    int next = offset;
    ByteBuffer chunk =
        ByteBuffer.allocateDirect((int) Math.min(CHUNK, remaining)).order(ByteOrder.LITTLE_ENDIAN);
    while (remaining > 0) {
      chunk.clear().limit((int) Math.min(CHUNK, remaining));
      int bytes = readFully(channel, chunk, position);
      int count = bytes / type.bytes();
      int beyond = type.read(chunk, target, next, count);
      if (beyond >= 0) {
        throw new TensorMismatchException(
            TensorMismatchException.Fault.VALUE,
            tensor.name(),
            "numbers within float32",
            "%s as element %d"
                .formatted(chunk.getDouble(Double.BYTES * beyond), next + beyond - offset));
      }
      next += count;
      position += bytes;
      remaining -= bytes;
    }
  }

  /** Fills the buffer from a position and flips it; returns the number of bytes. */
  private static int readFully(FileChannel channel, ByteBuffer buffer, long position)
      throws IOException {
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, position + buffer.position()) < 0) {
        throw new MalformedSafetensorsException(
            "the file became shorter while it was read: expected %d more bytes"
                .formatted(buffer.remaining()));
      }
    }
    buffer.flip();
    return buffer.limit();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
