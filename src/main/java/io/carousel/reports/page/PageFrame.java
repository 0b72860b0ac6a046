package io.carousel.reports.page;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.samskivert.mustache.Mustache;
import com.samskivert.mustache.Template;
import io.carousel.http.Digests;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.springframework.stereotype.Component;
import org.webjars.WebJarVersionLocator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What all pages share: templates, which escape what they are given, style, scripts, and the policy
 * that forbids everything else.
 */
@Component
final class PageFrame {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm 'UTC'", Locale.ROOT);
  private static final MathContext DIGITS = new MathContext(4);
  private static final String UPLOT = "uplot";

  private final Mustache.Compiler compiler;
  private final JsonMapper mapper;
  private final String style;
  private final String library;
  private final String script;
  private final String policy;

  PageFrame(JsonMapper mapper) {
    this.mapper = mapper;
    style = resource("style.css") + webJar("dist/uPlot.min.css");
    library = webJar("dist/uPlot.iife.min.js");
    script = resource("explore.js");
    policy =
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none';"
            + " form-action 'none'; script-src '%s' '%s'".formatted(hash(library), hash(script));
    compiler =
        Mustache.compiler()
            .escapeHTML(true)
            .nullValue("–")
            .withLoader(name -> new StringReader(resource(name + ".mustache")))
            .withFormatter(PageFrame::shown);
  }

  /**
   * What a browser may do with a page: the {@code Content-Security-Policy} of its header, and of
   * itself for when it was saved.
   */
  String policy() {
    return policy + "; frame-ancestors 'none'";
  }

  Template template(String name) {
    return compiler.compile(resource(name + ".mustache"));
  }

  /** The names that every page uses. */
  Map<String, Object> context() {
    Map<String, Object> context = new LinkedHashMap<>();
    context.put("style", style);
    context.put("library", library);
    context.put("script", script);
    context.put("policy", policy);
    return context;
  }

  /** JSON for within a script element: nothing in it can end the element. */
  String embedded(Object value) {
    return mapper.writeValueAsString(value).replace("<", "\\u003c");
  }

  /** JSON for a reader. */
  String pretty(JsonNode json) {
    return mapper.writerWithDefaultPrettyPrinter().writeValueAsString(json);
  }

  /** JSON as the maps and lists that a template walks. */
  Object plain(JsonNode json) {
    return mapper.treeToValue(json, Object.class);
  }

  static String time(long unixSeconds) {
    return TIME.format(Instant.ofEpochSecond(unixSeconds).atOffset(ZoneOffset.UTC));
  }

  /** A value of a report; a dash where there is none. */
  static String value(JsonNode node) {
    if (node.isNull() || node.isMissingNode()) {
      return "–";
    }
    return node.isDouble() ? shown(node.asDouble()) : node.toString();
  }

  /** Numbers with four digits. */
  static String shown(Object value) {
    if (!(value instanceof Double number)) {
      return String.valueOf(value);
    }
    BigDecimal rounded = new BigDecimal(number).round(DIGITS).stripTrailingZeros();
    double size = Math.abs(number);
    return size == 0 || (size >= 1e-3 && size < 1e6)
        ? rounded.toPlainString()
        : String.format(Locale.ROOT, "%.3e", number);
  }

  private static String hash(String text) {
    return "sha256-" + Base64.getEncoder().encodeToString(Digests.sha256(text));
  }

  private static String webJar(String path) {
    String full = new WebJarVersionLocator().fullPath(UPLOT, path);
    return read("/" + full);
  }

  private static String resource(String name) {
    return read("/io/carousel/reports/page/" + name);
  }

  private static String read(String path) {
    try (InputStream in = PageFrame.class.getResourceAsStream(path)) {
      if (in == null) {
        throw new IllegalStateException("missing from the program: " + path);
      }
      return new String(in.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
