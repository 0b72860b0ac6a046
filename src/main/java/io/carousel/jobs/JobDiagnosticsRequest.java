package io.carousel.jobs;

import static java.util.Objects.requireNonNullElse;

import io.carousel.engine.gradient.report.Verdict.Code;
import io.carousel.http.JsonProblems;
import io.carousel.http.ProblemException;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What is to be watched while a job trains. */
@Schema(
    name = "TrainingDiagnosticsRequest",
    description =
        "Gradient reports while the job trains: at the start, every every_steps steps and at the"
            + " end, on windows of the training data that seed draws. Training waits for them; what"
            + " it learns does not change. Where they take more of its time than"
            + " carousel.jobs.diagnostics.max-share, some are skipped.")
record JobDiagnosticsRequest(
    @Schema(
            description = "optimiser steps from one report to the next; default null: no reports",
            nullable = true,
            example = "200")
        @Nullable Integer everySteps,
    @Schema(
            description =
                "verdicts that end the job: NON_FINITE, LEARNING_RATE_HIGH and LEARNING_RATE_LOW"
                    + " also without reports, the others by a report before the last; default none",
            nullable = true,
            example = "[\"NON_FINITE\", \"EXPLODING_TIME\"]")
        @Nullable List<@Nullable String> stopOn,
    @Schema(
            description =
                "steps over which the model is to learn, default training.sequence_length",
            nullable = true)
        @Nullable Integer requiredLag,
    @Schema(
            description =
                "steps of a window, default training.sequence_length, at most"
                    + " carousel.reports.max-sequence-length",
            nullable = true)
        @Nullable Integer sequenceLength,
    @Schema(
            description = "windows, default 8, at most carousel.reports.max-batch-size",
            nullable = true)
        @Nullable Integer batchSize,
    @Schema(
            description =
                "parts of a report, default: verdicts, lag_profile, lag_matrix, state_gradient,"
                    + " weight_gradient_by_lag, parameters, bound, carousel, gates, depth, clipping,"
                    + " invariants",
            nullable = true)
        @Nullable List<@Nullable String> include) {

  /** Verdicts that the training shows by itself. */
  private static final Set<Code> OF_TRAINING =
      EnumSet.of(Code.NON_FINITE, Code.LEARNING_RATE_HIGH, Code.LEARNING_RATE_LOW);

  /** Verdicts that there is a reason to stop on. */
  private static final Set<Code> STOPPING =
      EnumSet.complementOf(EnumSet.of(Code.HEALTHY, Code.INCONCLUSIVE));

  /**
   * The verdicts that end the job.
   *
   * @throws ProblemException 400 with those that there are
   */
  List<Code> stopCodes() {
    List<Code> codes = new ArrayList<>();
    List<@Nullable String> names = requireNonNullElse(stopOn, List.of());
    for (int i = 0; i < names.size(); i++) {
      String field = "diagnostics.stop_on[" + i + "]";
      String name = names.get(i);
      Code code =
          STOPPING.stream()
              .filter(known -> known.name().equals(name))
              .findFirst()
              .orElseThrow(() ->
                  ProblemException.invalid(
                      field,
                      "%s: expected one of %s, found %s"
                          .formatted(field, listed(STOPPING), JsonProblems.shown(name))));
      if (everySteps == null && !OF_TRAINING.contains(code)) {
        throw ProblemException.invalid(
            field,
            "%s: expected one of %s where every_steps is null, as only reports show the others;"
                    .formatted(field, listed(OF_TRAINING))
                + " found "
                + JsonProblems.shown(name));
      }
      if (!codes.contains(code)) {
        codes.add(code);
      }
    }
    return List.copyOf(codes);
  }

  private static String listed(Set<Code> codes) {
    return codes.stream().map(Code::name).collect(Collectors.joining(", "));
  }
}
