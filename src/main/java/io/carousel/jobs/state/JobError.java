package io.carousel.jobs.state;

import io.swagger.v3.oas.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Why a job failed.
 *
 * @param code names the cause
 * @param message the evidence
 * @param param the request's field at fault, or null
 * @param evidence the verdict that ended the job, or null
 */
@Schema(name = "TrainingJobError")
public record JobError(
    @Schema(example = "loss_non_finite") String code,
    String message,
    @Nullable String param,
    @Schema(description = "the verdict that ended the job, or null")
        @Nullable VerdictTurn evidence) {

  /** Without a verdict. */
  public JobError(String code, String message, @Nullable String param) {
    this(code, message, param, null);
  }
}
