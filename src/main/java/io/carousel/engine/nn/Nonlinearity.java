package io.carousel.engine.nn;

/** The nonlinearity φ of a plain {@link CellType#RNN}; gated cells ignore it. */
public enum Nonlinearity {
  TANH,
  RELU
}
