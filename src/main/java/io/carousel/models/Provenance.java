package io.carousel.models;

import io.carousel.engine.synthetic.SyntheticSpecification;
import io.carousel.engine.train.TrainingSpecification;
import io.swagger.v3.oas.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Where a model comes from: what is needed to train it again, and how well it did. Of an uploaded
 * model it is what its file says of itself, and null where it says nothing.
 *
 * @param source whether it was trained here or uploaded
 * @param fileSha256 of the file that was uploaded, or null
 * @param corpusSha256 of the training file's bytes, or of the inline data in its canonical form
 * @param synthetic the corpus where it was a synthetic one, or null
 * @param seed of the initialisation and of all draws
 * @param backend kernels that trained it: {@code scalar}, {@code vector} or {@code nd4j}
 * @param jdk version of the Java runtime
 * @param arch the machine's architecture, e.g. {@code amd64}
 * @param steps optimiser steps done
 * @param epochs epochs begun
 * @param trainLoss nats per token over the last epoch, or null where it is not known
 * @param validLoss nats per token of the weights that were kept, or null without validation data
 * @param parentModel the model that training started from, or null for a fresh one
 * @param training the settings, complete with their defaults
 */
public record Provenance(
    @Schema(description = "whether it was trained here or uploaded", example = "trained")
        Source source,
    @Schema(
            description = "of the file that was uploaded, or null",
            nullable = true,
            example = "1f3870be274f6c49b3e31a0c6728957f2b1e6f0f1b7d9d8f0e6c9b5a4d3c2b1a")
        @Nullable String fileSha256,
    @Schema(
            description =
                "of the training file's bytes; this and all that follows is null where an uploaded"
                    + " file does not say it",
            nullable = true,
            example = "86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed")
        @Nullable String corpusSha256,
    @Schema(
            description =
                "the synthetic corpus that it was trained on, as a dataset of a training job can"
                    + " be; else null")
        @Nullable SyntheticSpecification synthetic,
    @Schema(nullable = true, example = "1") @Nullable Long seed,
    @Schema(
            nullable = true,
            example = "vector",
            allowableValues = {"scalar", "vector", "nd4j"})
        @Nullable String backend,
    @Schema(description = "Java runtime that trained it", nullable = true, example = "25.0.3")
        @Nullable String jdk,
    @Schema(description = "architecture of the machine", nullable = true, example = "amd64")
        @Nullable String arch,
    @Schema(description = "optimiser steps done", nullable = true, example = "2451")
        @Nullable Long steps,
    @Schema(description = "epochs begun", nullable = true, example = "10") @Nullable Integer epochs,
    @Schema(description = "nats per token, or null", nullable = true, example = "1.41")
        @Nullable Double trainLoss,
    @Schema(
            description = "nats per token of the weights that were kept, or null",
            nullable = true,
            example = "1.52")
        @Nullable Double validLoss,
    @Schema(description = "the model that training started from, or null", nullable = true)
        @Nullable String parentModel,
    @Schema(description = "the settings, complete with their defaults", nullable = true)
        @Nullable TrainingSpecification training) {

  /** How a model came into the catalogue. */
  public enum Source {
    TRAINED,
    UPLOADED
  }

  /** A file that says nothing of itself. */
  static final Provenance UNKNOWN =
      new Provenance(
          Source.UPLOADED,
          null,
          null,
          null,
          null,
          null,
          null,
          null,
          null,
          null,
          null,
          null,
          null,
          null);

  public Provenance {
    source = source == null ? Source.TRAINED : source; // as in files that do not say it
  }

  /** Of a model that was trained here. */
  public Provenance(
      String corpusSha256,
      @Nullable SyntheticSpecification synthetic,
      long seed,
      String backend,
      String jdk,
      String arch,
      long steps,
      int epochs,
      @Nullable Double trainLoss,
      @Nullable Double validLoss,
      @Nullable String parentModel,
      TrainingSpecification training) {
    this(
        Source.TRAINED,
        null,
        corpusSha256,
        synthetic,
        seed,
        backend,
        jdk,
        arch,
        steps,
        epochs,
        trainLoss,
        validLoss,
        parentModel,
        training);
  }

  /** The same, uploaded as a file with that digest. */
  Provenance uploadedAs(String sha256) {
    return new Provenance(
        Source.UPLOADED,
        sha256,
        corpusSha256,
        synthetic,
        seed,
        backend,
        jdk,
        arch,
        steps,
        epochs,
        trainLoss,
        validLoss,
        parentModel,
        training);
  }
}
