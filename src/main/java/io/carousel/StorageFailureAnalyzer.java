package io.carousel;

import io.carousel.storage.UnusableStorageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says why the service does not start with the storage that it was told to use. */
final class StorageFailureAnalyzer extends AbstractFailureAnalyzer<UnusableStorageException> {

  @Override
  protected FailureAnalysis analyze(Throwable rootFailure, UnusableStorageException cause) {
    return new FailureAnalysis(
        "%s. The service runs as %s.".formatted(cause.getMessage(), user()),
        "Let that user write there, or name another directory with carousel.storage.directory"
            + " (CAROUSEL_STORAGE_DIRECTORY). The user of the container image is 10001: a directory"
            + " of the host that is mounted into it needs chown -R 10001:10001.",
        cause);
  }

  /** The id, because in a container that is all there is. */
  private static String user() {
    try {
      return "user id " + Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    } catch (IOException | RuntimeException e) { // not on Linux
      return "user " + System.getProperty("user.name");
    }
  }
}
