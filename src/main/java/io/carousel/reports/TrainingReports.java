package io.carousel.reports;

import io.carousel.engine.gradient.DiagnosticsRequest;
import io.carousel.engine.gradient.GradientDiagnostics;
import io.carousel.engine.gradient.TrainingObservations;
import io.carousel.engine.gradient.report.GradientReport;
import io.carousel.engine.nn.Architecture;
import io.carousel.engine.nn.ParameterLayout;
import io.carousel.engine.nn.Parameters;
import io.carousel.engine.tokens.Corpus;
import io.carousel.engine.tokens.TokenizerType;
import io.carousel.http.ProblemException;
import io.carousel.reports.StoredReport.TrainingStep;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Gradient reports on networks that are being trained. They lie beside those that requests make,
 * and are forgotten with them where there are too many.
 */
@Component
public final class TrainingReports {
  /**
   * The parts of a report of a run where nothing else is asked: what one sweep gives, and the
   * clipping, whose verdict needs what training has seen.
   */
  public static final List<String> DEFAULT_INCLUDE =
      Stream.of(
              ReportPart.VERDICTS,
              ReportPart.LAG_PROFILE,
              ReportPart.LAG_MATRIX,
              ReportPart.STATE_GRADIENT,
              ReportPart.WEIGHT_GRADIENT_BY_LAG,
              ReportPart.PARAMETERS,
              ReportPart.BOUND,
              ReportPart.CAROUSEL,
              ReportPart.GATES,
              ReportPart.DEPTH,
              ReportPart.CLIPPING,
              ReportPart.INVARIANTS)
          .map(ReportPart::jsonName)
          .toList();

  private static final String PREFIX = "diagnostics.";

  private final ReportStore store;
  private final Analysis analysis;
  private final ReportSettings settings;

  TrainingReports(ReportStore store, Analysis analysis, ReportSettings settings) {
    this.store = store;
    this.analysis = analysis;
    this.settings = settings;
  }

  /**
   * How all reports of a run are made.
   *
   * @param sequenceLength T, steps of the windows
   * @param batchSize B, windows
   * @param requiredLag R; null for T
   * @param truncation steps after which training cuts the gradient off
   * @param include names of the parts
   */
  public record Plan(
      int sequenceLength,
      int batchSize,
      @Nullable Integer requiredLag,
      int truncation,
      List<String> include) {}

  /** The windows that all reports of a run are made on, so that they can be compared. */
  public static final class Probe {
    private final DiagnosticsRequest request;
    private final Set<ReportPart> parts;
    private final long seed;

    private Probe(DiagnosticsRequest request, Set<ReportPart> parts, long seed) {
      this.request = request;
      this.parts = parts;
      this.seed = seed;
    }
  }

  /** A report, and the id under which it is kept. */
  public record Made(String id, long createdAt, GradientReport report) {}

  /** The longest window that a report may have. */
  public int longestSequence() {
    return settings.maxSequenceLength();
  }

  /** Windows of a report where nobody says how many. */
  public int defaultBatchSize() {
    return settings.defaultBatchSize();
  }

  /**
   * Refuses a plan that no report could be made by.
   *
   * @throws ProblemException 400 for a size or a part
   */
  public void check(Plan plan) {
    settings.requireSizes(PREFIX, plan.sequenceLength(), plan.batchSize());
    parts(plan);
  }

  /**
   * Refuses a plan whose single analysis is too big.
   *
   * @throws ProblemException 422 with both figures
   */
  public void requireMemory(Plan plan, Architecture architecture, int vocabularySize) {
    analysis.requireMemory(
        PREFIX, architecture, vocabularySize, plan.sequenceLength(), plan.batchSize());
  }

  /**
   * Bytes that diagnosing adds to a run at most: one analysis, a gradient of the engine's own, and
   * the reports that are kept. Saturates at {@link Long#MAX_VALUE}.
   */
  public long estimateBytes(Plan plan, Architecture a, int vocabularySize, int keptReports) {
    double sweep =
        GradientDiagnostics.estimateBytes(
            a, vocabularySize, plan.sequenceLength(), plan.batchSize());
    double gradient = 3.0 * Float.BYTES * ParameterLayout.count(a, vocabularySize);
    double kept =
        Math.min(
            settings.retainedBytes().toBytes(),
            (double) keptReports * Analysis.bytes(a, plan.sequenceLength()));
    return (long) (sweep + gradient + kept);
  }

  /**
   * Draws the windows.
   *
   * @throws ProblemException 422 where the corpus does not fill one
   */
  public Probe probe(Plan plan, Corpus corpus, long seed) {
    Windows windows =
        Windows.of(
            corpus, plan.sequenceLength(), plan.batchSize(), seed, PREFIX + "sequence_length");
    Set<ReportPart> parts = parts(plan);
    return new Probe(
        new DiagnosticsRequest(windows.inputs(), windows.targets(), plan.requiredLag(), false)
            .withTruncation(plan.truncation())
            .withCostly(ReportOptions.costly(parts)),
        parts,
        seed);
  }

  /**
   * Makes a report on the calling thread, and keeps it.
   *
   * @param parameters only read
   * @param step optimiser steps that the job has done
   * @param observations what it has seen lately
   */
  public Made make(
      Probe probe,
      Parameters parameters,
      TokenizerType tokenizer,
      String job,
      long step,
      TrainingObservations observations) {
    StoredReport stored =
        analysis.make(
            new Analysis.About(
                null, new TrainingStep(job, step), tokenizer, probe.parts, probe.seed),
            parameters,
            probe.request.withTraining(observations));
    store.add(stored);
    return new Made(stored.id(), stored.createdAt(), stored.report());
  }

  /** Whether the report of that id is still there. */
  public boolean has(String id) {
    return store.has(id);
  }

  /** Forgets a report, if it is there. */
  public void forget(String id) {
    store.forget(id);
  }

  private static Set<ReportPart> parts(Plan plan) {
    return ReportPart.named(List.copyOf(plan.include()), PREFIX + "include");
  }
}
