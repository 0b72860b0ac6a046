package io.carousel.http;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;

/** What a client is told of storage that takes no more. */
public final class StorageProblems {
  /** All that Java passes on of ENOSPC, EDQUOT and ERROR_DISK_FULL; images have no other locale. */
  private static final Set<String> FULL =
      Set.of(
          "No space left on device",
          "Disk quota exceeded",
          "There is not enough space on the disk");

  private StorageProblems() {}

  /** A 507 where that is the cause of a failure, however deep; else null. */
  public static @Nullable ProblemException of(Throwable failure) {
    return Causes.of(failure).stream().anyMatch(StorageProblems::isFull)
        ? new ProblemException(
            HttpStatus.INSUFFICIENT_STORAGE,
            "storage_full",
            null,
            "The storage is full: expected room to write, found none left. Nothing is kept of what"
                + " did not fit; delete models or files, or have the storage made larger.")
        : null;
  }

  private static boolean isFull(Throwable cause) {
    return cause instanceof IOException io && FULL.contains(reason(io));
  }

  private static String reason(IOException e) {
    String reason = e instanceof FileSystemException file ? file.getReason() : e.getMessage();
    return Objects.requireNonNullElse(reason, "");
  }
}
