package io.carousel.reports;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.util.MimeTypeUtils;

/** What a report can be answered as. Spring has refused already what accepts none of them. */
public enum Representation {
  /** The default, also of clients that accept anything. */
  JSON(MediaType.APPLICATION_JSON),
  /** A page. */
  HTML(new MediaType(MediaType.TEXT_HTML, java.nio.charset.StandardCharsets.UTF_8)),
  /** A figure. */
  SVG(MediaType.valueOf(Representation.SVG_TYPE));

  public static final String SVG_TYPE = "image/svg+xml";

  /** Nothing but its own style and pictures that are part of it. */
  private static final String FIGURE_POLICY =
      "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

  private final MediaType type;

  Representation(MediaType type) {
    this.type = type;
  }

  /**
   * The one that a client likes best.
   *
   * @param accept header fields; empty: anything
   * @param figureNamed whether it names a figure: then that is what it wants, if it accepts one
   */
  public static Representation of(List<String> accept, boolean figureNamed) {
    List<MediaType> accepted = new ArrayList<>(MediaType.parseMediaTypes(accept));
    accepted.removeIf(type -> type.getQualityValue() == 0);
    MimeTypeUtils.sortBySpecificity(accepted);
    if (figureNamed
        && (accepted.isEmpty() || accepted.stream().anyMatch(type -> type.includes(SVG.type)))) {
      return SVG;
    }
    return accepted.stream()
        .flatMap(wanted -> Arrays.stream(values()).filter(offered -> wanted.includes(offered.type)))
        .findFirst()
        .orElse(JSON);
  }

  /** An answer of this kind; it may depend on the request's Accept. */
  public ResponseEntity.BodyBuilder answer(String contentSecurityPolicy) {
    return ResponseEntity.ok()
        .contentType(type)
        .varyBy(HttpHeaders.ACCEPT)
        .header("Content-Security-Policy", contentSecurityPolicy);
  }

  /** A figure. */
  public static ResponseEntity<Object> svg(String document) {
    return SVG.answer(FIGURE_POLICY).body(document);
  }

  /** A page. */
  public static ResponseEntity<Object> html(String document, String contentSecurityPolicy) {
    return HTML.answer(contentSecurityPolicy).body(document);
  }

  /** Data. */
  public static ResponseEntity<Object> json(Object body) {
    return ResponseEntity.ok()
        .contentType(MediaType.APPLICATION_JSON)
        .varyBy(HttpHeaders.ACCEPT)
        .body(body);
  }
}
