package io.carousel.engine.kernel;

/** The right-hand side (k,n) of a {@link DoubleProducts product}, copied; immutable. */
public abstract sealed class DoubleOperand
    permits ScalarDoubleProducts.Rows, VectorDoubleProducts.Panels {
  private final int rows;
  private final int columns;

  DoubleOperand(int rows, int columns) {
    this.rows = rows;
    this.columns = columns;
  }

  /** k. */
  public final int rows() {
    return rows;
  }

  /** n. */
  public final int columns() {
    return columns;
  }
}
