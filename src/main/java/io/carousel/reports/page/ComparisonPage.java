package io.carousel.reports.page;

import com.samskivert.mustache.Template;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;

/** A comparison as a page: its table, its figure, a verdict for each network. */
@Component
public final class ComparisonPage {
  private final PageFrame frame;
  private final Template template;

  ComparisonPage(PageFrame frame) {
    this.frame = frame;
    this.template = frame.template("comparison");
  }

  /** What a browser may do with the page. */
  public String policy() {
    return frame.policy();
  }

  /**
   * Writes the page.
   *
   * @param comparison as clients see it
   * @param svgs its figures
   */
  public String html(JsonNode comparison, List<String> svgs) {
    JsonNode rows = comparison.path("rows");
    Map<String, Object> context = frame.context();
    context.put("id", comparison.path("id").asString());
    context.put("created", PageFrame.time(comparison.path("created_at").asLong()));
    context.put("headline", "Comparison of %d networks".formatted(rows.size()));
    context.put(
        "subject",
        "Required lag R = %d steps; windows of T = %d steps, B = %d of them, the same for all"
            .formatted(
                comparison.path("required_lag").asInt(),
                comparison.path("sequence_length").asInt(),
                comparison.path("batch_size").asInt()));
    context.put("rows", rows.valueStream().map(this::row).toList());
    context.put("svgs", svgs);
    List<ExploreData.Line> lines = new ArrayList<>();
    for (JsonNode profile : comparison.path("profiles")) {
      lines.add(ExploreData.line(profile.path("name").asString(), profile.path("log10_ratio")));
    }
    context.put("explore", true);
    context.put("data", frame.embedded(new ExploreData("r(τ)", lines, null)));
    return template.execute(context);
  }

  private Map<String, Object> row(JsonNode row) {
    Map<String, Object> shown = new LinkedHashMap<>();
    row.propertyNames().forEach(name -> shown.put(name, frame.plain(row.path(name))));
    shown.put("path", ExploreData.name(row.path("layer").asInt(), row.path("state").asString()));
    shown.put("horizon_tenth", PageFrame.value(row.at("/horizon/one_tenth")));
    shown.put("horizon_thousandth", PageFrame.value(row.at("/horizon/one_thousandth")));
    return shown;
  }
}
