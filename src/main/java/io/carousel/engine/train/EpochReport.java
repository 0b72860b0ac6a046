package io.carousel.engine.train;

import org.jspecify.annotations.Nullable;

/**
 * One epoch.
 *
 * @param epoch from 1
 * @param step optimiser steps done so far
 * @param trainLoss mean loss of the epoch's batches, in nats, each before its step
 * @param validation null where there is no validation corpus
 * @param best whether this epoch is the best so far
 * @param elapsedSeconds since the start, the evaluation included
 */
public record EpochReport(
    int epoch,
    long step,
    double trainLoss,
    @Nullable Evaluation validation,
    boolean best,
    double elapsedSeconds) {}
