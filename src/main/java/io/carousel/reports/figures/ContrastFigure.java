package io.carousel.reports.figures;

import static io.carousel.reports.figures.Plot.map;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * How much each token of a sentence moves the choice between two continuations, of several models
 * in one chart; each has a colour, a line type and a marker of its own.
 */
public final class ContrastFigure {
  private static final int LONGEST_TOKEN = 16;
  private static final int MOST_NAMED = 30; // tokens under the axis; of more only their positions

  private ContrastFigure() {}

  /**
   * What is measured.
   *
   * @param tokens of the prefix
   * @param subject its position, from 0
   * @param attractors their positions
   * @param expected the right continuation
   * @param other the wrong one
   */
  public record Sentence(
      List<String> tokens, int subject, List<Integer> attractors, String expected, String other) {
    private String token(int position) {
      String token = tokens.get(position);
      return switch (token) {
        case " " -> "␣";
        case "\n" -> "⏎";
        default -> cut(token);
      };
    }

    private String named(int position) {
      return "%s (%d)".formatted(token(position), position);
    }
  }

  /**
   * Draws.
   *
   * @param norms of the gradient at each token by the model's name; null or 0 for a gap
   */
  public static String svg(Sentence sentence, Map<String, List<@Nullable Double>> norms) {
    List<String> names = new ArrayList<>(norms.keySet());
    Table points = new Table("token", "log", "variant");
    double lowest = Double.POSITIVE_INFINITY;
    double highest = Double.NEGATIVE_INFINITY;
    for (String name : names) {
      List<@Nullable Double> values = norms.getOrDefault(name, List.of());
      for (int k = 0; k < values.size(); k++) {
        Double value = values.get(k);
        Double log = value == null || value <= 0 ? null : (Double) Math.log10(value);
        points.row(k, log, name);
        if (log != null) {
          lowest = Math.min(lowest, log);
          highest = Math.max(highest, log);
        }
      }
    }
    boolean any = lowest <= highest;
    Table subject = new Table("token");
    Table attractors = new Table("token");
    if (any) {
      subject.row(sentence.subject());
      sentence.attractors().forEach(attractors::row);
    }
    Plot plot =
        new Plot(
                "Which tokens move the choice between “%s” and “%s”"
                    .formatted(cut(sentence.expected()), cut(sentence.other())),
                "‖∂d/∂e‖ at each token's embedding e, d = ln(p(%s)/p(%s)) after the last token"
                    .formatted(cut(sentence.expected()), cut(sentence.other())),
                460 + 24 * Math.ceilDiv(names.size(), 2))
            .logAxis(
                "y",
                "‖∂d/∂e‖, nats per unit",
                any ? Powers.between(lowest, highest) : Powers.between(-1, 0))
            .values("color", "", names, Palette.first(Palette.SERIES, names.size()))
            .values("linetype", "", names, Palette.first(Palette.LINES, names.size()))
            .values("shape", "", names, Palette.first(Palette.MARKERS, names.size()))
            .legendColumns(2)
            .caption(caption(sentence));
    tokens(plot, sentence);
    return plot.layer(
            "vline",
            subject,
            map("xintercept", "token"),
            map("color", Palette.BLACK, "linetype", "dotdash", "size", 0.8))
        .layer(
            "vline",
            attractors,
            map("xintercept", "token"),
            map("color", Palette.GREY, "linetype", "dotted", "size", 1.2))
        .layer(
            "line",
            any ? points : new Table("token"),
            map("x", "token", "y", "log", "color", "variant", "linetype", "variant"),
            map("size", 1.1))
        .layer(
            "point",
            any ? points : new Table("token"),
            map("x", "token", "y", "log", "color", "variant", "shape", "variant"),
            map("size", 4))
        .svg();
  }

  private static void tokens(Plot plot, Sentence sentence) {
    int last = sentence.tokens().size() - 1;
    List<Object> limits = Plot.list(-0.4, last + 0.4);
    if (last >= MOST_NAMED) {
      plot.steps("x", "position of the token", last, 1, "limits", limits);
      return;
    }
    List<Integer> positions = IntStream.rangeClosed(0, last).boxed().toList();
    plot.scale(
        "x",
        "name",
        "token of the input",
        "breaks",
        positions.stream().map(Integer::doubleValue).toList(),
        "labels",
        positions.stream().map(sentence::token).toList(),
        "limits",
        limits);
  }

  private static String caption(Sentence sentence) {
    String subject = "Dash-dotted: the subject, " + sentence.named(sentence.subject()) + ".";
    List<Integer> attractors = sentence.attractors();
    return attractors.isEmpty()
        ? subject
        : attractors.stream()
            .map(sentence::named)
            .collect(
                Collectors.joining(
                    ", ",
                    subject + " Dotted: the attractor" + Captions.plural(attractors.size()) + ", ",
                    "."));
  }

  private static String cut(String token) {
    return token.codePointCount(0, token.length()) <= LONGEST_TOKEN
        ? token
        : token.substring(0, token.offsetByCodePoints(0, LONGEST_TOKEN)) + "…";
  }
}
