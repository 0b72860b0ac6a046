package io.carousel.engine.format;

import java.io.IOException;

/** A file that is no safetensors file, or not one of the model that it should hold. */
public class MalformedSafetensorsException extends IOException {

  MalformedSafetensorsException(String message) {
    super(message);
  }

  MalformedSafetensorsException(String message, Throwable cause) {
    super(message, cause);
  }
}
