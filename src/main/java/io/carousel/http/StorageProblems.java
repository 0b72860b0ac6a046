package io.carousel.http;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;

/**
 * What a client is told of storage that takes no more, or that cannot be used. It learns the
 * reason; the path is the operator's and stands in the log only.
 */
public final class StorageProblems {
  /** All that Java passes on of ENOSPC, EDQUOT and ERROR_DISK_FULL; images have no other locale. */
  private static final Set<String> FULL =
      Set.of(
          "No space left on device",
          "Disk quota exceeded",
          "There is not enough space on the disk");

  private static final String DENIED = "Permission denied";
  private static final String GONE = "No such file or directory";

  /** What it passes on of EROFS, EACCES, EPERM, EIO, ENOTDIR and what else a mount can come to. */
  private static final Set<String> UNAVAILABLE =
      Set.of(
          "Read-only file system",
          DENIED,
          "Operation not permitted",
          "Input/output error",
          "Remote I/O error",
          "Not a directory",
          "Is a directory",
          "Structure needs cleaning",
          "Stale file handle",
          "Transport endpoint is not connected",
          "No such device",
          "No such device or address",
          "Too many open files",
          "Too many open files in system");

  /** How Tomcat says that where uploads spool is no directory any more. */
  private static final String NO_SPOOL = "The temporary upload location [";

  private StorageProblems() {}

  /**
   * A 507 {@code storage_full} or a 503 {@code storage_unavailable} where that is the cause of a
   * failure, however deep; else null, also where only a file is not there.
   */
  public static @Nullable ProblemException of(Throwable failure) {
    for (Throwable cause : Causes.of(failure)) {
      if (cause instanceof IOException io) {
        String reason = reason(io);
        if (FULL.contains(reason)) {
          return new ProblemException(
              HttpStatus.INSUFFICIENT_STORAGE,
              "storage_full",
              null,
              "The storage is full: expected room to write, found none left. Nothing is kept of"
                  + " what did not fit; delete models or files, or have the storage made larger.");
        }
        if (isOfStorage(io, reason)) {
          return unavailable(reason);
        }
      }
    }
    return null;
  }

  /** Whether the fault is the storage's and not the request's. */
  public static boolean isStorage(ProblemException problem) {
    return problem.code().startsWith("storage_");
  }

  private static boolean isOfStorage(IOException e, String reason) {
    return switch (e) {
      case NoSuchFileException file -> hasLostDirectory(file);
      case FileSystemException file -> true; // no other files are worked on for a request
      case FileNotFoundException file -> UNAVAILABLE.contains(reason) || reason.equals(GONE);
      default ->
          UNAVAILABLE.contains(reason) || String.valueOf(e.getMessage()).startsWith(NO_SPOOL);
    };
  }

  /** A single file may have been deleted meanwhile; a directory is never deleted. */
  private static boolean hasLostDirectory(NoSuchFileException e) {
    Path directory = e.getFile() == null ? null : Path.of(e.getFile()).getParent();
    return directory != null && !Files.isDirectory(directory);
  }

  private static ProblemException unavailable(String reason) {
    return new ProblemException(
        HttpStatus.SERVICE_UNAVAILABLE,
        "storage_unavailable",
        null,
        ("The storage cannot be used: expected to read and write it, found %s. Nothing is kept of"
                + " what was to be written; the log names the file, and the storage needs its"
                + " operator.")
            .formatted(
                UNAVAILABLE.contains(reason)
                    ? "'" + reason.toLowerCase(Locale.ROOT) + "'"
                    : "that it fails"));
  }

  private static String reason(IOException e) {
    return switch (e) {
      case AccessDeniedException denied -> DENIED;
      case FileSystemException file -> Objects.requireNonNullElse(file.getReason(), "");
      case FileNotFoundException file -> inBrackets(String.valueOf(file.getMessage()));
      default -> Objects.requireNonNullElse(e.getMessage(), "");
    };
  }

  /** Streams of java.io say {@code path (reason)}. */
  private static String inBrackets(String message) {
    int open = message.lastIndexOf(" (");
    return open >= 0 && message.endsWith(")")
        ? message.substring(open + 2, message.length() - 1)
        : message;
  }
}
