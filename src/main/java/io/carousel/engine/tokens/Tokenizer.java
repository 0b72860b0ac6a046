package io.carousel.engine.tokens;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Turns text or events into token ids and back. Immutable; threads may share one.
 *
 * <p>Ids of characters are in the order of their code points, ids of words and events by descending
 * frequency and then by symbol, ids of bytes are the bytes. Text is taken as it is: no
 * normalisation, no change of case, no tokens for begin or end.
 */
public final class Tokenizer {
  private static final int NO_SEQUENCE = -1;

  private final TokenizerSpecification specification;
  private final Vocabulary vocabulary;
  private final int[] codePoints; // sorted; empty unless the type is CHAR
  private final int[] codePointIds; // of the same index in codePoints

  private Tokenizer(TokenizerSpecification specification, List<String> symbols) {
    boolean bytes = specification.type() == TokenizerType.BYTE;
    if (bytes && !symbols.equals(ByteSymbols.ALL)) {
      throw new IllegalArgumentException(
          "vocabulary: expected the 256 bytes in order, found %d other symbols"
              .formatted(symbols.size()));
    }
    this.specification = specification;
    this.vocabulary =
        new Vocabulary(symbols, !bytes && specification.unknown() == UnknownPolicy.MAP);
    this.codePoints =
        specification.type() == TokenizerType.CHAR ? sortedCodePoints(vocabulary) : new int[0];
    this.codePointIds = new int[codePoints.length];
    for (int i = 0; i < codePoints.length; i++) {
      codePointIds[i] = vocabulary.idOf(Character.toString(codePoints[i])).orElseThrow();
    }
  }

  private static int[] sortedCodePoints(Vocabulary vocabulary) {
    Integer unknownId = vocabulary.unknownId();
    int[] sorted = new int[vocabulary.size() - (unknownId == null ? 0 : 1)];
    int next = 0;
    for (int id = 0; id < vocabulary.size(); id++) {
      String symbol = vocabulary.symbol(id);
      if (unknownId != null && unknownId == id) {
        continue;
      }
      if (symbol.codePointCount(0, symbol.length()) != 1) {
        throw new IllegalArgumentException(
            "vocabulary: expected one character a symbol, found \"%s\" as %d"
                .formatted(Vocabulary.shown(symbol), id));
      }
      sorted[next++] = symbol.codePointAt(0);
    }
    Arrays.sort(sorted);
    return sorted;
  }

  /**
   * Learns the vocabulary of a dataset.
   *
   * @throws UnusableDataException where the data has fewer than two distinct symbols, has more of
   *     them than {@code max_vocabulary} while unknown ones are rejected, or is no Unicode
   * @throws IllegalArgumentException where the data is events and the type is not
   */
  public static Tokenizer fit(TokenizerSpecification specification, Dataset dataset) {
    requireSuitable(specification, dataset);
    return new Tokenizer(specification, VocabularyLearner.learn(specification, dataset));
  }

  /**
   * The tokenizer that a model carries with it.
   *
   * @param symbols as {@link Vocabulary#symbols()} gave them
   * @throws IllegalArgumentException where the symbols cannot be a vocabulary of this type
   */
  public static Tokenizer of(TokenizerSpecification specification, List<String> symbols) {
    return new Tokenizer(specification, symbols);
  }

  /** The tokenizer of bytes, whose vocabulary is always the same. */
  public static Tokenizer bytes() {
    return new Tokenizer(
        new TokenizerSpecification(TokenizerType.BYTE, null, UnknownPolicy.REJECT),
        ByteSymbols.ALL);
  }

  public TokenizerSpecification specification() {
    return specification;
  }

  public Vocabulary vocabulary() {
    return vocabulary;
  }

  /**
   * The tokens of a text.
   *
   * @throws UnknownSymbolException where a symbol is not in the vocabulary and must be
   * @throws MalformedTextException where the type is bytes and a surrogate stands alone
   */
  public int[] encode(String text) {
    return encode(text, NO_SEQUENCE);
  }

  /**
   * The tokens of events.
   *
   * @throws UnknownSymbolException where an event is not in the vocabulary and must be
   * @throws IllegalArgumentException where the type is not {@link TokenizerType#EVENT}
   */
  public int[] encodeEvents(List<String> events) {
    requireEvents(specification);
    return encodeSymbols(events, NO_SEQUENCE);
  }

