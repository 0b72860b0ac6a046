package io.carousel.jobs.state;

import io.carousel.engine.tokens.Dataset;
import org.jspecify.annotations.Nullable;

/**
 * Where a job's data comes from. Files are read when they are needed, so that a job that waits
 * holds nothing but what its request brought.
 *
 * @param trainingFile id of a file, or null
 * @param inline data of the request, or what makes it, or null; exactly one of the two is there
 * @param validationFile id of a file, or null: a part of the training data is set aside
 * @param validationSplit that part, in [0, 1)
 */
public record TrainingSource(
    @Nullable String trainingFile,
    @Nullable Dataset inline,
    @Nullable String validationFile,
    double validationSplit) {}
