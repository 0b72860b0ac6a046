package io.carousel;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.carousel.engine.PyTorchFixture;
import io.carousel.engine.nn.ParameterLayout;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A {@code .safetensors} file of a language model as {@code safetensors.torch.save_file} writes it:
 * the tensors sorted by name. By default the model of a fixture with nothing but a vocabulary in
 * its metadata.
 */
public final class PyTorchFile {
  /** The symbols of the fixtures' models: eleven letters. */
  public static final String LETTERS = "abcdefghijk";

  private record Tensor(String dtype, List<Integer> shape, byte[] bytes) {}

  private final Map<String, Tensor> tensors = new TreeMap<>();
  private final Map<String, String> metadata = new LinkedHashMap<>();

  /** All parameters as F32. */
  public static PyTorchFile of(PyTorchFixture fixture) {
    PyTorchFile file = new PyTorchFile();
    for (ParameterLayout.Entry entry : fixture.layout().entries()) {
      file.tensor(entry.name(), "F32", entry.shape(), fixture.parameter(entry.name()));
    }
    return file.metadata("vocabulary", list(LETTERS.split("")));
  }

  /** A JSON list of strings that need no escapes. */
  public static String list(String... symbols) {
    return "[\"" + String.join("\",\"", symbols) + "\"]";
  }

  public PyTorchFile metadata(String key, String value) {
    metadata.put(key, value);
    return this;
  }

  public PyTorchFile withoutMetadata(String key) {
    metadata.remove(key);
    return this;
  }

  public PyTorchFile without(String tensor) {
    tensors.remove(tensor);
    return this;
  }

  /** Another type for a tensor that holds the fixture's numbers. */
  public PyTorchFile as(String dtype, PyTorchFixture fixture) {
    for (ParameterLayout.Entry entry : fixture.layout().entries()) {
      tensor(entry.name(), dtype, entry.shape(), fixture.parameter(entry.name()));
    }
    return this;
  }

  /** Adds or replaces a tensor; of integers the numbers are cut. */
  public PyTorchFile tensor(String name, String dtype, List<Integer> shape, double... values) {
    ByteBuffer bytes = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (double value : values) {
      switch (dtype) {
        case "F32" -> bytes.putFloat((float) value);
        case "F64" -> bytes.putDouble(value);
        case "F16" -> bytes.putShort(Float.floatToFloat16((float) value));
        case "BF16" -> bytes.putShort((short) (Float.floatToIntBits((float) value) >>> 16));
        case "I32" -> bytes.putInt((int) value);
        default -> throw new IllegalArgumentException(dtype);
      }
    }
    tensors.put(name, new Tensor(dtype, shape, Arrays.copyOf(bytes.array(), bytes.position())));
    return this;
  }

  public byte[] bytes() {
    Map<String, Object> header = new LinkedHashMap<>();
    header.put("__metadata__", metadata);
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    tensors.forEach((name, tensor) -> {
      int begin = data.size();
      data.writeBytes(tensor.bytes);
      header.put(
          name,
          Map.of(
              "dtype", tensor.dtype,
              "shape", tensor.shape,
              "data_offsets", new ArrayList<>(List.of(begin, data.size()))));
    });
    byte[] json = TestStorage.mapper().writeValueAsString(header).getBytes(UTF_8);
    return ByteBuffer.allocate(8 + json.length + data.size())
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(json.length)
        .put(json)
        .put(data.toByteArray())
        .array();
  }
}
