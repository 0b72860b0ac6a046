package io.carousel.jobs.state;

import io.carousel.engine.gradient.report.NonFinite;
import io.carousel.engine.gradient.report.Verdict;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A verdict that holds at a step and did not before, or the other way round.
 *
 * @param step optimiser steps done
 * @param report id of the report that says so; null where the training itself shows it
 */
@Schema(
    name = "VerdictTurn",
    description = "A verdict that holds at this step and did not before, or the other way round")
public record VerdictTurn(
    Verdict.Code code,
    Change change,
    @Schema(description = "optimiser steps done") long step,
    @Schema(
            description = "the report that says so; null where the training itself shows it",
            nullable = true)
        @Nullable String report,
    @Schema(example = "warning") String severity,
    String rule,
    @Schema(nullable = true) @Nullable Double threshold,
    @Schema(description = "what was compared with it", nullable = true) @Nullable Double measured,
    @Schema(description = "JSON pointers into the report; without one, into a step's metrics")
        List<String> evidence,
    String explanation,
    @Schema(description = "to be sent back as they are")
        List<Verdict.Recommendation> recommendations,
    @Schema(description = "flags of fields that are null because they are not finite")
        List<NonFinite> nonFinite)
    implements JobEvent.Data {

  /** Which way it turned. */
  public enum Change {
    APPEARED,
    DISAPPEARED
  }

  public static VerdictTurn of(Verdict verdict, Change change, long step, @Nullable String report) {
    return new VerdictTurn(
        verdict.code(),
        change,
        step,
        report,
        verdict.severity(),
        verdict.rule(),
        verdict.threshold(),
        verdict.measured(),
        verdict.evidence(),
        verdict.explanation(),
        verdict.recommendations(),
        verdict.nonFinite());
  }

  /** In words. */
  public String message() {
    return change == Change.APPEARED
        ? String.format(Locale.ROOT, "Step %d: %s (%s). %s", step, code, severity, explanation)
        : String.format(Locale.ROOT, "Step %d: %s no longer holds", step, code);
  }

  /** Whether a reader of the events should look at it. */
  public JobEvent.Level level() {
    return change == Change.APPEARED && !severity.equals(Verdict.INFO)
        ? JobEvent.Level.WARN
        : JobEvent.Level.INFO;
  }
}
