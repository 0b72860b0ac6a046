package io.carousel.reports;

import io.carousel.engine.gradient.DiagnosticsRequest;
import io.carousel.engine.gradient.GradientDiagnostics;
import io.carousel.engine.gradient.report.GradientReport;
import io.carousel.engine.kernel.Kernels;
import io.carousel.engine.nn.Architecture;
import io.carousel.engine.nn.CellType;
import io.carousel.engine.nn.Parameters;
import io.carousel.engine.tokens.TokenizerType;
import io.carousel.engine.train.ProductionGradient;
import io.carousel.http.ProblemException;
import io.carousel.http.ResourceIds;
import io.carousel.reports.StoredReport.TrainingStep;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Analyses weights, whoever they are of, on the calling thread. */
@Component
final class Analysis {
  /** What a number of a report's list takes: a boxed double, and the place that refers to it. */
  private static final long BYTES_PER_NUMBER = 24;

  private final Kernels kernels;
  private final ReportSettings settings;

  Analysis(Kernels kernels, ReportSettings settings) {
    this.kernels = kernels;
    this.settings = settings;
  }

  /**
   * What a report says of itself.
   *
   * @param model the trained model that the weights are of, or null
   * @param training the step of a job that they are of, or null
   * @param parts those asked for
   * @param seed that drew the windows, and fresh weights
   */
  record About(
      @Nullable String model,
      @Nullable TrainingStep training,
      TokenizerType tokenizer,
      Set<ReportPart> parts,
      long seed) {}

  /**
   * Makes a report.
   *
   * @param parameters only read
   */
  StoredReport make(About about, Parameters parameters, DiagnosticsRequest request) {
    float[] production =
        ProductionGradient.of(kernels, parameters, request.inputs(), request.targets());
    GradientReport report = GradientDiagnostics.diagnose(parameters, request, production);
    int matrices = 1 + (request.perSequence() ? report.batchSize() : 0);
    return new StoredReport(
        ResourceIds.next("report"),
        Instant.now().getEpochSecond(),
        about.model(),
        about.training(),
        parameters.architecture(),
        about.tokenizer(),
        parameters.layout().vocabularySize(),
        about.seed(),
        kernels.name(),
        about.parts(),
        report,
        matrices * bytes(parameters.architecture(), report.sequenceLength()));
  }

  /**
   * Refuses an analysis that is too big.
   *
   * @param prefix of the fields' names, such as {@code diagnostics.}
   * @throws ProblemException 422 with both figures
   */
  void requireMemory(
      String prefix, Architecture architecture, int vocabulary, int steps, int size) {
    long needed = GradientDiagnostics.estimateBytes(architecture, vocabulary, steps, size);
    long allowed = settings.analysisBytes();
    if (needed > allowed) {
      throw ProblemException.unprocessable(
          "out_of_memory_budget",
          prefix + "sequence_length",
          ("The report would need about %d bytes, and may need at most %d (the setting"
                  + " carousel.reports.max-bytes). Expected a smaller %ssequence_length,"
                  + " %sbatch_size or hidden_size.")
              .formatted(needed, allowed, prefix, prefix));
    }
  }

  /** About what a report takes with one lag matrix for each state: they are nearly all of it. */
  static long bytes(Architecture a, int steps) {
    long triangle = (long) steps * (steps + 1) / 2;
    long states = a.layers() * (a.cell() == CellType.LSTM ? 2L : 1L);
    return BYTES_PER_NUMBER * triangle * states;
  }
}
