package io.carousel.predictions;

import io.carousel.engine.tokens.Tokenizer;
import io.carousel.engine.tokens.TokenizerType;
import io.carousel.engine.tokens.UnusableDataException;
import io.carousel.http.DataProblems;
import io.carousel.http.JsonProblems;
import io.carousel.http.ProblemException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Turns the contexts of a request into token ids. */
final class ContextReader {
  private final Tokenizer tokenizer;

  ContextReader(Tokenizer tokenizer) {
    this.tokenizer = tokenizer;
  }

  /**
   * The token ids of each context.
   *
   * @throws ProblemException 400 for what is no context, 422 for a symbol that the model does not
   *     know
   */
  List<int[]> read(List<?> inputs) {
    List<int[]> contexts = new ArrayList<>(inputs.size());
    for (Object input : inputs) {
      String param = "inputs[" + contexts.size() + "]";
      try {
        contexts.add(context(input, param));
      } catch (UnusableDataException e) {
        throw DataProblems.of(e, param);
      }
    }
    return contexts;
  }

  private int[] context(@Nullable Object input, String param) {
    return switch (input) {
      case String text -> tokenizer.encode(text);
      case List<?> list when list.stream().allMatch(String.class::isInstance) ->
          events(list.stream().map(String.class::cast).toList(), param);
      case List<?> list -> ids(list, param);
      case null, default ->
          throw ProblemException.invalid(
              param,
              "%s: expected a string or an array of strings or of integers, found %s"
                  .formatted(param, JsonProblems.shown(input)));
    };
  }

  private int[] events(List<String> events, String param) {
    if (!events.isEmpty() && tokenizer.specification().type() != TokenizerType.EVENT) {
      throw ProblemException.invalid(
          param,
          param + ": expected a text or token ids, as this is no model of events, found strings");
    }
    return events.isEmpty() ? new int[0] : tokenizer.encodeEvents(events);
  }

  private int[] ids(List<?> list, String param) {
    int size = tokenizer.vocabulary().size();
    int[] ids = new int[list.size()];
    for (int i = 0; i < ids.length; i++) {
      Object found = list.get(i);
      if (!(found instanceof Integer || found instanceof Long || found instanceof BigInteger)) {
        throw ProblemException.invalid(
            param,
            "%s: expected only strings or only integers, found %s at position %d"
                .formatted(param, JsonProblems.shown(found), i));
      }
      if (!(found instanceof Integer id) || id < 0 || id >= size) {
        throw ProblemException.unprocessable(
            "unknown_symbol",
            param,
            "%s: expected token ids from 0 to %d, found %s at position %d"
                .formatted(param, size - 1, JsonProblems.shown(found), i));
      }
      ids[i] = id;
    }
    return ids;
  }
}
