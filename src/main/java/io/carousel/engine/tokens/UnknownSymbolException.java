package io.carousel.engine.tokens;

import java.util.OptionalInt;

/** A symbol that is not in the vocabulary, where {@link UnknownPolicy#REJECT} holds. */
public final class UnknownSymbolException extends UnusableDataException {
  private final String symbol;
  private final int position;
  private final int sequence;

  /**
   * @param sequence index of the sequence, -1 where there is only one
   */
  UnknownSymbolException(String symbol, int position, int sequence, int vocabularySize) {
    super(
        "symbol %s at position %d%s is not in the vocabulary of %d symbols"
            .formatted(
                describe(symbol),
                position,
                sequence < 0 ? "" : " of sequence " + sequence,
                vocabularySize));
    this.symbol = symbol;
    this.position = position;
    this.sequence = sequence;
  }

  public String symbol() {
    return symbol;
  }

  /** Its index from 0, counted in what the tokenizer counts: code points, words or events. */
  public int position() {
    return position;
  }

  /** Index from 0 of the sequence that it stands in; empty for a running text or a prompt. */
  public OptionalInt sequence() {
    return sequence < 0 ? OptionalInt.empty() : OptionalInt.of(sequence);
  }

  private static String describe(String symbol) {
    if (symbol.codePointCount(0, symbol.length()) == 1) {
      int codePoint = symbol.codePointAt(0);
      String number = "U+%04X".formatted(codePoint);
      return isPrintable(codePoint) ? "\"" + symbol + "\" (" + number + ")" : number;
    }
    return "\"" + Vocabulary.shown(symbol) + "\"";
  }

  private static boolean isPrintable(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }
}
