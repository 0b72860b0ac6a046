package io.carousel.models;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A model's file whose metadata does not say what model it is. */
final class InvalidMetadataException extends IOException {
  InvalidMetadataException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
