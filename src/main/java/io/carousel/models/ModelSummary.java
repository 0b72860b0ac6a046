package io.carousel.models;

import io.carousel.engine.nn.Architecture;

/**
 * What the catalogue knows of a model without loading its weights.
 *
 * @param created Unix seconds
 * @param parameterCount number of parameters
 */
public record ModelSummary(
    String id,
    long created,
    Architecture architecture,
    long parameterCount,
    Provenance provenance) {}
