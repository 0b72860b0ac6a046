package io.carousel.reports;

import static io.carousel.http.Fields.requireAtMost;

import io.carousel.http.ProblemException;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * How big reports may be, and how many are kept.
 *
 * @param maxSequenceLength of sequence_length
 * @param maxBatchSize of batch_size
 * @param maxBytes what one analysis may need in memory by estimate; by default 30 % of the greatest
 *     heap
 * @param queueCapacity requests that may wait while one is analysed; one more is answered with 429
 * @param retained reports kept; the oldest are forgotten
 * @param retainedBytes what they may take together, by estimate
 */
@Validated
@ConfigurationProperties("carousel.reports")
record ReportSettings(
    @DefaultValue("1024") @Min(1) @Max(100_000) int maxSequenceLength,
    @DefaultValue("256") @Min(1) @Max(100_000) int maxBatchSize,
    @Nullable DataSize maxBytes,
    @DefaultValue("8") @Min(1) int queueCapacity,
    @DefaultValue("100") @Min(1) int retained,
    @DefaultValue("128MB") DataSize retainedBytes) {
  private static final int DEFAULT_SEQUENCE_LENGTH = 64;
  private static final int DEFAULT_BATCH_SIZE = 8;
  private static final double SHARE_OF_HEAP = 0.3;

  /** Of a request that says none. */
  int defaultSequenceLength() {
    return Math.min(DEFAULT_SEQUENCE_LENGTH, maxSequenceLength);
  }

  /** Of a request that says none. */
  int defaultBatchSize() {
    return Math.min(DEFAULT_BATCH_SIZE, maxBatchSize);
  }

  /** Memory that one analysis may need, in bytes. */
  long analysisBytes() {
    return maxBytes != null
        ? maxBytes.toBytes()
        : (long) (SHARE_OF_HEAP * Runtime.getRuntime().maxMemory());
  }

  /**
   * Refuses windows that are too many or too long.
   *
   * @param prefix of the fields' names, such as {@code diagnostics.}
   * @throws ProblemException 400 with the limit and its setting
   */
  void requireSizes(String prefix, int sequenceLength, int batchSize) {
    requireSize(prefix, "sequence_length", sequenceLength, maxSequenceLength);
    requireSize(prefix, "batch_size", batchSize, maxBatchSize);
  }

  private static void requireSize(String prefix, String name, int found, int limit) {
    String field = prefix + name;
    if (found < 1) {
      throw ProblemException.invalid(field, field + ": expected at least 1, found " + found);
    }
    requireAtMost(field, found, limit, "carousel.reports.max-" + name.replace('_', '-'));
  }
}
