package io.carousel.models;

import io.carousel.engine.train.TrainingSpecification;
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
    String corpusSha256,
    long seed,
    String backend,
    String jdk,
    String arch,
    long steps,
    int epochs,
    @Nullable Double trainLoss,
    @Nullable Double validLoss,
    @Nullable String parentModel,
    TrainingSpecification training) {}
