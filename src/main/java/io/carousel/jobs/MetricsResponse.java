package io.carousel.jobs;

import io.carousel.engine.train.StepReport;
import io.carousel.http.Fields;
import io.carousel.jobs.state.EpochMetrics;
import io.carousel.jobs.state.MetricsSeries;
import io.carousel.jobs.state.TrainingJob;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A job's time series. */
@Schema(
    name = "TrainingJobMetricsSeries",
    description = "Every recorded_every-th step, and every epoch; losses in nats per token")
record MetricsResponse(
    @Schema(example = "fine_tuning.job.metrics") String object,
    String jobId,
    @Schema(description = "doubles whenever there are too many points") long recordedEvery,
    List<Step> steps,
    List<EpochMetrics> epochs) {

  /** One step. */
  @Schema(name = "StepMetrics")
  record Step(
      @Schema(description = "from 1") long step,
      int epoch,
      @Schema(description = "predictions trained on so far") long tokens,
      double elapsedSeconds,
      double learningRate,
      @Schema(description = "of the step's batch, before the step") double trainLoss,
      @Schema(description = "of the last evaluation before the step", nullable = true)
          @Nullable Double validLoss,
      @Schema(description = "global norm before the clip") double gradientNorm,
      boolean clipped,
      @Schema(description = "log10 of mean |update| over mean |parameter|, by parameter")
          Map<String, Float> updateRatioLog10,
      @Schema(description = "norm before the clip, by parameter") Map<String, Float> gradientNorms,
      @Schema(
              description =
                  "figures that are null because they are not finite: nan, inf or -inf by field")
          Map<String, String> nonFinite) {

    static Step of(MetricsSeries.Point point, List<String> parameters) {
      StepReport report = point.report();
      Map<String, String> nonFinite = new LinkedHashMap<>();
      flag(nonFinite, "train_loss", report.loss());
      flag(nonFinite, "gradient_norm", report.gradientNorm());
      return new Step(
          report.step(),
          report.epoch(),
          report.tokens(),
          report.elapsedSeconds(),
          report.learningRate(),
          report.loss(),
          point.validLoss(),
          report.gradientNorm(),
          report.clipped(),
          named(parameters, point.updateRatios(), "update_ratio_log10", nonFinite),
          named(parameters, point.gradientNorms(), "gradient_norms", nonFinite),
          nonFinite);
    }

    private static Map<String, Float> named(
        List<String> names,
        float @Nullable [] values,
        String field,
        Map<String, String> nonFinite) {
      Map<String, Float> named = new LinkedHashMap<>();
      for (int i = 0; values != null && i < values.length; i++) {
        named.put(names.get(i), values[i]);
        flag(nonFinite, field + "." + names.get(i), values[i]);
      }
      return named;
    }

    private static void flag(Map<String, String> nonFinite, String field, double value) {
      String flag = Fields.nonFinite(value);
      if (flag != null) {
        nonFinite.put(field, flag);
      }
    }
  }

  /**
   * The series of a job.
   *
   * @param points most points of it
   */
  static MetricsResponse of(TrainingJob job, int points) {
    MetricsSeries series = job.series();
    return new MetricsResponse(
        "fine_tuning.job.metrics",
        job.id(),
        series.stride(),
        series.sampled(points).stream().map(p -> Step.of(p, series.parameters())).toList(),
        job.epochs());
  }
}
