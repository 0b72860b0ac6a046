package io.carousel.engine.format;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The header of a safetensors file, checked: strings as metadata; tensors of a known type whose
 * bytes are as many as type and shape say, and which together cover the data exactly, without
 * overlap or hole.
 */
record SafetensorsHeader(Map<String, String> metadata, Map<String, TensorInfo> tensors) {
  static final String METADATA = "__metadata__";

  private static final Map<String, Integer> BYTES =
      Map.ofEntries(
          Map.entry("BOOL", 1),
          Map.entry("U8", 1),
          Map.entry("I8", 1),
          Map.entry("F8_E5M2", 1),
          Map.entry("F8_E4M3", 1),
          Map.entry("I16", 2),
          Map.entry("U16", 2),
          Map.entry("F16", 2),
          Map.entry("BF16", 2),
          Map.entry("I32", 4),
          Map.entry("U32", 4),
          Map.entry("F32", 4),
          Map.entry("I64", 8),
          Map.entry("U64", 8),
          Map.entry("F64", 8));
  private static final int LONGEST_SHOWN = 100;

  /**
   * Parses and checks a header.
   *
   * @param dataBytes number of bytes behind the header
   */
  static SafetensorsHeader parse(String json, long dataBytes, HeaderCodec codec)
      throws MalformedSafetensorsException {
    if (!json.startsWith("{")) {
      throw new MalformedSafetensorsException("header: expected a JSON object at its first byte");
    }
    Map<String, Object> fields;
    try {
      fields = codec.parse(json);
    } catch (IOException e) {
      throw new MalformedSafetensorsException("header: " + e.getMessage(), e);
    }
    Map<String, String> metadata = new LinkedHashMap<>();
    Map<String, TensorInfo> tensors = new LinkedHashMap<>();
    for (Map.Entry<String, Object> field : fields.entrySet()) {
      if (field.getKey().equals(METADATA)) {
        metadata = metadata(field.getValue());
      } else {
        tensors.put(field.getKey(), tensor(field.getKey(), field.getValue()));
      }
    }
    requireExactCover(tensors, dataBytes);
    return new SafetensorsHeader(metadata, tensors);
  }

  private static Map<String, String> metadata(Object value) throws MalformedSafetensorsException {
    Map<String, String> metadata = new LinkedHashMap<>();
    for (Map.Entry<?, ?> entry : map(METADATA, value).entrySet()) {
      if (!(entry.getValue() instanceof String text)) {
        throw new MalformedSafetensorsException(
            METADATA + ": expected a string as " + shown(String.valueOf(entry.getKey())));
      }
      metadata.put((String) entry.getKey(), text);
    }
    return metadata;
  }

  private static TensorInfo tensor(String name, Object value) throws MalformedSafetensorsException {
    Map<?, ?> fields = map(shown(name), value);
    for (Object key : fields.keySet()) {
      if (!key.equals("dtype") && !key.equals("shape") && !key.equals("data_offsets")) {
        throw new MalformedSafetensorsException(
            "%s: expected dtype, shape and data_offsets, found %s"
                .formatted(shown(name), shown(key.toString())));
      }
    }
    if (!(fields.get("dtype") instanceof String dtype)) {
      throw new MalformedSafetensorsException(shown(name) + ": expected a string as dtype");
    }
    List<Long> shape = integers(name, "shape", fields.get("shape"));
    List<Long> offsets = integers(name, "data_offsets", fields.get("data_offsets"));
    if (offsets.size() != 2) {
      throw new MalformedSafetensorsException(
          "%s: expected 2 data_offsets, found %d".formatted(shown(name), offsets.size()));
    }
    TensorInfo tensor = new TensorInfo(name, dtype, shape, offsets.get(0), offsets.get(1));
    requireMatchingSize(tensor);
    return tensor;
  }

