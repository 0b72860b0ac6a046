package io.carousel.engine.tokens;

/** Text or events that are well formed where they come from but cannot be learned from or read. */
public sealed class UnusableDataException extends RuntimeException
    permits CorpusTooSmallException,
        MalformedTextException,
        UnknownSymbolException,
        VocabularyTooSmallException {

  UnusableDataException(String message) {
    super(message);
  }
}
