package io.carousel.engine.tokens;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** The symbols of a model; a token's id is its symbol's index. */
public final class Vocabulary {
  /** What a symbol outside the vocabulary is shown as. */
  public static final String UNKNOWN = "<unk>";

  private static final int LONGEST_SHOWN = 60;

  private final List<String> symbols;
  private final Map<String, Integer> ids;
  private final @Nullable Integer unknownId;

  /**
   * @throws IllegalArgumentException where there is no symbol, one stands there twice or is no
   *     Unicode, or the place for unknown symbols is missing
   */
  Vocabulary(List<String> symbols, boolean mapsUnknown) {
    if (symbols.isEmpty()) {
      throw new IllegalArgumentException("vocabulary: expected at least 1 symbol, found none");
    }
    this.symbols = List.copyOf(symbols);
    this.ids = HashMap.newHashMap(symbols.size());
    for (int id = 0; id < symbols.size(); id++) {
      requireUnicode(symbols.get(id), id);
      Integer earlier = ids.put(symbols.get(id), id);
      if (earlier != null) {
        throw new IllegalArgumentException(
            "vocabulary: expected distinct symbols, found \"%s\" as %d and as %d"
                .formatted(shown(symbols.get(id)), earlier, id));
      }
    }
    this.unknownId = mapsUnknown ? ids.get(UNKNOWN) : null;
    if (mapsUnknown && unknownId == null) {
      throw new IllegalArgumentException(
          "vocabulary: expected " + UNKNOWN + " among the symbols, as unknown ones map to it");
    }
  }

  /** A symbol may be of any length; a message is not. */
  static String shown(String symbol) {
    return symbol.codePointCount(0, symbol.length()) <= LONGEST_SHOWN
        ? symbol
        : symbol.substring(0, symbol.offsetByCodePoints(0, LONGEST_SHOWN)) + "…";
  }

  /** What is none could not be written to a file and read again. */
  private static void requireUnicode(String symbol, int id) {
    try {
      Utf8.requireWellFormed(symbol);
    } catch (MalformedTextException e) {
      throw new IllegalArgumentException(
          "vocabulary: expected Unicode, found half of a surrogate pair in symbol " + id, e);
    }
  }

  /** V. */
  public int size() {
    return symbols.size();
  }

  /**
   * The symbol of a token.
   *
   * @throws IllegalArgumentException where the id is not from 0 to V-1
   */
  public String symbol(int id) {
    if (id < 0 || id >= symbols.size()) {
      throw new IllegalArgumentException(
          "token id: expected 0 to %d, found %d".formatted(symbols.size() - 1, id));
    }
    return symbols.get(id);
  }

  /** The id of a symbol; empty where the vocabulary does not have it. */
  public OptionalInt idOf(String symbol) {
    Integer id = ids.get(symbol);
    return id == null ? OptionalInt.empty() : OptionalInt.of(id);
  }

  /** All symbols in the order of their ids. */
  public List<String> symbols() {
    return symbols;
  }

  /** What unknown symbols map to; null where they are rejected or cannot occur. */
  public @Nullable Integer unknownId() {
    return unknownId;
  }
}
