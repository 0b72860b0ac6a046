package io.carousel.engine.kernel;

/** Threads that compute together. */
public final class Workers implements AutoCloseable {
  private final int threads;

  /**
   * Starts a group.
   *
   * @param threads how many compute, the caller included; at least 1
   */
  public Workers(int threads, String name) {
    this.threads = threads;
  }

  public int threads() {
    return threads;
  }

  @Override
  public void close() {}
}
