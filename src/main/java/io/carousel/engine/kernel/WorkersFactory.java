package io.carousel.engine.kernel;

/**
 * Starts groups of workers of one size, a group for each run.
 *
 * @param threads how many compute in a group, the caller included; at least 1
 */
public record WorkersFactory(int threads) {

  /** A group that belongs to the caller, who closes it. */
  public Workers start(String name) {
    return new Workers(threads, name);
  }
}
