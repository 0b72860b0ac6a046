package io.carousel.engine.kernel;

/** A backend was asked for by name and cannot run here; the message says why. */
public final class BackendUnavailableException extends RuntimeException {
  public BackendUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}
