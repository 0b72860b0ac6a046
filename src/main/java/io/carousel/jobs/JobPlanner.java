package io.carousel.jobs;

import static java.util.Objects.requireNonNullElse;

import io.carousel.engine.nn.Architecture;
import io.carousel.engine.nn.CellType;
import io.carousel.engine.nn.ParameterLayout;
import io.carousel.engine.synthetic.SyntheticSpecification;
import io.carousel.engine.tokens.Dataset;
import io.carousel.engine.tokens.Tokenizer;
import io.carousel.engine.tokens.TokenizerSpecification;
import io.carousel.engine.train.TrainingMemory;
import io.carousel.engine.train.TrainingSpecification;
import io.carousel.files.SyntheticLimits;
import io.carousel.http.Fields;
import io.carousel.http.ProblemException;
import io.carousel.jobs.diagnostics.DiagnosticsSpecification;
import io.carousel.jobs.run.CorpusLoader;
import io.carousel.jobs.run.JobCorpora;
import io.carousel.jobs.state.JobSpecification;
import io.carousel.jobs.state.TrainingData;
import io.carousel.jobs.state.TrainingSource;
import io.carousel.models.ArchitectureLimits;
import io.carousel.models.ArchitectureRequest;
import io.carousel.models.Model;
import io.carousel.models.ModelCatalogue;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Decides whether a request can be trained on, and what it means with all defaults: all that can be
 * known at once is said to the client at once.
 */
@Component
final class JobPlanner {
  /** Share of the data that is set aside for validation. */
  static final double DEFAULT_VALIDATION_SPLIT = 0.1;

  static final long DEFAULT_SEED = 1;

  private static final int MOST_METADATA = 16;
  private static final int LONGEST_KEY = 64;
  private static final int LONGEST_VALUE = 512;

  private final ModelCatalogue models;
  private final CorpusLoader corpora;
  private final TrainingLimits limits;
  private final SyntheticLimits syntheticLimits;
  private final ArchitectureLimits architectureLimits;
  private final DiagnosticsPlanner diagnosticsPlanner;

  /** One corpus at a time is read for admission, or a burst of requests would fill the memory. */
  private final ReentrantLock reading = new ReentrantLock();

  JobPlanner(
      ModelCatalogue models,
      CorpusLoader corpora,
      TrainingLimits limits,
      SyntheticLimits syntheticLimits,
      ArchitectureLimits architectureLimits,
      DiagnosticsPlanner diagnosticsPlanner) {
    this.models = models;
    this.corpora = corpora;
    this.limits = limits;
    this.syntheticLimits = syntheticLimits;
    this.architectureLimits = architectureLimits;
    this.diagnosticsPlanner = diagnosticsPlanner;
  }

  /** What is to be done, and with what. */
  record Plan(JobSpecification specification, TrainingData data) {}

  /** The start of a job: a fresh network, or a model that is there. */
  private record Start(String name, CellType cell, @Nullable Model parent) {}

  /**
   * Plans a job.
   *
   * @throws ProblemException 400, 404 or 422, whatever the request deserves
   * @throws IllegalArgumentException of a specification, with the field's name
   */
  Plan plan(JobRequest request) {
    long seed = requireNonNullElse(request.seed(), DEFAULT_SEED);
    SyntheticSpecification synthetic =
        request.dataset() == null ? null : request.dataset().toSynthetic(seed, syntheticLimits);
    TrainingSource source = source(request, synthetic);
    Start start = start(request);
    Architecture architecture = architecture(request, start);
    architectureLimits.check(architecture);
    Hyperparameters hyperparameters = request.allHyperparameters();
    TrainingSpecification training =
        requireNonNullElse(request.training(), TrainingRequest.EMPTY)
            .toSpecification(hyperparameters, limits, defaultSequenceLength(source));
    limits.check(training);
    DiagnosticsSpecification diagnostics =
        diagnosticsPlanner.specification(request.diagnostics(), training);
    if (request.integrations() != null) {
      throw Fields.notSupported("integrations", "integrations are not supported; expected null");
    }
    ModelCatalogue.requireSuffix(request.suffix());
    Map<String, String> metadata = metadata(request.metadata());

    reading.lock();
    JobCorpora read;
    try {
      read =
          corpora.load(
              source,
              data -> {
                Tokenizer tokenizer = tokenizer(request, start, data);
                architectureLimits.check(architecture, tokenizer.vocabulary().size());
                return tokenizer;
              },
              training.sequenceLength(),
              seed);
      long reports = diagnosticsPlanner.bytes(diagnostics, training, architecture, read, seed);
      requireMemory(architecture, read, training, reports);
    } finally {
      reading.unlock();
    }
    int vocabularySize = read.tokenizer().vocabulary().size();
    return new Plan(
        new JobSpecification(
            start.name(),
            start.parent() == null ? null : start.parent().id(),
            architecture,
            read.tokenizer().specification(),
            vocabularySize,
            ParameterLayout.count(architecture, vocabularySize),
            training,
            hyperparameters.multiplier(),
            diagnostics,
            synthetic,
            seed,
            request.suffix(),
            metadata,
            request.trainingFile(),
            request.validationFile()),
        new TrainingData(source, read.tokenizer()));
  }

  /**
   * A window holds a whole generated sequence where their length is known and it may be so long.
   */
  private int defaultSequenceLength(TrainingSource source) {
    int usual =
        Math.min(TrainingSpecification.DEFAULT.sequenceLength(), limits.maxSequenceLength());
    if (source.inline() instanceof Dataset.Generated generated) {
      int longest = generated.source().longest().orElse(0) - 1; // its last token is only predicted
      return Math.max(usual, Math.min(longest, limits.maxSequenceLength()));
    }
    return usual;
  }

