package io.carousel.engine.tokens;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Counts the symbols of a dataset and decides which of them make the vocabulary. */
final class VocabularyLearner {
  private record Count(String symbol, long occurrences) {}

  private static final Comparator<Count> BY_SYMBOL = Comparator.comparing(Count::symbol);
  // Not by symbol: UTF-16 puts U+10000 and above before U+E000.
  private static final Comparator<Count> BY_CODE_POINT =
      Comparator.comparingInt(count -> count.symbol().codePointAt(0));
  private static final Comparator<Count> MOST_FREQUENT_FIRST =
      Comparator.comparingLong(Count::occurrences).reversed();

  private final TokenizerSpecification specification;
  private final Map<String, Long> symbols = new HashMap<>();
  // Characters are too many to go through the map one by one.
  private final long[] codePoints;

  private VocabularyLearner(TokenizerSpecification specification) {
    this.specification = specification;
    this.codePoints =
        switch (specification.type()) {
          case CHAR, BYTE -> new long[Character.MAX_CODE_POINT + 1];
          case WORD, EVENT -> new long[0];
        };
  }

  /** The symbols in the order of their ids; for bytes always all 256. */
  static List<String> learn(TokenizerSpecification specification, Dataset dataset) {
    VocabularyLearner learner = new VocabularyLearner(specification);
    switch (dataset) {
      case Dataset.Text(String text) -> learner.countText(text);
      case Dataset.TextSequences(List<String> texts) -> texts.forEach(learner::countText);
      case Dataset.EventSequences(List<List<String>> sequences) ->
          sequences.forEach(learner::countSymbols);
      // Each once: all of them, whether or not a part of the stream has them.
      case Dataset.Generated(SequenceSource source, int count) ->
          learner.countSymbols(source.symbols());
    }
    return learner.choose();
  }

  private void countText(String text) {
    Utf8.requireWellFormed(text);
    switch (specification.type()) {
      case CHAR, BYTE -> text.codePoints().forEach(codePoint -> codePoints[codePoint]++);
      case WORD -> countSymbols(Words.split(text));
      case EVENT -> countSymbols(Words.splitEvents(text));
    }
  }

  private void countSymbols(List<String> sequence) {
    for (String symbol : sequence) {
      Utf8.requireWellFormed(symbol);
      symbols.merge(symbol, 1L, Long::sum);
    }
  }

  private List<String> choose() {
    List<Count> counts = counts();
    if (counts.size() < 2) {
      throw new VocabularyTooSmallException(counts.size());
    }
    if (specification.type() == TokenizerType.BYTE) {
      return ByteSymbols.ALL;
    }
    boolean characters = specification.type() == TokenizerType.CHAR;
    boolean map = specification.unknown() == UnknownPolicy.MAP;
    if (map) {
      // An event of that very name is what the data itself calls unknown.
      counts.removeIf(count -> count.symbol().equals(Vocabulary.UNKNOWN));
    }
    Comparator<Count> bySymbol = characters ? BY_CODE_POINT : BY_SYMBOL;
    counts.sort(MOST_FREQUENT_FIRST.thenComparing(bySymbol));
    List<Count> kept = mostFrequent(counts, map);
    if (characters) {
      kept.sort(bySymbol);
    }
    List<String> chosen = new ArrayList<>(kept.size() + 1);
    kept.forEach(count -> chosen.add(count.symbol()));
    if (map) {
      chosen.add(Vocabulary.UNKNOWN); // last, so that the other ids do not depend on the policy
    }
    return chosen;
  }

  private List<Count> counts() {
    List<Count> counts = new ArrayList<>();
    symbols.forEach((symbol, occurrences) -> counts.add(new Count(symbol, occurrences)));
    for (int codePoint = 0; codePoint < codePoints.length; codePoint++) {
      if (codePoints[codePoint] > 0) {
        counts.add(new Count(Character.toString(codePoint), codePoints[codePoint]));
      }
    }
    return counts;
  }

  private List<Count> mostFrequent(List<Count> counts, boolean map) {
    Integer limit = specification.maxVocabulary();
    if (limit == null || counts.size() + (map ? 1 : 0) <= limit) {
      return counts;
    }
    if (!map) {
      throw new UnusableDataException(
          ("max_vocabulary: expected at most %d distinct symbols, found %d; the others would be out"
                  + " of vocabulary, which needs \"unknown\": \"map\"")
              .formatted(limit, counts.size()));
    }
    return counts.subList(0, limit - 1);
  }
}
