package io.carousel.reports;

import static java.util.Objects.requireNonNullElse;

import io.carousel.engine.gradient.GradientDiagnostics;
import io.carousel.engine.gradient.GradientReport;
import io.carousel.engine.kernel.Kernels;
import io.carousel.engine.nn.Architecture;
import io.carousel.engine.nn.CellType;
import io.carousel.engine.nn.Parameters;
import io.carousel.engine.tokens.Dataset;
import io.carousel.engine.tokens.UnusableDataException;
import io.carousel.engine.train.ProductionGradient;
import io.carousel.http.DataProblems;
import io.carousel.http.ProblemException;
import io.carousel.reports.SubjectReader.Subject;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.springframework.stereotype.Component;

/** Makes a report in two steps: what can be refused is refused before anything is computed. */
@Component
final class ReportMaker {
  static final int DEFAULT_SEQUENCE_LENGTH = 64;
  static final int DEFAULT_BATCH_SIZE = 8;
  static final long DEFAULT_SEED = 1;

  /** What a number of a report's list takes: a boxed double, and the place that refers to it. */
  private static final long BYTES_PER_NUMBER = 24;

  private final SubjectReader subjects;
  private final Kernels kernels;
  private final ReportSettings settings;

  ReportMaker(SubjectReader subjects, Kernels kernels, ReportSettings settings) {
    this.subjects = subjects;
    this.kernels = kernels;
    this.settings = settings;
  }

  /** A report that can be made: its data is read and it fits into the memory. */
  record Prepared(
      ReportRequest request,
      Set<ReportPart> parts,
      Subject subject,
      Windows windows,
      long seed,
      boolean perSequence) {}

  /**
   * Reads and checks.
   *
   * @param request whose own fields are valid
   * @param data its input
   * @param param the field that the data comes from
   * @throws ProblemException 400, 404 or 422
   */
  Prepared prepare(ReportRequest request, Dataset data, String param) {
    int steps = requireNonNullElse(request.sequenceLength(), DEFAULT_SEQUENCE_LENGTH);
    int size = requireNonNullElse(request.batchSize(), DEFAULT_BATCH_SIZE);
    long seed = requireNonNullElse(request.seed(), DEFAULT_SEED);
    Subject subject;
    Windows windows;
    try {
      subject = subjects.subject(request, data);
      windows = Windows.of(subject.tokenizer().encode(data), steps, size, seed, param);
    } catch (UnusableDataException e) {
      throw DataProblems.of(e, param);
    }
    requireMemory(subject, windows);
    return new Prepared(
        request,
        ReportPart.named(request.include()),
        subject,
        windows,
        seed,
        requireNonNullElse(request.perSequence(), false));
  }

  /** Computes. */
  StoredReport make(Prepared prepared) {
    Subject subject = prepared.subject();
    Windows windows = prepared.windows();
    Parameters parameters = subject.parameters(prepared.seed());
    float[] production =
        ProductionGradient.of(kernels, parameters, windows.inputs(), windows.targets());
    GradientReport report =
        GradientDiagnostics.diagnose(
            parameters,
            ReportOptions.of(prepared.request(), prepared.parts(), windows, subject.model()),
            production);
    return new StoredReport(
        "report-" + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong()),
        Instant.now().getEpochSecond(),
        prepared.request().model(),
        subject.architecture(),
        subject.tokenizer().specification().type(),
        subject.vocabularySize(),
        prepared.seed(),
        kernels.name(),
        prepared.parts(),
        report,
        bytes(subject.architecture(), windows, prepared.perSequence()));
  }

  private void requireMemory(Subject subject, Windows windows) {
    long needed =
        GradientDiagnostics.estimateBytes(
            subject.architecture(), subject.vocabularySize(), windows.steps(), windows.size());
    long allowed = settings.analysisBytes();
    if (needed > allowed) {
      throw ProblemException.unprocessable(
          "out_of_memory_budget",
          "sequence_length",
          ("The report would need about %d bytes, and may need at most %d (the setting"
                  + " carousel.reports.max-bytes). Expected a smaller sequence_length, batch_size or"
                  + " hidden_size.")
              .formatted(needed, allowed));
    }
  }

  /** About what a report takes: the lag matrices are nearly all of it. */
  private static long bytes(Architecture a, Windows windows, boolean perSequence) {
    long triangle = (long) windows.steps() * (windows.steps() + 1) / 2;
    long states = a.layers() * (a.cell() == CellType.LSTM ? 2L : 1L);
    return BYTES_PER_NUMBER * triangle * states * (1 + (perSequence ? windows.size() : 0));
  }
}
