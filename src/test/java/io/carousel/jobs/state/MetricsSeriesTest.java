package io.carousel.jobs.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.carousel.engine.train.StepReport;
import io.carousel.engine.train.StepReport.ParameterReport;
import java.util.List;
import org.junit.jupiter.api.Test;

class MetricsSeriesTest {

  private static StepReport step(long step) {
    return new StepReport(
        step,
        1,
        10 * step,
        0.1 * step,
        0.01,
        2.0,
        1.0,
        false,
        List.of(new ParameterReport("w", step, Double.NaN)));
  }

  private static MetricsSeries series(int capacity, int steps) {
    MetricsSeries series = MetricsSeries.empty(capacity);
    for (long step = 1; step <= steps; step++) {
      series = series.with(step(step), null);
    }
    return series;
  }

  private static List<Long> steps(List<MetricsSeries.Point> points) {
    return points.stream().map(point -> point.report().step()).toList();
  }

  @Test
  void with_upToTheCapacity_keepsEveryStep() {
    assertThat(steps(series(4, 4).points())).containsExactly(1L, 2L, 3L, 4L);
  }

  @Test
  void with_overTheCapacity_strideDoublesAndStaysRegular() {
    MetricsSeries series = series(4, 5);
    assertThat(series.stride()).isEqualTo(2);
    assertThat(steps(series.points())).containsExactly(1L, 3L, 5L);

    MetricsSeries long_ = series(4, 1000);
    assertThat(long_.points()).hasSizeLessThanOrEqualTo(4);
    long stride = long_.stride();
    assertThat(steps(long_.points())).allMatch(step -> (step - 1) % stride == 0);
    assertThat(stride).isEqualTo(256);
  }

  @Test
  void with_aStep_leavesTheOldValueAsItWas() {
    MetricsSeries one = series(4, 1);
    one.with(step(2), null);
    assertThat(one.points()).hasSize(1);
  }

  @Test
  void sampled_fewerThanThereAre_keepsFirstAndLastEvenly() {
    MetricsSeries series = series(16, 11);
    assertThat(steps(series.sampled(3))).containsExactly(1L, 6L, 11L);
    assertThat(steps(series.sampled(1))).containsExactly(11L);
    assertThat(series.sampled(11)).hasSize(11);
    assertThat(series.sampled(100)).hasSize(11);
  }
}
