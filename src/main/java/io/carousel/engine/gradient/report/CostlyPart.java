package io.carousel.engine.gradient.report;

/** Parts of a report that take passes of their own, and that a request can do without. */
public enum CostlyPart {
  /** {@link Jacobian}. */
  JACOBIAN,
  /** {@link Lyapunov}. */
  LYAPUNOV,
  /** {@link Context}. */
  CONTEXT,
  /** {@link Clipping}. */
  CLIPPING
}
