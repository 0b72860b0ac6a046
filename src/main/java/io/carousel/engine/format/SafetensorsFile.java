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

  static SafetensorsFile open(Path path, HeaderCodec codec) throws IOException {
    FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
    try {
      return read(channel, codec);
    } catch (Throwable e) {
      try {
        channel.close();
      } catch (IOException suppressed) {
        e.addSuppressed(suppressed);
      }
      throw e;
    }
  }

  private static SafetensorsFile read(FileChannel channel, HeaderCodec codec) throws IOException {
    long fileBytes = channel.size();
    if (fileBytes < LENGTH_BYTES) {
      throw new MalformedSafetensorsException(
          "expected at least 8 bytes, the length of the header, found " + fileBytes);
    }
    ByteBuffer length = ByteBuffer.allocate(LENGTH_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    readFully(channel, length, 0);
    long headerBytes = length.getLong();
    if (headerBytes < 0 || headerBytes > LONGEST_HEADER) { // the format's number is unsigned
      throw new MalformedSafetensorsException(
          "expected a header of at most %d bytes, found a length of %s"
              .formatted(LONGEST_HEADER, Long.toUnsignedString(headerBytes)));
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

  /** Reads an F32 or F64 tensor of this file into an array, F64 narrowed. */
  void read(TensorInfo tensor, float[] target, int offset) throws IOException {
    boolean wide = tensor.dtype().equals("F64");
    int elementBytes = wide ? Double.BYTES : Float.BYTES;
    long remaining = tensor.end() - tensor.begin();
    long position = dataStart + tensor.begin();
    int next = offset;
    ByteBuffer chunk =
        ByteBuffer.allocateDirect((int) Math.min(CHUNK, remaining)).order(ByteOrder.LITTLE_ENDIAN);
    while (remaining > 0) {
      chunk.clear().limit((int) Math.min(CHUNK, remaining));
      int bytes = readFully(channel, chunk, position);
      int count = bytes / elementBytes;
      if (wide) {
        narrow(tensor, chunk, target, next, count, offset);
      } else {
        chunk.asFloatBuffer().get(target, next, count);
      }
      next += count;
      position += bytes;
      remaining -= bytes;
    }
  }

  private static void narrow(
      TensorInfo tensor, ByteBuffer chunk, float[] target, int next, int count, int offset)
      throws MalformedSafetensorsException {
    for (int i = 0; i < count; i++) {
      double value = chunk.getDouble();
      float narrowed = (float) value;
      if (Float.isInfinite(narrowed) && !Double.isInfinite(value)) {
        throw new MalformedSafetensorsException(
            "%s: expected numbers within float32, found %s as element %d"
                .formatted(SafetensorsHeader.shown(tensor.name()), value, next + i - offset));
      }
      target[next + i] = narrowed;
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
