package io.carousel.reports;

import io.carousel.engine.gradient.report.GradientReport;
import io.carousel.engine.nn.Architecture;
import io.carousel.engine.tokens.TokenizerType;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A report as it is kept.
 *
 * @param createdAt Unix seconds
 * @param model the trained model, or null
 * @param training the step of a job at which it was made, or null
 * @param parts those asked for
 * @param bytes about what it takes in memory
 */
public record StoredReport(
    String id,
    long createdAt,
    @Nullable String model,
    @Nullable TrainingStep training,
    Architecture architecture,
    TokenizerType tokenizer,
    int vocabularySize,
    long seed,
    String backend,
    Set<ReportPart> parts,
    GradientReport report,
    long bytes) {

  /**
   * A moment of a training run.
   *
   * @param job the job's id
   * @param step optimiser steps done
   */
  record TrainingStep(String job, long step) {}
}
