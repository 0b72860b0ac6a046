package io.carousel.http;

import io.carousel.engine.tokens.UnusableDataException;
import org.jspecify.annotations.Nullable;

/** What a client is told of what the service's own code has thrown, whatever the frameworks do. */
public final class DomainProblems {
  private DomainProblems() {}

  /** The problem; null where it is none of the request, the data or the storage. */
  public static @Nullable ProblemException of(Exception e) {
    // First: an upload that cannot be spooled comes as one that cannot be read.
    ProblemException storage = StorageProblems.of(e);
    if (storage != null) {
      return storage;
    }
    String field = Fields.specificationField(e);
    return switch (e) {
      case ProblemException known -> known;
      case UnusableDataException unusable -> DataProblems.of(unusable, null);
      default ->
          field == null ? null : ProblemException.invalid(field, String.valueOf(e.getMessage()));
    };
  }
}
