package io.carousel.reports;

import static io.carousel.http.Fields.requireAtMost;
import static java.util.Objects.requireNonNullElse;

import io.carousel.engine.gradient.DiagnosticsRequest;
import io.carousel.engine.gradient.GradientDiagnostics;
import io.carousel.engine.gradient.GradientReport;
import io.carousel.engine.kernel.Kernels;
import io.carousel.engine.nn.Architecture;
import io.carousel.engine.nn.CellType;
import io.carousel.engine.nn.Parameters;
import io.carousel.engine.tokens.Dataset;
import io.carousel.engine.tokens.Tokenizer;
import io.carousel.engine.tokens.TokenizerSpecification;
import io.carousel.engine.tokens.UnusableDataException;
import io.carousel.engine.train.ProductionGradient;
import io.carousel.files.FileStore;
import io.carousel.files.InlineData;
import io.carousel.http.ComputePool;
import io.carousel.http.DataProblems;
import io.carousel.http.Fields;
import io.carousel.http.ProblemException;
import io.carousel.models.ArchitectureLimits;
import io.carousel.models.Model;
import io.carousel.models.ModelCatalogue;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.stereotype.Service;

/** Makes gradient reports, one at a time. */
@Service
class ReportService implements DisposableBean {
  static final int DEFAULT_SEQUENCE_LENGTH = 64;
  static final int DEFAULT_BATCH_SIZE = 8;
  static final long DEFAULT_SEED = 1;

  /** What a number of a report's list takes: a boxed double, and the place that refers to it. */
  private static final long BYTES_PER_NUMBER = 24;

  private final ModelCatalogue models;
  private final FileStore files;
  private final ReportStore store;
  private final Kernels kernels;
  private final ArchitectureLimits architectureLimits;
  private final ReportSettings settings;
  private final ComputePool pool;

  ReportService(
      ModelCatalogue models,
      FileStore files,
      ReportStore store,
      Kernels kernels,
      ArchitectureLimits architectureLimits,
      ReportSettings settings,
      MeterRegistry registry) {
    this.models = models;
    this.files = files;
    this.store = store;
    this.kernels = kernels;
    this.architectureLimits = architectureLimits;
    this.settings = settings;
    this.pool =
        new ComputePool(
            "gradient reports",
            1,
            settings.queueCapacity(),
            Timer.builder("carousel.gradient.reports")
                .description("Gradient reports, without their time in the queue")
                .register(registry));
  }

  /** What is diagnosed. */
  private record Subject(
      @Nullable Model model, Architecture architecture, Tokenizer tokenizer, Dataset data) {}

  /**
   * Makes a report and keeps it.
   *
   * @throws ProblemException 400, 404, 422, or 429 where too many wait
   */
  StoredReport create(ReportRequest request) {
    Set<ReportPart> parts = ReportPart.named(request.include());
    int steps = requireNonNullElse(request.sequenceLength(), DEFAULT_SEQUENCE_LENGTH);
    int size = requireNonNullElse(request.batchSize(), DEFAULT_BATCH_SIZE);
    requireSize("sequence_length", steps, settings.maxSequenceLength());
    requireSize("batch_size", size, settings.maxBatchSize());
    Integer lag = request.requiredLag();
    if (lag != null && lag < 1) {
      throw ProblemException.invalid(
          "required_lag", "required_lag: expected at least 1, found " + lag);
    }
    if ((request.model() == null) == (request.architecture() == null)) {
      throw ProblemException.invalid(
          "model",
          "model: expected exactly one of model and architecture, found "
              + (request.model() == null ? "neither" : "both"));
    }
    // Reading, tokenising and the analysis: all that computes, in the pool.
    return pool.run(() -> analyse(request, parts, steps, size));
  }

  @Override
  public void destroy() {
    pool.close();
  }

