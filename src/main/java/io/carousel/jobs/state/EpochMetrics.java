package io.carousel.jobs.state;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.carousel.engine.train.EpochReport;
import io.carousel.engine.train.Evaluation;
import io.swagger.v3.oas.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** The figures of an epoch, as events and the metrics series give them. */
@Schema(name = "EpochMetrics", description = "The figures of an epoch; losses in nats per token")
public record EpochMetrics(
    @Schema(description = "from 1") int epoch,
    @Schema(description = "optimiser steps done") long step,
    double elapsedSeconds,
    double trainLoss,
    @Nullable Double validLoss,
    @JsonProperty("top_1_accuracy") @Nullable Double top1Accuracy,
    @JsonProperty("top_k_accuracy") @Nullable Double topKAccuracy,
    @Nullable Integer k,
    @Schema(description = "whether the model would keep this epoch's weights so far") boolean best,
    @Schema(description = "of a synthetic corpus: beside what there is to reach; else null")
        @Nullable SyntheticMetrics synthetic)
    implements JobEvent.Data {

  /**
   * Of an epoch.
   *
   * @param synthetic of its own evaluation, or null
   */
  public static EpochMetrics of(EpochReport report, @Nullable SyntheticMetrics synthetic) {
    Evaluation validation = report.validation();
    return new EpochMetrics(
        report.epoch(),
        report.step(),
        report.elapsedSeconds(),
        report.trainLoss(),
        validation == null ? null : validation.loss(),
        validation == null ? null : validation.top1(),
        validation == null ? null : validation.topK(),
        validation == null ? null : validation.k(),
        report.best(),
        synthetic);
  }
}
