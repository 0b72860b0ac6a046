package io.carousel.reports;

import io.carousel.engine.gradient.report.LagMatrix;
import io.carousel.http.ComputePool;
import io.carousel.http.JsonProblems;
import io.carousel.http.ProblemException;
import io.carousel.reports.figures.Figure;
import io.carousel.reports.page.ReportPage;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** Reports as pictures and pages, drawn beside the analyses and not after them. */
@Component
public final class ReportViews implements DisposableBean {
  private static final Map<Figure, ReportPart> PARTS =
      Map.of(
          Figure.LAG_PROFILE, ReportPart.LAG_PROFILE,
          Figure.LAG_MATRIX, ReportPart.LAG_MATRIX,
          Figure.GATES, ReportPart.GATES,
          Figure.SPECTRUM, ReportPart.LYAPUNOV,
          Figure.DEPTH, ReportPart.DEPTH,
          Figure.CAROUSEL, ReportPart.CAROUSEL,
          Figure.CONTEXT, ReportPart.CONTEXT,
          Figure.CLIPPING, ReportPart.CLIPPING);

  private final ReportPage page;
  private final JsonMapper mapper;
  private final ComputePool pool;

  ReportViews(ReportPage page, JsonMapper mapper, ReportSettings settings, MeterRegistry registry) {
    this.page = page;
    this.mapper = mapper;
    this.pool =
        new ComputePool(
            "figures",
            1,
            settings.queueCapacity(),
            "carousel.reports.queue-capacity",
            Timer.builder("carousel.figures")
                .description("Figures and pages of reports, without their time in the queue")
                .register(registry));
  }

  /**
   * The figure of that name.
   *
   * @throws ProblemException 400 with the names there are
   */
  static Figure figure(@Nullable String name) {
    return Arrays.stream(Figure.values())
        .filter(figure -> figure.urlName().equals(name))
        .findFirst()
        .orElseThrow(() ->
            ProblemException.invalid(
                "figure",
                "figure: expected one of %s, found %s"
                    .formatted(
                        Arrays.stream(Figure.values())
                            .map(Figure::urlName)
                            .collect(Collectors.joining(", ")),
                        name == null ? "none" : JsonProblems.shown(name))));
  }

  /**
   * A figure as SVG.
   *
   * @throws ProblemException 422 where the report does not have what it shows
   */
  String svg(StoredReport report, Figure figure) {
    ReportPart part = PARTS.get(figure);
    if (part == null || !report.parts().contains(part)) {
      throw ProblemException.unprocessable(
          "part_not_included",
          "figure",
          "figure: %s shows the part %s, which this report was not asked for. Make one that includes"
                  .formatted(figure.urlName(), String.valueOf(part).toLowerCase(Locale.ROOT))
              + " it.");
    }
    return draw(() -> figure.svg(report.report()))
        .orElseThrow(() ->
            ProblemException.unprocessable(
                "part_not_available",
                "figure",
                "figure: %s shows the part %s, which this network (%s) does not have."
                    .formatted(
                        figure.urlName(),
                        part.name().toLowerCase(Locale.ROOT),
                        report.report().cell())));
  }

  /** A report as a page that stands alone, with the figures of all its parts. */
  String html(StoredReport report) {
    return draw(() -> {
      Map<String, String> figures = new LinkedHashMap<>();
      for (Figure figure : Figure.values()) {
        ReportPart part = PARTS.get(figure);
        if (part != null && report.parts().contains(part)) {
          figure.svg(report.report()).ifPresent(svg -> figures.put(figure.urlName(), svg));
        }
      }
      LagMatrix matrix =
          report.parts().contains(ReportPart.LAG_MATRIX) ? report.report().lagMatrix() : null;
      Set<ReportPart> others = new HashSet<>(report.parts());
      others.remove(ReportPart.LAG_MATRIX); // by far the largest
      return page.html(mapper.valueToTree(ReportResponse.of(report, others)), figures, matrix);
    });
  }

  /** What a browser may do with {@link #html}. */
  String pagePolicy() {
    return page.policy();
  }

  /** Draws on a thread that may compute, and waits for it. */
  public <T> T draw(Callable<T> drawing) {
    return pool.run(drawing);
  }

  @Override
  public void destroy() {
    pool.close();
  }
}
