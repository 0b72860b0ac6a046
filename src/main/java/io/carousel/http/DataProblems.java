package io.carousel.http;

import io.carousel.engine.tokens.CorpusTooSmallException;
import io.carousel.engine.tokens.MalformedTextException;
import io.carousel.engine.tokens.UnknownSymbolException;
import io.carousel.engine.tokens.UnusableDataException;
import io.carousel.engine.tokens.VocabularyTooSmallException;
import org.jspecify.annotations.Nullable;

/** What a client is told of data that cannot be used. */
public final class DataProblems {
  private DataProblems() {}

  /**
   * A 422 with a code for each kind.
   *
   * @param param the request's field that the data came from, or null where it is not known
   */
  public static ProblemException of(UnusableDataException e, @Nullable String param) {
    String code =
        switch (e) {
          case CorpusTooSmallException small -> "corpus_too_short";
          case VocabularyTooSmallException few -> "vocabulary_too_small";
          case MalformedTextException malformed -> "malformed_text";
          case UnknownSymbolException unknown -> "unknown_symbol";
          case UnusableDataException other -> "unusable_data"; // more symbols than max_vocabulary
        };
    String detail = String.valueOf(e.getMessage());
    return ProblemException.unprocessable(
        code, param, param == null ? detail : param + ": " + detail);
  }
}
