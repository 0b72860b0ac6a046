package io.carousel.jobs.state;

import io.carousel.engine.nn.Architecture;
import io.carousel.engine.synthetic.SyntheticSpecification;
import io.carousel.engine.tokens.TokenizerSpecification;
import io.carousel.engine.train.TrainingSpecification;
import io.carousel.jobs.diagnostics.DiagnosticsSpecification;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a job was admitted to do, complete with all defaults.
 *
 * @param model as the request or its default has it: a cell, or the model that training starts from
 * @param parentModel the model that training starts from, or null for a fresh one
 * @param parameterCount number of parameters
 * @param learningRateMultiplier already contained in the training's optimiser
 * @param diagnostics what is watched while it trains, or null
 * @param synthetic the corpus where it is a synthetic one, or null
 * @param suffix what the finished model's id begins with, or null: the cell
 */
public record JobSpecification(
    String model,
    @Nullable String parentModel,
    Architecture architecture,
    TokenizerSpecification tokenizer,
    int vocabularySize,
    long parameterCount,
    TrainingSpecification training,
    double learningRateMultiplier,
    @Nullable DiagnosticsSpecification diagnostics,
    @Nullable SyntheticSpecification synthetic,
    long seed,
    @Nullable String suffix,
    Map<String, String> metadata,
    @Nullable String trainingFile,
    @Nullable String validationFile) {}
