package io.carousel.files;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** How the sequences of a corpus stand in its file. */
enum FileFormat {
  /** One running text. */
  TEXT,
  /** One sequence a line, its events separated by white space. */
  EVENTS,
  /** One JSON object a line, see {@link JsonLines}. */
  JSONL;

  /** Its name in JSON. */
  String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The format of that name, or null. */
  static @Nullable FileFormat named(String name) {
    return Arrays.stream(values())
        .filter(format -> format.wireName().equals(name))
        .findFirst()
        .orElse(null);
  }

  static String names() {
    return Arrays.stream(values()).map(FileFormat::wireName).collect(Collectors.joining(", "));
  }

  /**
   * Tells the format of a file that was uploaded without one.
   *
   * @param start the file's first bytes, which decide where its name says nothing
   */
  static FileFormat detect(String filename, String start) {
    String name = filename.toLowerCase(Locale.ROOT);
    if (name.endsWith(".txt")) {
      return TEXT;
    }
    if (name.endsWith(".dat")) {
      return EVENTS;
    }
    boolean looksLikeJson = start.stripLeading().startsWith("{");
    return name.endsWith(".jsonl") || name.endsWith(".ndjson") || looksLikeJson ? JSONL : TEXT;
  }
}
