package io.carousel.storage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;

/** A directory of the storage that the service cannot start with, and why. */
public final class UnusableStorageException extends UncheckedIOException {
  private UnusableStorageException(Path directory, String reason, IOException cause) {
    super("carousel.storage.directory: %s %s".formatted(directory, reason), cause);
  }

  /** Of a directory that could not be made, listed or cleared. */
  public static UnusableStorageException of(Path directory, IOException cause) {
    String reason =
        switch (cause) {
          case FileAlreadyExistsException file ->
              "is not a directory: a file is at " + file.getFile();
          case AccessDeniedException denied ->
              "cannot be used: permission is denied at " + denied.getFile();
          default ->
              "cannot be used: " + String.valueOf(cause.getMessage()).replace(directory + ": ", "");
        };
    return new UnusableStorageException(directory, reason, cause);
  }

  static UnusableStorageException notWritable(Path directory, boolean readOnly) {
    String reason =
        readOnly ? "is on a file system that is mounted read-only" : "cannot be written to";
    return new UnusableStorageException(directory, reason, new IOException(reason));
  }
}
