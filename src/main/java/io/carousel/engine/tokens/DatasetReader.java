package io.carousel.engine.tokens;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the plain-text forms of a dataset from bytes as they were uploaded. They must be UTF-8; a
 * byte order mark at the start is dropped.
 */
public final class DatasetReader {
  private DatasetReader() {}

  /**
   * One running text, line ends and all.
   *
   * @throws MalformedTextException where the bytes are not UTF-8
   */
  public static Dataset.Text text(byte[] bytes) {
    return new Dataset.Text(Utf8.decode(bytes));
  }

  /** {@link #text(byte[])} of all that the stream still has. */
  public static Dataset.Text text(InputStream in) throws IOException {
    return text(in.readAllBytes());
  }

  /**
   * One sequence a line, its events separated by white space; empty lines are skipped.
   *
   * @throws MalformedTextException where the bytes are not UTF-8
   */
  public static Dataset.EventSequences events(byte[] bytes) {
    // Few distinct events stand in a file many times: keep one string of each.
    Map<String, String> canonical = new HashMap<>();
    List<List<String>> sequences = new ArrayList<>();
    Utf8.decode(bytes)
        .lines()
        .forEach(line -> {
          List<String> events = Words.splitEvents(line);
          if (!events.isEmpty()) {
            events.replaceAll(event -> canonical.computeIfAbsent(event, e -> e));
            sequences.add(List.copyOf(events));
          }
        });
    return new Dataset.EventSequences(sequences);
  }

  /** {@link #events(byte[])} of all that the stream still has. */
  public static Dataset.EventSequences events(InputStream in) throws IOException {
    return events(in.readAllBytes());
  }
}