  /**
   * The tokens of a whole dataset. Sequences too short to predict anything in are left out and
   * counted.
   *
   * @throws UnknownSymbolException as {@link #encode(String)}, with the sequence's index
   * @throws IllegalArgumentException where the data is events and the type is not
   */
  public Corpus encode(Dataset dataset) {
    requireSuitable(specification, dataset);
    return switch (dataset) {
      case Dataset.Text(String text) -> new Corpus.RunningText(encode(text));
      case Dataset.TextSequences(List<String> texts) -> {
        List<int[]> encoded = new ArrayList<>(texts.size());
        for (String text : texts) {
          encoded.add(encode(text, encoded.size()));
        }
        yield Corpus.Sequences.of(encoded);
      }
      case Dataset.EventSequences(List<List<String>> sequences) -> {
        List<int[]> encoded = new ArrayList<>(sequences.size());
        for (List<String> events : sequences) {
          encoded.add(encodeSymbols(events, encoded.size()));
        }
        yield Corpus.Sequences.of(encoded);
      }
      case Dataset.Generated(SequenceSource source, int count) ->
          new Corpus.Generated(source, encodeSymbols(source.symbols(), NO_SEQUENCE), count, false);
    };
  }

  /**
   * The text of tokens. Words get the spaces that punctuation usually has, events one between each;
   * bytes that are not UTF-8 become replacement characters.
   *
   * @throws IllegalArgumentException where an id is not from 0 to V-1
   */
  public String decode(int[] ids) {
    List<String> symbols = new ArrayList<>(ids.length);
    for (int id : ids) {
      symbols.add(vocabulary.symbol(id));
    }
    return switch (specification.type()) {
      case CHAR -> String.join("", symbols);
      case BYTE -> decodeBytes(ids);
      case WORD -> Words.join(symbols);
      case EVENT -> String.join(" ", symbols);
    };
  }

  /** How one token is shown: its symbol; a byte that is not printable ASCII as {@code <0x0A>}. */
  public String symbol(int id) {
    return vocabulary.symbol(id);
  }

  private int[] encode(String text, int sequence) {
    return switch (specification.type()) {
      case CHAR -> encodeCharacters(text, sequence);
      case BYTE -> encodeBytes(text);
      case WORD -> encodeSymbols(Words.split(text), sequence);
      case EVENT -> encodeSymbols(Words.splitEvents(text), sequence);
    };
  }

  private int[] encodeCharacters(String text, int sequence) {
    int[] ids = text.codePoints().toArray();
    for (int i = 0; i < ids.length; i++) {
      int found = Arrays.binarySearch(codePoints, ids[i]);
      ids[i] = found >= 0 ? codePointIds[found] : unknown(Character.toString(ids[i]), i, sequence);
    }
    return ids;
  }

  private int[] encodeSymbols(List<String> symbols, int sequence) {
    int[] ids = new int[symbols.size()];
    int next = 0;
    for (String symbol : symbols) {
      int id = vocabulary.idOf(symbol).orElse(-1);
      ids[next] = id >= 0 ? id : unknown(symbol, next, sequence);
      next++;
    }
    return ids;
  }

  private int unknown(String symbol, int position, int sequence) {
    Integer id = vocabulary.unknownId();
    if (id == null) {
      throw new UnknownSymbolException(symbol, position, sequence, vocabulary.size());
    }
    return id;
  }

  private static int[] encodeBytes(String text) {
    byte[] bytes = Utf8.encode(text);
    int[] ids = new int[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      ids[i] = Byte.toUnsignedInt(bytes[i]);
    }
    return ids;
  }

  private static String decodeBytes(int[] ids) {
    byte[] bytes = new byte[ids.length];
    for (int i = 0; i < ids.length; i++) {
      bytes[i] = (byte) ids[i];
    }
    return new String(bytes, UTF_8);
  }

  private static void requireSuitable(TokenizerSpecification specification, Dataset dataset) {
    if (dataset instanceof Dataset.EventSequences || dataset instanceof Dataset.Generated) {
      requireEvents(specification);
    }
  }

  private static void requireEvents(TokenizerSpecification specification) {
    if (specification.type() != TokenizerType.EVENT) {
      throw new IllegalArgumentException(
          "tokenizer: expected type event for sequences of events, found "
              + specification.type().name().toLowerCase(Locale.ROOT));
    }
  }
}
