package io.carousel.engine.predict;

/** How a continuation of several tokens is chosen. */
public enum Strategy {
  /** The most likely token at each step. */
  GREEDY,
  /** A draw from the distribution at each step. */
  SAMPLE,
  /** The most likely of the continuations that a beam keeps. */
  BEAM
}