  private static TrainingSource source(
      JobRequest request, @Nullable SyntheticSpecification synthetic) {
    if ((request.trainingFile() == null) == (request.dataset() == null)) {
      throw ProblemException.invalid(
          "training_file",
          "training_file: expected exactly one of training_file and dataset, found "
              + (request.dataset() == null ? "neither" : "both"));
    }
    if (request.validationFile() != null && request.validationSplit() != null) {
      throw ProblemException.invalid(
          "validation_split",
          "validation_split: expected none beside validation_file, found "
              + request.validationSplit());
    }
    if (request.validationFile() != null && synthetic != null) {
      throw ProblemException.invalid(
          "validation_file",
          "validation_file: expected none beside a synthetic dataset, which validates on sequences"
              + " of its own, found '"
              + request.validationFile()
              + "'");
    }
    double split = requireNonNullElse(request.validationSplit(), DEFAULT_VALIDATION_SPLIT);
    if (!(split >= 0 && split < 1)) {
      throw ProblemException.invalid(
          "validation_split",
          "validation_split: expected a number from 0 up to but not including 1, found " + split);
    }
    return new TrainingSource(
        request.trainingFile(),
        request.dataset() == null ? null : request.dataset().toDataset(synthetic),
        request.validationFile(),
        split);
  }

  private Start start(JobRequest request) {
    CellType asked = request.architecture() == null ? null : request.architecture().cell();
    String model = request.model();
    if (model == null) {
      CellType cell = requireNonNullElse(asked, Architecture.DEFAULT.cell());
      return new Start(name(cell), cell, null);
    }
    Optional<CellType> cell = cell(model);
    if (cell.isEmpty()) {
      Model parent = models.get(model, "model");
      parent.requireFinite("model");
      return new Start(model, parent.architecture().cell(), parent);
    }
    if (asked != null && asked != cell.get()) {
      throw ProblemException.invalid(
          "architecture.cell",
          "architecture.cell: expected \"%s\", as model says, found \"%s\""
              .formatted(model, name(asked)));
    }
    return new Start(model, cell.get(), null);
  }

  private static Optional<CellType> cell(String model) {
    for (CellType cell : CellType.values()) {
      if (name(cell).equals(model)) {
        return Optional.of(cell);
      }
    }
    return Optional.empty();
  }

  private static String name(CellType cell) {
    return cell.name().toLowerCase(Locale.ROOT);
  }

  private Architecture architecture(JobRequest request, Start start) {
    ArchitectureRequest asked =
        requireNonNullElse(request.architecture(), ArchitectureRequest.EMPTY);
    if (start.parent() == null) {
      return asked.fresh(start.cell(), architectureLimits);
    }
    Architecture there = start.parent().architecture();
    Architecture wanted = asked.over(there);
    if (!wanted.equals(there)) {
      throw ProblemException.invalid(
          "architecture",
          "architecture: expected that of the model '%s' or none, found %s"
              .formatted(start.name(), Fields.differences(wanted, there)));
    }
    return there;
  }

  private static Tokenizer tokenizer(JobRequest request, Start start, Dataset data) {
    if (start.parent() == null) {
      TokenizerSpecification defaults = TokenizerSpecification.defaultFor(data);
      return Tokenizer.fit(
          request.tokenizer() == null ? defaults : request.tokenizer().over(defaults), data);
    }
    Tokenizer there = start.parent().tokenizer();
    if (request.tokenizer() != null
        && !request.tokenizer().over(there.specification()).equals(there.specification())) {
      throw ProblemException.invalid(
          "tokenizer",
          "tokenizer: expected that of the model '%s' or none, found another"
              .formatted(start.name()));
    }
    return there;
  }

  private void requireMemory(
      Architecture architecture, JobCorpora read, TrainingSpecification training, long reports) {
    int vocabularySize = read.tokenizer().vocabulary().size();
    long model = TrainingMemory.estimateBytes(architecture, vocabularySize, training);
    double corpus = (double) read.tokens() * Integer.BYTES;
    long needed = (long) (model + corpus + reports);
    long allowed = limits.trainingBytes();
    if (needed > allowed) {
      throw ProblemException.unprocessable(
          "out_of_memory_budget",
          "architecture",
          ("The job would need about %d bytes (%d parameters, %d tokens, %d bytes of them for"
                  + " diagnostics), and may need at most %d (the setting"
                  + " carousel.limits.max-training-bytes). Expected a smaller hidden_size,"
                  + " batch_size, sequence_length or vocabulary.")
              .formatted(
                  needed,
                  ParameterLayout.count(architecture, vocabularySize),
                  read.tokens(),
                  reports,
                  allowed));
    }
  }

  private static Map<String, String> metadata(@Nullable Map<String, @Nullable String> given) {
    if (given == null) {
      return Map.of();
    }
    if (given.size() > MOST_METADATA) {
      throw ProblemException.invalid(
          "metadata",
          "metadata: expected at most %d pairs, found %d".formatted(MOST_METADATA, given.size()));
    }
    Map<String, String> checked = new HashMap<>();
    given.forEach((key, value) -> {
      if (value == null || key.length() > LONGEST_KEY || value.length() > LONGEST_VALUE) {
        throw ProblemException.invalid(
            "metadata",
            "metadata: expected keys of at most %d and values of at most %d characters, found %s"
                .formatted(
                    LONGEST_KEY,
                    LONGEST_VALUE,
                    value == null ? "null" : key.length() + " and " + value.length()));
      }
      checked.put(key, value);
    });
    return Map.copyOf(checked);
  }
}
