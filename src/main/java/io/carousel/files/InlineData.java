package io.carousel.files;

import io.carousel.engine.tokens.Dataset;
import io.carousel.engine.tokens.SequenceSource;
import io.carousel.http.Digests;
import io.carousel.http.JsonProblems;
import io.carousel.http.ProblemException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Data that stands in a request itself. */
public final class InlineData {
  private static final byte END_OF_SYMBOL = 0x1f;
  private static final byte END_OF_SEQUENCE = 0x1e;

  private InlineData() {}

  /**
   * Sequences as JSON gave them: all of them texts, or all of them arrays of events, which are
   * strings or integers.
   *
   * @param param the request's field, for problems
   * @throws ProblemException 400 where anything else stands there
   */
  public static Dataset sequences(List<?> sequences, String param) {
    if (!sequences.isEmpty() && sequences.getFirst() instanceof String) {
      List<String> texts = new ArrayList<>(sequences.size());
      for (Object sequence : sequences) {
        if (!(sequence instanceof String text)) {
          throw wrong(param, texts.size(), "a string, as the first one is", sequence);
        }
        texts.add(text);
      }
      return new Dataset.TextSequences(texts);
    }
    List<List<String>> events = new ArrayList<>(sequences.size());
    for (Object sequence : sequences) {
      if (!(sequence instanceof List<?> list)) {
        throw wrong(param, events.size(), "an array of events", sequence);
      }
      events.add(events(list, param + "[" + events.size() + "]"));
    }
    return new Dataset.EventSequences(events);
  }

  /** One sequence of events, strings or integers. */
  public static List<String> events(List<?> sequence, String param) {
    List<String> events = new ArrayList<>(sequence.size());
    for (Object event : sequence) {
      events.add(
          switch (event) {
            case String text -> text;
            case Integer number -> number.toString();
            case Long number -> number.toString();
            case null, default ->
                throw wrong(param, events.size(), "a string or an integer", event);
          });
    }
    return events;
  }

  /**
   * SHA-256 of the data, lower-case hexadecimal: of a text's UTF-8, of sequences with ends, of
   * generated ones the description of what makes them.
   */
  public static String sha256(Dataset data) {
    MessageDigest digest = Digests.sha256();
    switch (data) {
      case Dataset.Text(String text) -> digest.update(text.getBytes(StandardCharsets.UTF_8));
      case Dataset.TextSequences(List<String> texts) -> {
        for (String text : texts) {
          digest.update(text.getBytes(StandardCharsets.UTF_8));
          digest.update(END_OF_SEQUENCE);
        }
      }
      case Dataset.EventSequences(List<List<String>> sequences) -> {
        for (List<String> events : sequences) {
          for (String event : events) {
            digest.update(event.getBytes(StandardCharsets.UTF_8));
            digest.update(END_OF_SYMBOL);
          }
          digest.update(END_OF_SEQUENCE);
        }
      }
      case Dataset.Generated(SequenceSource source, int count) ->
          digest.update(source.description().getBytes(StandardCharsets.UTF_8));
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static ProblemException wrong(
      String param, int index, String expected, @Nullable Object found) {
    String field = param + "[" + index + "]";
    return ProblemException.invalid(
        field, "%s: expected %s, found %s".formatted(field, expected, JsonProblems.shown(found)));
  }
}
