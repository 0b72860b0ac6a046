package io.carousel.jobs.diagnostics;

import io.carousel.engine.gradient.report.Verdict;
import io.carousel.reports.TrainingReports;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a job is diagnosed while it trains, complete with all defaults.
 *
 * @param everySteps optimiser steps from one report to the next, or null: none are made
 * @param stopOn verdicts that end the job
 * @param requiredLag R; null for the sequence length of the reports
 * @param include the reports' parts
 */
@Schema(name = "TrainingDiagnostics")
public record DiagnosticsSpecification(
    @Schema(description = "null: no reports are made", nullable = true)
        @Nullable Integer everySteps,
    @Schema(description = "verdicts that end the job") List<Verdict.Code> stopOn,
    @Schema(description = "null: sequence_length", nullable = true) @Nullable Integer requiredLag,
    int sequenceLength,
    int batchSize,
    List<String> include) {

  /**
   * How the reports are made, or null where none are.
   *
   * @param truncation the sequence length of the training
   */
  public TrainingReports.@Nullable Plan plan(int truncation) {
    return everySteps == null
        ? null
        : new TrainingReports.Plan(sequenceLength, batchSize, requiredLag, truncation, include);
  }
}
