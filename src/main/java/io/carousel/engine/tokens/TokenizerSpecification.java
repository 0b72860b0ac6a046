package io.carousel.engine.tokens;

import org.jspecify.annotations.Nullable;

/**
 * How text or events become tokens.
 *
 * @param type what a token is
 * @param maxVocabulary the most symbols that the vocabulary may have, {@link Vocabulary#UNKNOWN}
 *     included; the most frequent are kept, which needs {@link UnknownPolicy#MAP}. Null: no limit
 * @param unknown what becomes of a symbol that is not in the vocabulary
 */
public record TokenizerSpecification(
    TokenizerType type, @Nullable Integer maxVocabulary, UnknownPolicy unknown) {

  /** The default: code points, all of them, unknown ones rejected. */
  public static final TokenizerSpecification DEFAULT =
      new TokenizerSpecification(TokenizerType.CHAR, null, UnknownPolicy.REJECT);

  public TokenizerSpecification {
    int least = type == TokenizerType.BYTE ? 256 : 2;
    if (maxVocabulary != null && maxVocabulary < least) {
      throw new IllegalArgumentException(
          "max_vocabulary: expected at least %d%s, found %d"
              .formatted(least, type == TokenizerType.BYTE ? " for bytes" : "", maxVocabulary));
    }
  }

  /** The default for this data: {@link TokenizerType#EVENT} for events, else {@link #DEFAULT}. */
  public static TokenizerSpecification defaultFor(Dataset dataset) {
    return dataset instanceof Dataset.EventSequences || dataset instanceof Dataset.Generated
        ? new TokenizerSpecification(TokenizerType.EVENT, DEFAULT.maxVocabulary, DEFAULT.unknown)
        : DEFAULT;
  }
}
