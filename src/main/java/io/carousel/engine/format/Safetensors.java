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
import java.util.Arrays;
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
  private static final String EMBEDDING = "embedding.weight";
  private static final String DECODER = "decoder.weight";

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
    return open(path, codec, SafetensorsFile.LONGEST_HEADER);
  }

  /**
   * Opens a file whose header is no longer than that many bytes; nothing of a longer one is read.
   *
   * @throws HeaderTooLongException where it is longer
   * @throws MalformedSafetensorsException where it breaks the format's rules
   */
  public static SafetensorsFile open(Path path, HeaderCodec codec, long longestHeader)
      throws IOException {
    return SafetensorsFile.open(path, codec, longestHeader);
  }

  /**
   * Reads the parameters of a model. F16 and BF16 are widened, which is exact; F64 is rounded to
   * the nearest float32. Nothing of the model's size is allocated before the file is known to hold
   * it.
   *
   * <p>Of tied weights the file may have {@code embedding.weight}, {@code decoder.weight}, or both
   * with the same numbers.
   *
   * @throws TensorMismatchException where a tensor is missing, or one is there that the model does
   *     not have, or has another shape or type
   * @throws MalformedSafetensorsException where the file cannot hold such a model at all
   */
  public static Parameters readParameters(
      SafetensorsFile file, Architecture architecture, int vocabularySize) throws IOException {
    ParameterLayout layout = matchingLayout(file, architecture, vocabularySize);
    Parameters parameters = new Parameters(layout);
    for (ParameterLayout.Entry entry : layout.entries()) {
      file.read(tensor(file.tensors(), entry, architecture), parameters.values(), entry.offset());
    }
    if (architecture.tieWeights() && file.tensors().containsKey(EMBEDDING)) {
      requireTied(file, parameters);
    }
    return parameters;
  }

  /**
   * The layout of a model whose tensors a file has; their numbers are not looked at.
   *
   * @throws TensorMismatchException as {@link #readParameters}
   * @throws MalformedSafetensorsException as {@link #readParameters}
   */
  public static ParameterLayout matchingLayout(
      SafetensorsFile file, Architecture architecture, int vocabularySize)
      throws MalformedSafetensorsException {
    Map<String, TensorInfo> tensors = file.tensors();
    requirePlausible(tensors.size(), architecture, vocabularySize);
    ParameterLayout layout = new ParameterLayout(architecture, vocabularySize);
    Map<String, TensorInfo> unexpected = new LinkedHashMap<>(tensors);
    for (ParameterLayout.Entry entry : layout.entries()) {
      requireMatch(entry, tensor(tensors, entry, architecture));
      unexpected.remove(entry.name());
    }
    TensorInfo decoder = architecture.tieWeights() ? unexpected.remove(DECODER) : null;
    if (decoder != null) {
      requireMatch(layout.entry(DECODER), decoder);
    }
    if (!unexpected.isEmpty()) {
      throw new TensorMismatchException(
          TensorMismatchException.Fault.UNEXPECTED,
          unexpected.keySet().iterator().next(),
          "no such tensor in this architecture",
          null);
    }
    return layout;
  }

  private static void requireTied(SafetensorsFile file, Parameters parameters) throws IOException {
    TensorInfo decoder = file.tensors().get(DECODER);
    if (decoder == null) {
      return;
    }
    float[] embedding = parameters.copyOf(EMBEDDING);
    float[] other = new float[embedding.length];
    file.read(decoder, other, 0);
    int at = Arrays.mismatch(embedding, other);
    if (at >= 0) {
      throw new TensorMismatchException(
          TensorMismatchException.Fault.VALUE,
          DECODER,
          "the numbers of " + EMBEDDING + ", as the weights are tied",
          "%s instead of %s as element %d".formatted(other[at], embedding[at], at));
    }
  }

  /** Refuses what could not even be laid out, as the architecture may be the file's own claim. */
  private static void requirePlausible(int found, Architecture architecture, int vocabularySize)
      throws MalformedSafetensorsException {
    if (architecture.layers() > found) {
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

  private static void requireMatch(ParameterLayout.Entry entry, TensorInfo tensor)
      throws TensorMismatchException {
    List<Long> expected = entry.shape().stream().map(Integer::longValue).toList();
    if (!tensor.shape().equals(expected)) {
      throw new TensorMismatchException(
          TensorMismatchException.Fault.SHAPE,
          tensor.name(),
          "shape " + expected,
          SafetensorsHeader.shown(tensor.shape()));
    }
    if (ElementType.of(tensor.dtype()) == null) {
      throw new TensorMismatchException(
          TensorMismatchException.Fault.DTYPE,
          tensor.name(),
          "dtype " + ElementType.NAMES,
          tensor.dtype());
    }
  }

  private static TensorInfo tensor(
      Map<String, TensorInfo> tensors, ParameterLayout.Entry entry, Architecture architecture)
      throws TensorMismatchException {
    TensorInfo tensor = tensors.get(entry.name());
    if (tensor == null && architecture.tieWeights() && entry.name().equals(EMBEDDING)) {
      tensor = tensors.get(DECODER);
    }
    if (tensor == null) {
      throw new TensorMismatchException(
          TensorMismatchException.Fault.MISSING,
          entry.name(),
          "a tensor of shape " + entry.shape(),
          "none");
    }
    return tensor;
  }
}
