package io.carousel.jobs.diagnostics;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The reports of a job in bounded memory: a point of each, and the whole of some. Where there are
 * too many, the one between the two closest neighbours goes, so that what is left stays spread
 * evenly; the first and the last stay. Immutable.
 */
public final class ReportSeries {
  /** No reports, and room for none. */
  public static final ReportSeries NONE = new ReportSeries(0, 0, List.of(), Set.of());

  private final int mostPoints;
  private final int mostReports;
  private final List<ReportPoint> points; // oldest first
  private final Set<String> whole; // ids of the reports that are kept

  private ReportSeries(
      int mostPoints, int mostReports, List<ReportPoint> points, Set<String> whole) {
    this.mostPoints = mostPoints;
    this.mostReports = mostReports;
    this.points = points;
    this.whole = whole;
  }

  /** None yet. */
  public static ReportSeries empty(DiagnosticsSettings settings) {
    int most = Math.max(settings.points(), settings.retained() + 1);
    return new ReportSeries(most, settings.retained(), List.of(), Set.of());
  }

  /**
   * A series with a report more.
   *
   * @param forget id of the report that is not to be kept whole any more, or null
   */
  public record Extended(ReportSeries series, @Nullable String forget) {}

  /** With a newer report. */
  public Extended with(ReportPoint point) {
    List<ReportPoint> more = new ArrayList<>(points);
    more.add(point);
    Set<String> kept = new HashSet<>(whole);
    kept.add(point.id());
    String forget = null;
    if (kept.size() > mostReports) {
      List<ReportPoint> reports = more.stream().filter(each -> kept.contains(each.id())).toList();
      forget = reports.get(leastMissed(reports, Set.of())).id();
      kept.remove(forget);
    }
    if (more.size() > mostPoints) {
      more.remove(leastMissed(more, kept));
    }
    return new Extended(
        new ReportSeries(mostPoints, mostReports, List.copyOf(more), Set.copyOf(kept)), forget);
  }

  /** Oldest first. */
  public List<ReportPoint> points() {
    return points;
  }

  /** Index of the inner point whose neighbours are closest, out of those not to be spared. */
  private static int leastMissed(List<ReportPoint> points, Set<String> spared) {
    int chosen = -1;
    long closest = Long.MAX_VALUE;
    for (int i = 1; i < points.size() - 1; i++) {
      long gap = points.get(i + 1).step() - points.get(i - 1).step();
      if (gap < closest && !spared.contains(points.get(i).id())) {
        closest = gap;
        chosen = i;
      }
    }
    return chosen;
  }
}
