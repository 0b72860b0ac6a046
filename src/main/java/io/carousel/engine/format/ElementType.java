package io.carousel.engine.format;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** The floating-point types that parameters are read from, under the format's names. */
enum ElementType {
  F32(Float.BYTES),
  F64(Double.BYTES),
  F16(Short.BYTES),
  BF16(Short.BYTES);

  static final String NAMES = "F32, F64, F16 or BF16";

  private final int bytes;

  ElementType(int bytes) {
    this.bytes = bytes;
  }

  /** The type of that name, or null for one that is no floating-point type or too small a one. */
  static @Nullable ElementType of(String dtype) {
    for (ElementType type : values()) {
      if (type.name().equals(dtype)) {
        return type;
      }
    }
    return null;
  }

  /** Of one element. */
  int bytes() {
    return bytes;
  }

  /**
   * Reads the first elements of a buffer as float32. What is infinite or NaN stays so.
   *
   * @return the first element that is finite and too great for float32, or −1
   */
  int read(ByteBuffer source, float[] target, int offset, int count) {
    switch (this) {
      case F32 -> source.asFloatBuffer().get(target, offset, count);
      case F64 -> {
        for (int i = 0; i < count; i++) {
          double value = source.getDouble(Double.BYTES * i);
          float narrowed = (float) value;
          if (Float.isInfinite(narrowed) && !Double.isInfinite(value)) {
            return i;
          }
          target[offset + i] = narrowed;
        }
      }
      case F16 -> {
        for (int i = 0; i < count; i++) {
          target[offset + i] = Float.float16ToFloat(source.getShort(Short.BYTES * i));
        }
      }
      case BF16 -> {
        for (int i = 0; i < count; i++) { // the upper half of a float32
          target[offset + i] = Float.intBitsToFloat(source.getShort(Short.BYTES * i) << 16);
        }
      }
    }
    return -1;
  }
}
