package io.carousel.reports;

import static java.util.Objects.requireNonNullElse;

import io.carousel.engine.nn.Parameters;
import io.carousel.engine.tokens.Dataset;
import io.carousel.engine.tokens.UnusableDataException;
import io.carousel.http.DataProblems;
import io.carousel.http.ProblemException;
import io.carousel.reports.SubjectReader.Subject;
import java.util.Set;
import org.springframework.stereotype.Component;

/** Makes a report in two steps: what can be refused is refused before anything is computed. */
@Component
final class ReportMaker {
  static final long DEFAULT_SEED = 1;

  private final SubjectReader subjects;
  private final Analysis analysis;
  private final ReportSettings settings;

  ReportMaker(SubjectReader subjects, Analysis analysis, ReportSettings settings) {
    this.subjects = subjects;
    this.settings = settings;
    this.analysis = analysis;
  }

  /** A report that can be made: its data is read and it fits into the memory. */
  record Prepared(
      ReportRequest request, Set<ReportPart> parts, Subject subject, Windows windows, long seed) {}

  /**
   * Reads and checks.
   *
   * @param request whose own fields are valid
   * @param data its input
   * @param param the field that the data comes from
   * @throws ProblemException 400, 404 or 422
   */
  Prepared prepare(ReportRequest request, Dataset data, String param) {
    int steps = requireNonNullElse(request.sequenceLength(), defaultSequenceLength(data));
    int size = requireNonNullElse(request.batchSize(), settings.defaultBatchSize());
    long seed = requireNonNullElse(request.seed(), DEFAULT_SEED);
    Subject subject;
    Windows windows;
    try {
      subject = subjects.subject(request, data);
      windows = Windows.of(subject.tokenizer().encode(data), steps, size, seed, param);
    } catch (UnusableDataException e) {
      throw DataProblems.of(e, param);
    }
    analysis.requireMemory(
        "", subject.architecture(), subject.vocabularySize(), windows.steps(), windows.size());
    return new Prepared(request, ReportPart.named(request.include()), subject, windows, seed);
  }

  /**
   * A window holds a whole generated sequence where their length is known and it may be so long.
   */
  private int defaultSequenceLength(Dataset data) {
    int usual = settings.defaultSequenceLength();
    return data instanceof Dataset.Generated generated
        ? Math.min(generated.source().longest().orElse(usual + 1) - 1, settings.maxSequenceLength())
        : usual;
  }

  /** Computes. */
  StoredReport make(Prepared prepared) {
    Subject subject = prepared.subject();
    Windows windows = prepared.windows();
    Parameters parameters = subject.parameters(prepared.seed());
    return analysis.make(
        new Analysis.About(
            prepared.request().model(),
            null,
            subject.tokenizer().specification().type(),
            prepared.parts(),
            prepared.seed()),
        parameters,
        ReportOptions.of(prepared.request(), prepared.parts(), windows, subject.model()));
  }
}
