package io.carousel.engine.format;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.carousel.engine.nn.Architecture;
import io.carousel.engine.nn.ParameterLayout;
import io.carousel.engine.nn.Parameters;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes and reads models as safetensors: the header's length as 8 bytes, little endian; the header
 * as JSON, name → dtype, shape, data_offsets, and strings as {@code __metadata__}; then the tensors
 * without gaps, little endian, row-major.
 *
 * @see <a href="https://github.com/huggingface/safetensors">the format</a>
 */
public final class Safetensors {
  private static final int CHUNK_FLOATS = 1 << 18;

  private Safetensors() {}

  /**
   * Writes parameters as F32 under PyTorch's names. The file is replaced atomically and is on disk
   * on return; where it fails, the target is as it was and nothing is left beside it.
   *
   * @throws IllegalArgumentException where the header would be longer than the format allows
   */
  public static void write(
      Path target, Map<String, String> metadata, Parameters parameters, HeaderCodec codec)
      throws IOException {
    byte[] header = header(metadata, parameters.layout(), codec);
    AtomicFile.write(
        target,
        channel -> {
          ByteBuffer start =
              ByteBuffer.allocate(Long.BYTES + header.length).order(ByteOrder.LITTLE_ENDIAN);
          writeFully(channel, start.putLong(header.length).put(header).flip());
          // The layout is the file's order, so the flat array is the data.
          writeFloats(channel, parameters.values());
        });
  }

  private static byte[] header(
      Map<String, String> metadata, ParameterLayout layout, HeaderCodec codec) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put(SafetensorsHeader.METADATA, metadata);
    for (ParameterLayout.Entry entry : layout.entries()) {
      long begin = (long) Float.BYTES * entry.offset();
      long end = begin + (long) Float.BYTES * entry.size();
      Map<String, Object> tensor = new LinkedHashMap<>();
      tensor.put("dtype", "F32");
      tensor.put("shape", entry.shape());
      tensor.put("data_offsets", List.of(begin, end));
      fields.put(entry.name(), tensor);
    }
    String json = codec.write(fields);
    int length = json.getBytes(UTF_8).length;
    int padding = Math.floorMod(-length, 8); // so that the data is aligned
    if (length + padding > SafetensorsFile.LONGEST_HEADER) {
      throw new IllegalArgumentException(
          "header: expected at most %d bytes, found %d"
              .formatted(SafetensorsFile.LONGEST_HEADER, length + padding));
    }
    return (json + " ".repeat(padding)).getBytes(UTF_8);
  }

  private static void writeFloats(FileChannel channel, float[] values) throws IOException {
    ByteBuffer chunk =
        ByteBuffer.allocateDirect(Float.BYTES * Math.min(CHUNK_FLOATS, values.length))
            .order(ByteOrder.LITTLE_ENDIAN);
    FloatBuffer floats = chunk.asFloatBuffer();
    for (int from = 0; from < values.length; from += CHUNK_FLOATS) {
      int count = Math.min(CHUNK_FLOATS, values.length - from);
      floats.clear().put(values, from, count);
      writeFully(channel, chunk.clear().limit(Float.BYTES * count));
    }
  }

  private static void writeFully(FileChannel channel, ByteBuffer buffer) throws IOException {
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
  }

  /**
   * Opens a file and checks its header.
   *
   * @throws MalformedSafetensorsException where it breaks the format's rules
   */
  public static SafetensorsFile open(Path path, HeaderCodec codec) throws IOException {
    return SafetensorsFile.open(path, codec);
  }

  /**
   * Reads the parameters of a model; F64 is narrowed. Nothing of the model's size is allocated
   * before the file is known to hold it.
   *
   * @throws MalformedSafetensorsException where a tensor is missing, or one is there that the model
   *     does not have, or has another shape or type
   */
  public static Parameters readParameters(
      SafetensorsFile file, Architecture architecture, int vocabularySize) throws IOException {
    Map<String, TensorInfo> tensors = file.tensors();
    requirePlausible(tensors.size(), architecture, vocabularySize);
    ParameterLayout layout = new ParameterLayout(architecture, vocabularySize);
    Map<String, TensorInfo> unexpected = new LinkedHashMap<>(tensors);
    for (ParameterLayout.Entry entry : layout.entries()) {
      requireMatch(entry, tensors);
      unexpected.remove(entry.name());
    }
    if (!unexpected.isEmpty()) {
      throw new MalformedSafetensorsException(
          "%s: expected no such tensor in this architecture"
              .formatted(SafetensorsHeader.shown(unexpected.keySet().iterator().next())));
    }
    Parameters parameters = new Parameters(layout);
    for (ParameterLayout.Entry entry : layout.entries()) {
      file.read(tensor(tensors, entry), parameters.values(), entry.offset());
    }
    return parameters;
  }

  /** Refuses what could not even be laid out, as the architecture may be the file's own claim. */
  private static void requirePlausible(int found, Architecture architecture, int vocabularySize)
      throws MalformedSafetensorsException {
    if (architecture.layers() > found / 4) {
      throw new MalformedSafetensorsException(
          "expected 4 tensors for each of %d layers, found %d tensors in all"
              .formatted(architecture.layers(), found));
    }
    long count = ParameterLayout.count(architecture, vocabularySize);
    if (count > Integer.MAX_VALUE - 8) {
      throw new MalformedSafetensorsException(
          "expected fewer than 2^31 parameters, found an architecture of " + count);
    }
  }

  private static void requireMatch(ParameterLayout.Entry entry, Map<String, TensorInfo> tensors)
      throws MalformedSafetensorsException {
    TensorInfo tensor = tensor(tensors, entry);
    List<Long> expected = entry.shape().stream().map(Integer::longValue).toList();
    if (!tensor.shape().equals(expected)) {
      throw new MalformedSafetensorsException(
          "%s: expected shape %s, found %s".formatted(entry.name(), expected, tensor.shape()));
    }
    if (!tensor.dtype().equals("F32") && !tensor.dtype().equals("F64")) {
      throw new MalformedSafetensorsException(
          "%s: expected dtype F32 or F64, found %s".formatted(entry.name(), tensor.dtype()));
    }
  }

  private static TensorInfo tensor(Map<String, TensorInfo> tensors, ParameterLayout.Entry entry)
      throws MalformedSafetensorsException {
    TensorInfo tensor = tensors.get(entry.name());
    if (tensor == null) {
      throw new MalformedSafetensorsException(
          "%s: expected a tensor of shape %s, found none".formatted(entry.name(), entry.shape()));
    }
    return tensor;
  }
}
