package io.carousel.engine.train;

/**
 * Ends a run whose validation loss no longer falls.
 *
 * @param patience epochs without an improvement before the run ends, at least 1
 * @param minDelta smallest fall of the loss, in nats, that counts as an improvement
 */
public record EarlyStopping(int patience, double minDelta) {
  public static final EarlyStopping DEFAULT = new EarlyStopping(3, 0);

  public EarlyStopping {
    if (patience < 1) {
      throw new IllegalArgumentException("patience: expected at least 1, found " + patience);
    }
    if (!(minDelta >= 0)) {
      throw new IllegalArgumentException("min_delta: expected at least 0, found " + minDelta);
    }
  }
}
