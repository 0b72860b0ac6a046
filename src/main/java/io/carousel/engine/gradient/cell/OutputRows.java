package io.carousel.engine.gradient.cell;

import io.carousel.engine.gradient.numerics.Linear;
import java.util.Arrays;

/**
 * Gradients of several loss sources at what one layer hands upwards at one step, a row for each
 * source, scaled as those of {@link AdjointRows}.
 */
public final class OutputRows {
  private final int hidden;
  public final double[] da; // ∂L/∂a (rows,H)
  public final int[] exponent; // (rows)
  private int count;

  public OutputRows(int hidden, int capacity) {
    this.hidden = hidden;
    da = new double[capacity * hidden];
    exponent = new int[capacity];
  }

  /** Begins a step, with that many rows of zeros. */
  public void clear(int rows) {
    count = rows;
    Arrays.fill(da, 0, rows * hidden, 0);
    Arrays.fill(exponent, 0, rows, 0);
  }

  /**
   * Adds rows that carry exponents of their own.
   *
   * @param rows (rows,stride), of which H columns from an offset on
   */
  public void add(double[] rows, int offset, int stride, int[] theirs) {
    for (int row = 0; row < count; row++) {
      int from = offset + row * stride;
      int into = row * hidden;
      if (Linear.largest(rows, from, hidden) == 0) {
        continue; // a zero has no scale to align to
      }
      if (Linear.largest(da, into, hidden) == 0) {
        exponent[row] = theirs[row];
      } else if (theirs[row] > exponent[row]) {
        double factor = Math.scalb(1.0, exponent[row] - theirs[row]);
        for (int j = into; j < into + hidden; j++) {
          da[j] *= factor;
        }
        exponent[row] = theirs[row];
      }
      double factor = Math.scalb(1.0, theirs[row] - exponent[row]);
      Linear.addScaled(factor, rows, from, da, into, hidden);
    }
  }
}
