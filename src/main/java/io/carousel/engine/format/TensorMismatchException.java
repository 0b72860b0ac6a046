package io.carousel.engine.format;

import org.jspecify.annotations.Nullable;

/** A well-formed file whose tensors are not those of the model that it should hold. */
public final class TensorMismatchException extends MalformedSafetensorsException {

  /** What is wrong with the tensor. */
  public enum Fault {
    MISSING,
    UNEXPECTED,
    SHAPE,
    DTYPE,
    /** A number that cannot be what it should be. */
    VALUE
  }

  private final Fault fault;

  /**
   * @param found null where the tensor itself is what was found
   */
  TensorMismatchException(Fault fault, String tensor, String expected, @Nullable String found) {
    super(
        "%s: expected %s%s"
            .formatted(
                SafetensorsHeader.shown(tensor),
                expected,
                found == null ? "" : ", found " + found));
    this.fault = fault;
  }

  public Fault fault() {
    return fault;
  }
}
