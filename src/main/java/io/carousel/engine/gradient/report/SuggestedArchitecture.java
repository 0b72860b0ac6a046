package io.carousel.engine.gradient.report;

import io.carousel.engine.nn.Architecture;
import io.carousel.engine.nn.CellType;
import io.carousel.engine.nn.Initialization;
import io.carousel.engine.nn.Nonlinearity;
import java.util.Locale;

/** An {@link Architecture} in the words of the HTTP contract, so that it can be sent back. */
public record SuggestedArchitecture(
    String cell,
    int layers,
    int hiddenSize,
    int embeddingSize,
    double dropout,
    boolean tieWeights,
    String connections,
    String nonlinearity,
    int contextSize,
    int kernelSize,
    int maxDilation,
    SuggestedInitialization initialization) {

  /** How its parameters are drawn. */
  public record SuggestedInitialization(
      String recurrent, double recurrentGain, double forgetBias, double transformBias) {}

  /** The same shape with another cell and initialisation. */
  public static SuggestedArchitecture of(
      Architecture a, CellType cell, Nonlinearity nonlinearity, Initialization initialization) {
    return new SuggestedArchitecture(
        word(cell),
        a.layers(),
        a.hiddenSize(),
        a.embeddingSize(),
        a.dropout(),
        a.tieWeights(),
        word(a.connections()),
        word(nonlinearity),
        a.contextSize(),
        a.kernelSize(),
        a.maxDilation(),
        new SuggestedInitialization(
            word(initialization.recurrent()),
            initialization.recurrentGain(),
            initialization.forgetBias(),
            initialization.transformBias()));
  }

  public static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
