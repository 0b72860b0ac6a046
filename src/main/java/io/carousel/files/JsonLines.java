package io.carousel.files;

import io.carousel.engine.tokens.Dataset;
import io.carousel.http.JsonProblems;
import io.carousel.http.ProblemException;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * One sequence a line, all as {@code {"text": "…"}} or all as {@code {"tokens": […]}} with strings
 * and integers; empty lines are skipped.
 */
final class JsonLines {
  private static final String EXPECTED = "expected {\"text\": \"…\"} or {\"tokens\": [\"…\", …]}";

  private final JsonMapper mapper;
  private final boolean keep;
  private final List<String> texts = new ArrayList<>();
  private final List<List<String>> events = new ArrayList<>();
  // Few distinct events stand in a file many times: keep one string of each.
  private final Map<String, String> canonical = new HashMap<>();
  private @Nullable String kind;
  private long kindLine;

  private JsonLines(JsonMapper mapper, boolean keep) {
    this.mapper = mapper;
    this.keep = keep;
  }

  /**
   * Reads all of it.
   *
   * @throws ProblemException 400 with the number of the first bad line
   */
  static Dataset read(BufferedReader reader, JsonMapper mapper) throws IOException {
    JsonLines lines = new JsonLines(mapper, true);
    lines.readAll(reader);
    return "text".equals(lines.kind)
        ? new Dataset.TextSequences(lines.texts)
        : new Dataset.EventSequences(lines.events);
  }

  /** Reads all of it and keeps nothing. */
  static void check(BufferedReader reader, JsonMapper mapper) throws IOException {
    new JsonLines(mapper, false).readAll(reader);
  }

  private void readAll(BufferedReader reader) throws IOException {
    long number = 0;
    for (String line = reader.readLine(); line != null; line = reader.readLine()) {
      number++;
      String json = number == 1 && line.startsWith("\uFEFF") ? line.substring(1) : line;
      if (!json.isBlank()) {
        accept(number, parse(number, json));
      }
    }
    if (kind == null) {
      throw new ProblemException(
          HttpStatus.BAD_REQUEST,
          "empty_file",
          "file",
          "file: expected at least one sequence, found only empty lines");
    }
  }

  private JsonNode parse(long number, String json) {
    try {
      return mapper.readTree(json);
    } catch (JacksonException e) {
      throw malformed(number, "not valid JSON: " + JsonProblems.reason(e) + "; " + EXPECTED);
    }
  }

  private void accept(long number, JsonNode node) {
    if (!node.isObject()) {
      throw malformed(number, EXPECTED + ", found " + kindOf(node));
    }
    for (String field : node.propertyNames()) {
      if (!field.equals("text") && !field.equals("tokens")) {
        throw malformed(number, EXPECTED + ", found the field " + JsonProblems.shown(field));
      }
    }
    if (node.size() != 1) {
      throw malformed(
          number, EXPECTED + ", found " + (node.isEmpty() ? "neither" : "both of them"));
    }
    String found = node.propertyNames().iterator().next();
    if (kind == null) {
      kind = found;
      kindLine = number;
    } else if (!kind.equals(found)) {
      throw malformed(
          number, "expected \"%s\" as in line %d, found \"%s\"".formatted(kind, kindLine, found));
    }
    JsonNode value = node.get(found);
    if (found.equals("text")) {
      acceptText(number, value);
    } else {
      acceptTokens(number, value);
    }
  }

  private void acceptText(long number, JsonNode value) {
    if (!value.isString()) {
      throw malformed(number, "text: expected a string, found " + kindOf(value));
    }
    if (keep) {
      texts.add(value.stringValue());
    }
  }

  private void acceptTokens(long number, JsonNode value) {
    if (!value.isArray()) {
      throw malformed(number, "tokens: expected an array, found " + kindOf(value));
    }
    List<String> sequence = new ArrayList<>(keep ? value.size() : 0);
    for (int i = 0; i < value.size(); i++) {
      JsonNode token = value.get(i);
      if (!token.isString() && !token.isIntegralNumber()) {
        throw malformed(
            number,
            "tokens[%d]: expected a string or an integer, found %s".formatted(i, kindOf(token)));
      }
      if (keep) {
        sequence.add(canonical.computeIfAbsent(token.asString(), symbol -> symbol));
      }
    }
    if (keep) {
      events.add(List.copyOf(sequence));
    }
  }

  private static String kindOf(JsonNode node) {
    return switch (node.getNodeType()) {
      case OBJECT -> "an object";
      case ARRAY -> "an array";
      case STRING -> "a string";
      case NUMBER -> node.asString();
      case BOOLEAN -> node.asString();
      case NULL -> "null";
      default -> "something else";
    };
  }

  private static ProblemException malformed(long number, String what) {
    return new ProblemException(
        HttpStatus.BAD_REQUEST,
        "malformed_jsonl",
        "file",
        "file: line %d: %s".formatted(number, what));
  }
}
