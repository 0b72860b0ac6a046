package io.carousel.jobs.state;

import io.carousel.engine.tokens.Tokenizer;

/**
 * All that a job needs to make its corpora again when it starts. The text itself is not held while
 * it waits; the vocabulary is, because to count it costs more than to read the text.
 *
 * @param tokenizer that admission learned from the data, or that of the parent model
 */
public record TrainingData(TrainingSource source, Tokenizer tokenizer) {}
