package io.carousel.jobs.diagnostics;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReportSeriesTest {
  private static final DiagnosticsSettings SETTINGS =
      new DiagnosticsSettings(0.2, Duration.ZERO, 5, 20);

  private static ReportPoint point(long step) {
    return new ReportPoint("report-" + step, 0, step, 1, 1.0, 8, 8, List.of(), List.of());
  }

  @Test
  void with_manyReports_pointsAndWholeOnesStaySpreadFromTheFirstToTheLast() {
    ReportSeries series = ReportSeries.empty(SETTINGS);
    List<String> whole = new ArrayList<>();
    for (long step = 0; step <= 1000; step++) {
      ReportSeries.Extended extended = series.with(point(step));
      series = extended.series();
      whole.add("report-" + step);
      if (extended.forget() != null) {
        assertThat(whole.remove(extended.forget())).as(extended.forget()).isTrue();
      }
      assertThat(whole).hasSizeLessThanOrEqualTo(5);
      assertThat(series.points()).hasSizeLessThanOrEqualTo(20);
      List<String> ids = series.points().stream().map(ReportPoint::id).toList();
      assertThat(ids).startsWith("report-0").endsWith("report-" + step).containsAll(whole);
    }
    assertThat(whole).hasSize(5);
    List<Long> steps = series.points().stream().map(ReportPoint::step).toList();
    assertThat(steps).hasSize(20).isSorted();
    for (int i = 1; i < steps.size(); i++) {
      assertThat(steps.get(i) - steps.get(i - 1)).as(steps.toString()).isLessThanOrEqualTo(150);
    }
  }

  @Test
  void with_fewReports_forgetsNone() {
    ReportSeries series = ReportSeries.empty(SETTINGS);
    for (long step = 0; step < 5; step++) {
      ReportSeries.Extended extended = series.with(point(step));
      assertThat(extended.forget()).isNull();
      series = extended.series();
    }
    assertThat(series.points()).hasSize(5);
  }
}
