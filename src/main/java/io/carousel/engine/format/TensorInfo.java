package io.carousel.engine.format;

import java.util.List;

/**
 * What a safetensors header says of one tensor.
 *
 * @param dtype the format's name of the element type, e.g. {@code F32}
 * @param shape dimensions, the slowest first; empty for a single number
 * @param begin offset of its first byte from the end of the header
 * @param end offset behind its last byte from the end of the header
 */
public record TensorInfo(String name, String dtype, List<Long> shape, long begin, long end) {
  public TensorInfo {
    shape = List.copyOf(shape);
  }
}
