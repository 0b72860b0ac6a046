package io.carousel.reports;

import io.carousel.engine.gradient.CostlyPart;
import io.carousel.engine.gradient.DiagnosticsRequest;
import io.carousel.engine.gradient.GradientDiagnostics;
import io.carousel.engine.gradient.GradientReport;
import io.carousel.engine.gradient.TrainingObservations;
import io.carousel.engine.kernel.Kernels;
import io.carousel.engine.nn.Architecture;
import io.carousel.engine.nn.CellType;
import io.carousel.engine.nn.Parameters;
import io.carousel.engine.tokens.TokenizerType;
import io.carousel.engine.train.ProductionGradient;
import io.carousel.http.ProblemException;
import io.carousel.reports.StoredReport.TrainingStep;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Analyses weights in training on the calling thread, and keeps the report. */
@Component
final class Analysis {
  /** What a number of a report's list takes: a boxed double, and the place that refers to it. */
  private static final long BYTES_PER_NUMBER = 24;

  private final ReportStore store;
  private final Kernels kernels;
  private final ReportSettings settings;

  /**
   * What is diagnosed.
   *
   * @param parameters only read
   * @param training the step of a job that they are of
   * @param observations what that job has seen lately
   */
  record Subject(
      Parameters parameters,
      TokenizerType tokenizer,
      TrainingStep training,
      TrainingObservations observations) {}

  /**
   * What is asked.
   *
   * @param truncation steps after which training cuts the gradient off
   */
  record Questions(Set<ReportPart> parts, @Nullable Integer requiredLag, int truncation) {

    /** Those parts that take passes of their own. */
    Set<CostlyPart> costly() {
      Set<String> names = parts.stream().map(Enum::name).collect(Collectors.toSet());
      return Arrays.stream(CostlyPart.values())
          .filter(part -> names.contains(part.name()))
          .collect(Collectors.toSet());
    }
  }

  Analysis(ReportStore store, Kernels kernels, ReportSettings settings) {
    this.store = store;
    this.kernels = kernels;
    this.settings = settings;
  }

  /**
   * Makes a report and keeps it.
   *
   * @param seed that drew the windows
   */
  StoredReport make(Subject subject, Windows windows, Questions questions, long seed) {
    Parameters parameters = subject.parameters();
    float[] production =
        ProductionGradient.of(kernels, parameters, windows.inputs(), windows.targets());
    GradientReport report =
        GradientDiagnostics.diagnose(
            parameters,
            new DiagnosticsRequest(
                    windows.inputs(), windows.targets(), questions.requiredLag(), false)
                .withTruncation(questions.truncation())
                .withCostly(questions.costly())
                .withTraining(subject.observations()),
            production);
    StoredReport stored =
        new StoredReport(
            "report-" + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong()),
            Instant.now().getEpochSecond(),
            null,
            subject.training(),
            parameters.architecture(),
            subject.tokenizer(),
            parameters.layout().vocabularySize(),
            seed,
            kernels.name(),
            questions.parts(),
            report,
            bytes(parameters.architecture(), windows.steps()));
    store.add(stored);
    return stored;
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

  /**
   * About what a report without the matrices of single sequences takes: the lag matrices are nearly
   * all of it.
   */
  static long bytes(Architecture a, int steps) {
    long triangle = (long) steps * (steps + 1) / 2;
    long states = a.layers() * (a.cell() == CellType.LSTM ? 2L : 1L);
    return BYTES_PER_NUMBER * triangle * states;
  }
}
