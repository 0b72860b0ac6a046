package io.carousel.engine.tokens;

/** Data of fewer than two distinct symbols, however long: nothing is left to predict. */
public final class VocabularyTooSmallException extends UnusableDataException {

  VocabularyTooSmallException(int found) {
    super("training data: expected at least 2 distinct symbols, found " + found);
  }
}
