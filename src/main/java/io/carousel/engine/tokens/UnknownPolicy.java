package io.carousel.engine.tokens;

/** What becomes of a symbol that is not in the vocabulary. */
public enum UnknownPolicy {
  /** It is an {@link UnknownSymbolException}. */
  REJECT,
  /** It becomes {@link Vocabulary#UNKNOWN}, for which the vocabulary keeps a place. */
  MAP
}
