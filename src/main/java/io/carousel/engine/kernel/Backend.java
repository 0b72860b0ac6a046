package io.carousel.engine.kernel;

/** The choice of a backend, as the setting {@code carousel.backend} spells it. */
public enum Backend {
  AUTO,
  SCALAR,
  VECTOR,
  ND4J
}
