package io.carousel.jobs;

import static java.util.Objects.requireNonNullElse;

import io.carousel.engine.train.Schedule;
import io.swagger.v3.oas.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A learning-rate schedule as a request gives it. */
@Schema(name = "ScheduleRequest")
record ScheduleRequest(
    @Schema(description = "default constant") @Nullable Type type,
    @Schema(description = "of linear and cosine, default 0", nullable = true)
        @Nullable Integer warmupSteps,
    @Schema(
            description = "of linear and cosine: share of the rate at the last step, default 0",
            nullable = true)
        @Nullable Double finalFactor) {
  static final ScheduleRequest EMPTY = new ScheduleRequest(null, null, null);

  /** The kinds of schedules. */
  enum Type {
    CONSTANT,
    LINEAR,
    COSINE
  }

  Schedule toSchedule() {
    return switch (requireNonNullElse(type, Type.CONSTANT)) {
      case CONSTANT -> {
        if (warmupSteps != null || finalFactor != null) {
          throw new IllegalArgumentException(
              "type: expected linear or cosine with warmup_steps or final_factor, found constant");
        }
        yield new Schedule.Constant();
      }
      case LINEAR -> {
        Schedule.Linear base = Schedule.Linear.DEFAULT;
        yield new Schedule.Linear(
            requireNonNullElse(warmupSteps, base.warmupSteps()),
            requireNonNullElse(finalFactor, base.finalFactor()));
      }
      case COSINE -> {
        Schedule.Cosine base = Schedule.Cosine.DEFAULT;
        yield new Schedule.Cosine(
            requireNonNullElse(warmupSteps, base.warmupSteps()),
            requireNonNullElse(finalFactor, base.finalFactor()));
      }
    };
  }
}
