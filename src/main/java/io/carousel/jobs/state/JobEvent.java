package io.carousel.jobs.state;

import io.swagger.v3.oas.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Something that happened to a job.
 *
 * @param object always {@code fine_tuning.job.event}
 * @param createdAt Unix seconds
 * @param type says what the data is
 */
@Schema(name = "TrainingJobEvent")
public record JobEvent(
    @Schema(example = "event-1f0c3a5d9e7b2468-3") String id,
    @Schema(example = "fine_tuning.job.event") String object,
    long createdAt,
    Level level,
    @Schema(example = "Epoch 1 of 10: train loss 2.104, validation loss 1.788") String message,
    Type type,
    @Schema(description = "of metrics an epoch's figures, of verdict what turned; else null")
        @Nullable Data data) {

  /** About what it takes in memory. */
  long bytes() {
    long bytes =
        switch (data) {
          case null -> 0;
          case EpochMetrics metrics -> 300;
          case VerdictTurn turn -> 1500 + 2L * turn.explanation().length();
        };
    return 250 + 2L * message.length() + bytes;
  }

  /** What an event may bear. */
  @Schema(
      name = "TrainingJobEventData",
      anyOf = {EpochMetrics.class, VerdictTurn.class})
  public sealed interface Data permits EpochMetrics, VerdictTurn {}

  /** How serious it is. */
  public enum Level {
    INFO,
    WARN,
    ERROR
  }

  /** What the data is. */
  public enum Type {
    MESSAGE,
    METRICS,
    VERDICT
  }
}
