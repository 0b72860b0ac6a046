package io.carousel.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.carousel.engine.train.StepReport;
import io.carousel.engine.train.StepReport.ParameterReport;
import io.carousel.jobs.state.MetricsSeries;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MetricsResponseTest {

  @Test
  void step_updateRatioNotFinite_isFlagged() {
    List<ParameterReport> detail = List.of(new ParameterReport("w", 1, Double.NaN));
    StepReport report = new StepReport(1, 1, 10, 0.1, 0.01, 2.0, 1.0, false, detail);
    MetricsSeries series = MetricsSeries.empty(4).with(report, null);
    var step = MetricsResponse.Step.of(series.points().getFirst(), series.parameters());
    assertThat(step.gradientNorms()).containsEntry("w", 1f);
    assertThat(step.nonFinite()).containsOnly(Map.entry("update_ratio_log10.w", "nan"));
  }
}
