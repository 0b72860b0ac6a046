package io.carousel.reports.contrast;

import io.carousel.http.JsonProblems;
import io.carousel.http.ProblemException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The tokens that all models split an input into, and the places in it that a request names.
 *
 * @param tokens of each place the symbol of the first model that knows it
 */
record Prefix(List<String> tokens) {

  /** The tokens of the first model. */
  static Prefix of(Reading first) {
    return new Prefix(IntStream.range(0, first.ids().length).mapToObj(first::symbol).toList());
  }

  /**
   * These tokens, where another model reads the same; what the others did not know, by its name.
   *
   * @param before the readings that these tokens are of
   * @throws ProblemException 400 where the other model splits the input otherwise
   */
  Prefix and(Reading reading, List<Reading> before) {
    if (reading.ids().length != tokens.size()) {
      throw otherwise(
          before.getFirst(),
          "%d tokens instead of %d".formatted(reading.ids().length, tokens.size()));
    }
    List<String> together = new ArrayList<>();
    for (int k = 0; k < tokens.size(); k++) {
      int position = k;
      boolean known = before.stream().anyMatch(other -> other.knows(position));
      String symbol = reading.symbol(k);
      if (known && reading.knows(k) && !symbol.equals(tokens.get(k))) {
        throw otherwise(
            before.getFirst(),
            "%s instead of %s at position %d"
                .formatted(JsonProblems.shown(symbol), JsonProblems.shown(tokens.get(k)), k));
      }
      together.add(known ? tokens.get(k) : symbol);
    }
    return new Prefix(List.copyOf(together));
  }

  private static ProblemException otherwise(Reading first, String found) {
    return ProblemException.invalid(
        "model",
        "model: expected a model that splits the input into the same tokens as variants[0] (%s),"
                .formatted(first.name())
            + " found "
            + found);
  }

  /**
   * A place that a request names by its position or by the token that stands there once.
   *
   * @throws ProblemException 400 where it is neither
   */
  int position(String param, @Nullable Object named) {
    if (named instanceof Integer position && position >= 0 && position < tokens.size()) {
      return position;
    }
    List<Integer> places =
        IntStream.range(0, tokens.size()).filter(k -> tokens.get(k).equals(named)).boxed().toList();
    if (places.size() > 1) {
      throw ProblemException.invalid(
          param,
          ("%s: expected a token that stands in the input once, or its position; found %s at the"
                  + " positions %s")
              .formatted(param, JsonProblems.shown(named), places));
    }
    if (places.isEmpty()) {
      throw ProblemException.invalid(
          param,
          "%s: expected a position from 0 to %d or a token of the input, found %s"
              .formatted(param, tokens.size() - 1, JsonProblems.shown(named)));
    }
    return places.getFirst();
  }

  /**
   * The places of the attractors, ascending.
   *
   * @param subject which must be none of them
   * @throws ProblemException 400 where one is no place, or the same place is named twice
   */
  List<Integer> attractors(@Nullable List<@Nullable Object> named, int subject) {
    List<Integer> positions = new ArrayList<>();
    int count = named == null ? 0 : named.size();
    for (int i = 0; named != null && i < count; i++) {
      String param = "attractors[" + i + "]";
      int position = position(param, named.get(i));
      if (position == subject || positions.contains(position)) {
        throw ProblemException.invalid(
            param,
            ("%s: expected another token than the subject and the other attractors, found position"
                    + " %d twice")
                .formatted(param, position));
      }
      positions.add(position);
    }
    return positions.stream().sorted().toList();
  }
}
