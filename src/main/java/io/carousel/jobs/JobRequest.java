package io.carousel.jobs;

import io.carousel.engine.synthetic.SyntheticSpecification;
import io.carousel.engine.tokens.Dataset;
import io.carousel.files.InlineData;
import io.carousel.files.SyntheticLimits;
import io.carousel.files.SyntheticRequest;
import io.carousel.http.Fields;
import io.carousel.http.JsonProblems;
import io.carousel.http.ProblemException;
import io.carousel.models.ArchitectureRequest;
import io.carousel.models.TokenizerRequest;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A request to train. Only the data is required: a training_file or a dataset. */
@Schema(
    name = "TrainingJobRequest",
    description = "Only training_file or dataset is required; everything else has a default.")
record JobRequest(
    @Schema(description = "id of an uploaded file; or give dataset", nullable = true)
        @Nullable String trainingFile,
    @Nullable DatasetRequest dataset,
    @Schema(description = "id of an uploaded file; default: see validation_split", nullable = true)
        @Nullable String validationFile,
    @Schema(
            description =
                "share of the data set aside for validation, in [0, 1), default 0.1: the tail of a"
                    + " text, a seeded draw of sequences",
            example = "0.1")
        @Nullable Double validationSplit,
    @Schema(
            description = "rnn, gru, lstm (default), mlp, conv, or the id of a model to go on from",
            example = "lstm")
        @Nullable String model,
    @Nullable ArchitectureRequest architecture,
    @Nullable TokenizerRequest tokenizer,
    @Nullable TrainingRequest training,
    @Nullable Hyperparameters hyperparameters,
    @Schema(nullable = true) @Nullable Method method,
    @Schema(description = "default null: nothing is diagnosed")
        @Nullable JobDiagnosticsRequest diagnostics,
    @Schema(description = "only null for now", nullable = true) @Nullable Object integrations,
    @Schema(description = "of the initialisation and of all draws, default 1", example = "1")
        @Nullable Long seed,
    @Schema(
            description = "beginning of the model's id, default the cell",
            pattern = "[a-z0-9-]{1,40}",
            example = "demo")
        @Nullable String suffix,
    @Schema(description = "at most 16 pairs, keys up to 64 and values up to 512 characters")
        @Nullable Map<String, @Nullable String> metadata) {

  /** Data in the request itself, or a synthetic corpus. */
  @Schema(
      name = "DatasetRequest",
      description =
          "Data in the request itself, or made: exactly one of text, sequences and synthetic; the"
              + " other fields are of synthetic")
  record DatasetRequest(
      @Schema(description = "one running text", nullable = true) @Nullable String text,
      @Schema(
              description = "texts, or arrays of events, which are strings or integers",
              nullable = true)
          @Nullable List<Object> sequences,
      @Schema(
              description = SyntheticRequest.ABOUT_TASK,
              nullable = true,
              allowableValues = {
                SyntheticRequest.REBER,
                SyntheticRequest.EMBEDDED_REBER,
                SyntheticRequest.TEMPORAL_ORDER,
                SyntheticRequest.COPY,
                SyntheticRequest.AGREEMENT,
                SyntheticRequest.MARKOV
              })
          @Nullable String synthetic,
      @Schema(description = SyntheticRequest.ABOUT_COUNT, nullable = true) @Nullable Integer count,
      @Schema(description = SyntheticRequest.ABOUT_LENGTH, nullable = true)
          @Nullable Integer length,
      @Schema(description = SyntheticRequest.ABOUT_LAG, nullable = true) @Nullable Integer lag,
      @Schema(description = SyntheticRequest.ABOUT_MAX_ATTRACTORS, nullable = true)
          @Nullable Integer maxAttractors,
      @Schema(description = SyntheticRequest.ABOUT_ORDER, nullable = true) @Nullable Integer order,
      @Schema(description = SyntheticRequest.ABOUT_SYMBOLS, nullable = true)
          @Nullable Integer symbols,
      @Schema(description = SyntheticRequest.ABOUT_SEED, nullable = true) @Nullable Long seed) {

    /**
     * The synthetic corpus that is asked for, or null.
     *
     * @param jobSeed where it has no seed of its own
     */
    @Nullable SyntheticSpecification toSynthetic(long jobSeed, SyntheticLimits limits) {
      return new SyntheticRequest(
              synthetic, count, length, lag, maxAttractors, order, symbols, seed)
          .toSpecification("dataset", jobSeed, limits);
    }

    /**
     * The data.
     *
     * @param corpus that it is, or null
     */
    Dataset toDataset(@Nullable SyntheticSpecification corpus) {
      int given = (text == null ? 0 : 1) + (sequences == null ? 0 : 1) + (corpus == null ? 0 : 1);
      if (given != 1) {
        throw ProblemException.invalid(
            "dataset",
            "dataset: expected exactly one of text, sequences and synthetic, found " + given);
      }
      if (corpus != null) {
        return corpus.corpus().dataset();
      }
      return sequences != null
          ? InlineData.sequences(sequences, "dataset.sequences")
          : new Dataset.Text(String.valueOf(text));
    }
  }

  /** How OpenAI's newer requests give hyperparameters. */
  @Schema(name = "FineTuningMethod")
  record Method(
      @Schema(description = "only supervised", example = "supervised") @Nullable String type,
      @Nullable Supervised supervised) {
    /** Holds them. */
    @Schema(name = "SupervisedMethod")
    record Supervised(@Nullable Hyperparameters hyperparameters) {}
  }

  /** The hyperparameters, wherever they stand. */
  Hyperparameters allHyperparameters() {
    if (method != null && method.type() != null && !method.type().equals("supervised")) {
      throw Fields.notSupported(
          "method.type", "expected \"supervised\", found " + JsonProblems.shown(method.type()));
    }
    Hyperparameters nested =
        method == null || method.supervised() == null
            ? null
            : method.supervised().hyperparameters();
    if (nested != null && hyperparameters != null) {
      throw ProblemException.invalid(
          "hyperparameters",
          "hyperparameters: expected them here or in method.supervised, found both");
    }
    return nested != null
        ? nested
        : hyperparameters != null ? hyperparameters : Hyperparameters.EMPTY;
  }
}
