package io.carousel.engine.kernel;

import org.jspecify.annotations.Nullable;

/** A backend was asked for by name and cannot run here; the message says why. */
public final class BackendUnavailableException extends RuntimeException {
  BackendUnavailableException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