  private StoredReport analyse(ReportRequest request, Set<ReportPart> parts, int steps, int size) {
    long seed = requireNonNullElse(request.seed(), DEFAULT_SEED);
    boolean perSequence = requireNonNullElse(request.perSequence(), false);
    String param = inputParam(request);
    Subject subject;
    Windows windows;
    try {
      subject = subject(request, param);
      windows = Windows.of(subject.tokenizer().encode(subject.data()), steps, size, seed, param);
    } catch (UnusableDataException e) {
      throw DataProblems.of(e, param);
    }
    int vocabularySize = subject.tokenizer().vocabulary().size();
    requireMemory(subject.architecture(), vocabularySize, windows);
    Parameters parameters =
        subject.model() != null
            ? subject.model().parameters()
            : Parameters.initialize(subject.architecture(), vocabularySize, seed);
    float[] production =
        ProductionGradient.of(kernels, parameters, windows.inputs(), windows.targets());
    GradientReport report =
        GradientDiagnostics.diagnose(
            parameters,
            new DiagnosticsRequest(
                windows.inputs(), windows.targets(), request.requiredLag(), perSequence),
            production);
    StoredReport stored =
        new StoredReport(
            "report-" + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong()),
            Instant.now().getEpochSecond(),
            request.model(),
            subject.architecture(),
            subject.tokenizer().specification().type(),
            vocabularySize,
            seed,
            kernels.name(),
            parts,
            report,
            bytes(subject.architecture(), windows, perSequence));
    store.add(stored);
    return stored;
  }

  private Subject subject(ReportRequest request, String param) {
    if (request.model() != null) {
      Model model = models.get(request.model(), "model");
      if (request.tokenizer() != null) {
        throw ProblemException.invalid(
            "tokenizer", "tokenizer: expected none, as a model has its own, found one");
      }
      return new Subject(model, model.architecture(), model.tokenizer(), data(request, param));
    }
    if (request.architecture() == null) {
      throw new IllegalStateException("neither a model nor an architecture");
    }
    Architecture architecture = request.architecture().fresh(Architecture.DEFAULT.cell());
    architectureLimits.check(architecture);
    Dataset data = data(request, param);
    TokenizerSpecification defaults = TokenizerSpecification.defaultFor(data);
    TokenizerSpecification specification =
        request.tokenizer() == null ? defaults : request.tokenizer().over(defaults);
    return new Subject(null, architecture, Tokenizer.fit(specification, data), data);
  }

  private static String inputParam(ReportRequest request) {
    ReportRequest.Input input = request.input();
    if (input != null && input.synthetic() != null) {
      throw Fields.notSupported(
          "input.synthetic",
          "synthetic corpora are not yet available; expected text, tokens or file");
    }
    int given = 0;
    String param = "input";
    if (input != null && input.text() != null) {
      given++;
      param = "input.text";
    }
    if (input != null && input.tokens() != null) {
      given++;
      param = "input.tokens";
    }
    if (input != null && input.file() != null) {
      given++;
      param = "input.file";
    }
    if (given != 1) {
      throw ProblemException.invalid(
          "input", "input: expected exactly one of text, tokens and file, found " + given);
    }
    return param;
  }

  private Dataset data(ReportRequest request, String param) {
    ReportRequest.Input input = request.input();
    if (input == null) {
      throw new IllegalStateException("no input");
    }
    if (input.text() != null) {
      return new Dataset.Text(input.text());
    }
    if (input.tokens() != null) {
      List<Object> tokens = input.tokens();
      boolean nested = !tokens.isEmpty() && tokens.getFirst() instanceof List<?>;
      return nested
          ? InlineData.sequences(tokens, param)
          : new Dataset.EventSequences(List.of(InlineData.events(tokens, param)));
    }
    return files.dataset(files.get(String.valueOf(input.file()), param));
  }

  private void requireSize(String field, int found, int limit) {
    if (found < 1) {
      throw ProblemException.invalid(field, field + ": expected at least 1, found " + found);
    }
    requireAtMost(field, found, limit, "carousel.reports.max-" + field.replace('_', '-'));
  }

  private void requireMemory(Architecture architecture, int vocabularySize, Windows windows) {
    long needed =
        GradientDiagnostics.estimateBytes(
            architecture, vocabularySize, windows.steps(), windows.size());
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
