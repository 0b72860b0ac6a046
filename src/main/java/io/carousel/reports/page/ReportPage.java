package io.carousel.reports.page;

import com.samskivert.mustache.Template;
import io.carousel.engine.gradient.report.LagMatrix;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A report as a page: verdicts, numbers, figures, residuals, and how to read them. */
@Component
public final class ReportPage {
  private final PageFrame frame;
  private final Template template;

  ReportPage(PageFrame frame) {
    this.frame = frame;
    this.template = frame.template("report");
  }

  /** What a browser may do with the page. */
  public String policy() {
    return frame.policy();
  }

  /**
   * Writes the page.
   *
   * @param report as clients see it, without its lag matrix
   * @param figures SVG by name, in their order
   * @param matrix the lag matrix; null where the report was not asked for it
   */
  public String html(JsonNode report, Map<String, String> figures, @Nullable LagMatrix matrix) {
    Map<String, Object> context = frame.context();
    List<Map<String, Object>> verdicts = verdicts(report);
    context.put("report", frame.plain(report));
    context.put("created", PageFrame.time(report.path("created_at").asLong()));
    context.put("headline", headline(report));
    context.put("subject", subject(report));
    context.put("verdicts", verdicts);
    context.put("facts", facts(report));
    context.put("figures", figures.entrySet().stream().map(ReportPage::figure).toList());
    context.put("parameters", rows(report.path("parameters")));
    context.put("invariants", rows(report.path("invariants")));
    JsonNode profile = report.path("lag_profile");
    context.put("explore", profile.isObject());
    context.put(
        "data", profile.isObject() ? frame.embedded(ExploreData.of(profile, matrix)) : "null");
    return template.execute(context);
  }

  private static Map<String, Object> figure(Map.Entry<String, String> figure) {
    return Map.of("name", figure.getKey(), "svg", figure.getValue());
  }

  private static String headline(JsonNode report) {
    JsonNode verdicts = report.path("verdicts");
    return verdicts.isEmpty()
        ? "Gradient report"
        : verdicts
            .valueStream()
            .map(verdict -> verdict.path("code").asString())
            .distinct()
            .collect(Collectors.joining(", "));
  }

  private static String subject(JsonNode report) {
    JsonNode a = report.path("architecture");
    String network =
        "%s, %d × %d units"
            .formatted(
                a.path("cell").asString().toUpperCase(Locale.ROOT),
                a.path("layers").asInt(),
                a.path("hidden_size").asInt());
    return report.path("model").isString()
        ? "The trained model " + report.path("model").asString() + " (" + network + ")"
        : "A fresh network (" + network + ") at its initialisation";
  }

  private List<Map<String, Object>> verdicts(JsonNode report) {
    List<Map<String, Object>> verdicts = new ArrayList<>();
    for (JsonNode verdict : report.path("verdicts")) {
      Map<String, Object> shown = new LinkedHashMap<>();
      for (String name : List.of("code", "severity", "confidence", "rule", "explanation")) {
        shown.put(name, frame.plain(verdict.path(name)));
      }
      for (String name : List.of("threshold", "measured")) {
        shown.put(name, PageFrame.value(verdict.path(name)));
      }
      shown.put("meaning", Meanings.of(verdict.path("code").asString()));
      shown.put(
          "evidence",
          verdict
              .path("evidence")
              .valueStream()
              .map(JsonNode::asString)
              .map(pointer ->
                  Map.of("pointer", pointer, "value", PageFrame.value(report.at(pointer))))
              .toList());
      shown.put(
          "recommendations",
          verdict.path("recommendations").valueStream().map(this::recommendation).toList());
      verdicts.add(shown);
    }
    return verdicts;
  }

  private Map<String, Object> recommendation(JsonNode recommendation) {
    ObjectNode json = (ObjectNode) withoutNulls(recommendation);
    json.remove("text");
    return Map.of(
        "text",
        recommendation.path("text").asString(),
        "json",
        json.isEmpty() ? List.of() : List.of(Map.of("json", frame.pretty(json))));
  }

  private static JsonNode withoutNulls(JsonNode node) {
    JsonNode copy = node.deepCopy();
    if (copy instanceof ObjectNode object) {
      object.removeIf(JsonNode::isNull);
      List.copyOf(object.propertyNames())
          .forEach(name -> object.set(name, withoutNulls(object.path(name))));
    }
    return copy;
  }

  private static List<Map<String, Object>> facts(JsonNode report) {
    List<Map<String, Object>> facts = new ArrayList<>();
    if (report.path("model").isString()) {
      fact(facts, "model", report.path("model"));
    }
    fact(facts, "tokenizer", report.path("tokenizer"));
    fact(facts, "vocabulary, symbols", report.path("vocabulary_size"));
    fact(facts, "steps of a window, T", report.path("sequence_length"));
    fact(facts, "windows, B", report.path("batch_size"));
    fact(facts, "required lag, R", report.path("required_lag"));
    fact(facts, "predictions scored", report.path("scored_predictions"));
    fact(facts, "loss, nats a prediction", report.path("loss"));
    fact(facts, "seed", report.path("seed"));
    fact(facts, "backend of the production gradient", report.path("backend"));
    JsonNode a = report.path("architecture");
    a.propertyNames()
        .forEach(name -> {
          if (!a.path(name).isObject()) {
            fact(facts, name, a.path(name));
          }
        });
    JsonNode initialization = a.path("initialization");
    initialization
        .propertyNames()
        .forEach(name -> fact(facts, "initialization." + name, initialization.path(name)));
    return facts;
  }

  private static void fact(List<Map<String, Object>> facts, String name, JsonNode value) {
    String shown = value.isString() ? value.asString() : PageFrame.value(value);
    facts.add(Map.of("name", name, "value", shown));
  }

  /** A list as a section with rows; nothing where there is none. */
  private Object rows(JsonNode list) {
    return list.isArray() ? List.of(Map.of("rows", frame.plain(list))) : List.of();
  }
}