  private static void requireMatchingSize(TensorInfo tensor) throws MalformedSafetensorsException {
    String name = shown(tensor.name());
    Integer elementBytes = BYTES.get(tensor.dtype());
    if (elementBytes == null) {
      throw new MalformedSafetensorsException(
          "%s: expected one of the dtypes %s, found %s"
              .formatted(name, BYTES.keySet().stream().sorted().toList(), shown(tensor.dtype())));
    }
    if (tensor.begin() < 0 || tensor.end() < tensor.begin()) {
      throw new MalformedSafetensorsException(
          "%s: expected data_offsets in ascending order from 0, found [%d, %d]"
              .formatted(name, tensor.begin(), tensor.end()));
    }
    long expected = elementBytes;
    for (long dimension : tensor.shape()) {
      if (dimension < 0) {
        throw new MalformedSafetensorsException(
            "%s: expected no negative dimension, found shape %s"
                .formatted(name, shown(tensor.shape())));
      }
      if (Math.multiplyHigh(expected, dimension) != 0 || expected * dimension < 0) {
        throw new MalformedSafetensorsException(
            "%s: expected fewer than 2^63 bytes, found shape %s"
                .formatted(name, shown(tensor.shape())));
      }
      expected *= dimension;
    }
    long found = tensor.end() - tensor.begin();
    if (found != expected) {
      throw new MalformedSafetensorsException(
          "%s: expected %d bytes for %s of shape %s, found %d (data_offsets [%d, %d])"
              .formatted(
                  name,
                  expected,
                  tensor.dtype(),
                  shown(tensor.shape()),
                  found,
                  tensor.begin(),
                  tensor.end()));
    }
  }

  private static void requireExactCover(Map<String, TensorInfo> tensors, long dataBytes)
      throws MalformedSafetensorsException {
    List<TensorInfo> inOrder = new ArrayList<>(tensors.values());
    inOrder.sort(Comparator.comparingLong(TensorInfo::begin).thenComparing(TensorInfo::end));
    long covered = 0;
    for (TensorInfo tensor : inOrder) {
      String name = shown(tensor.name());
      if (tensor.end() > dataBytes) {
        throw new MalformedSafetensorsException(
            "%s: expected data_offsets up to %d, the end of the file, found [%d, %d]"
                .formatted(name, dataBytes, tensor.begin(), tensor.end()));
      }
      if (tensor.begin() != covered) {
        throw new MalformedSafetensorsException(
            "%s: expected its data to begin at %d, where the tensor before it ends, found %d (%s)"
                .formatted(
                    name, covered, tensor.begin(), tensor.begin() < covered ? "overlap" : "hole"));
      }
      covered = tensor.end();
    }
    if (covered != dataBytes) {
      throw new MalformedSafetensorsException(
          "expected %d bytes of tensors behind the header, found %d".formatted(covered, dataBytes));
    }
  }

  private static Map<?, ?> map(String name, @Nullable Object value)
      throws MalformedSafetensorsException {
    if (value instanceof Map<?, ?> map) {
      return map;
    }
    throw new MalformedSafetensorsException(name + ": expected a JSON object");
  }

  private static List<Long> integers(String name, String field, @Nullable Object value)
      throws MalformedSafetensorsException {
    if (!(value instanceof List<?> list)) {
      throw new MalformedSafetensorsException(
          "%s: expected a list of integers as %s".formatted(shown(name), field));
    }
    List<Long> integers = new ArrayList<>(list.size());
    for (Object element : list) {
      if (!(element instanceof Integer || element instanceof Long)) {
        throw new MalformedSafetensorsException(
            "%s: expected integers of at most 63 bits as %s, found %s"
                .formatted(shown(name), field, shown(String.valueOf(element))));
      }
      integers.add(((Number) element).longValue());
    }
    return integers;
  }

  static String shown(List<Long> shape) {
    return shown(shape.toString());
  }

  /** What stands in a file may be of any length; a message is not. */
  static String shown(String name) {
    return name.length() <= LONGEST_SHOWN ? name : name.substring(0, LONGEST_SHOWN) + "…";
  }
}
