package io.carousel.models;

import io.carousel.engine.train.TrainingSpecification;
import io.swagger.v3.oas.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Where a model comes from: what is needed to train it again, and how well it did.
 *
 * @param corpusSha256 of the training file's bytes, or of the inline data in its canonical form
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
    @Schema(
            description = "of the training file's bytes",
            example = "86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed")
        String corpusSha256,
    @Schema(example = "1") long seed,
    @Schema(
            example = "vector",
            allowableValues = {"scalar", "vector", "nd4j"})
        String backend,
    @Schema(description = "Java runtime that trained it", example = "25.0.3") String jdk,
    @Schema(description = "architecture of the machine", example = "amd64") String arch,
    @Schema(description = "optimiser steps done", example = "2451") long steps,
    @Schema(description = "epochs begun", example = "10") int epochs,
    @Schema(description = "nats per token, or null", nullable = true, example = "1.41")
        @Nullable Double trainLoss,
    @Schema(
            description = "nats per token of the weights that were kept, or null",
            nullable = true,
            example = "1.52")
        @Nullable Double validLoss,
    @Schema(description = "the model that training started from, or null", nullable = true)
        @Nullable String parentModel,
    @Schema(description = "the settings, complete with their defaults")
        TrainingSpecification training) {}
