package io.carousel.jobs;

import static io.carousel.http.Fields.requireAtMost;

import io.carousel.engine.train.TrainingSpecification;
import jakarta.validation.constraints.Min;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * How much training a request may ask for.
 *
 * @param maxTrainingBytes what one job may need in memory by estimate; by default 60 % of the
 *     greatest heap
 * @param maxBatchSize of batch_size
 * @param maxSequenceLength of sequence_length
 * @param maxEpochs of epochs
 */
@Validated
@ConfigurationProperties("carousel.limits")
record TrainingLimits(
    @Nullable DataSize maxTrainingBytes,
    @DefaultValue("4096") @Min(1) int maxBatchSize,
    @DefaultValue("4096") @Min(1) int maxSequenceLength,
    @DefaultValue("1000") @Min(1) int maxEpochs) {
  private static final double SHARE_OF_HEAP = 0.6;

  /**
   * Refuses what is too big.
   *
   * @throws io.carousel.http.ProblemException 400 with the limit and its setting
   */
  void check(TrainingSpecification t) {
    requireAtMost("training.epochs", t.epochs(), maxEpochs, "carousel.limits.max-epochs");
    requireAtMost(
        "training.batch_size", t.batchSize(), maxBatchSize, "carousel.limits.max-batch-size");
    requireAtMost(
        "training.sequence_length",
        t.sequenceLength(),
        maxSequenceLength,
        "carousel.limits.max-sequence-length");
  }

  /** Memory that one job may need, in bytes. */
  long trainingBytes() {
    return maxTrainingBytes != null
        ? maxTrainingBytes.toBytes()
        : (long) (SHARE_OF_HEAP * Runtime.getRuntime().maxMemory());
  }
}
