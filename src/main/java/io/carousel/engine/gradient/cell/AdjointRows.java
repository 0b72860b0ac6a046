package io.carousel.engine.gradient.cell;

import io.carousel.engine.gradient.numerics.Linear;
import java.util.Arrays;

/**
 * Gradients of several loss sources in one layer at one step, a row for each source.
 *
 * <p>A row r stands for its stored numbers times 2^{@code exponent[r]}: products of hundreds of
 * Jacobians leave the range of a double long before they cease to matter, and scaling by a power of
 * two is exact.
 */
public final class AdjointRows {
  private static final int COMFORTABLE = 256; // |exponent| up to which squares cannot overflow

  public final int hidden;
  public final int gateRows;
  public final double[] dh; // ∂L/∂h (rows,H)
  final double[] dc; // ∂L/∂c (rows,H); empty without a cell state
  public final double[] dInput; // at W_ih x + b_ih (rows,G·H)
  // at W_hh h + b_hh (rows,G·H); differs from dInput in a GRU only
  public final double[] dRecurrent;
  public final int[] exponent; // (rows)
  public int count;

  public AdjointRows(DoubleWeights weights, int capacity) {
    hidden = weights.hiddenSize();
    gateRows = weights.gateRows();
    dh = new double[capacity * hidden];
    dc = weights.cell().hasCellState() ? new double[capacity * hidden] : Cell.NONE;
    dInput = new double[capacity * gateRows];
    dRecurrent = weights.cell() instanceof GruCell ? new double[capacity * gateRows] : dInput;
    exponent = new int[capacity];
  }

  /** Adds an all-zero row below the others. */
  public void append() {
    Arrays.fill(dh, count * hidden, (count + 1) * hidden, 0);
    if (dc.length > 0) {
      Arrays.fill(dc, count * hidden, (count + 1) * hidden, 0);
    }
    exponent[count] = 0;
    count++;
  }

  /** Total gradient at "h" or "c". */
  public double[] state(String name) {
    return name.equals("h") ? dh : dc;
  }

  /** ∂L/∂c of the last row, by itself; empty without a cell state. */
  public double[] lastCellGradient() {
    if (dc.length == 0) {
      return Cell.NONE;
    }
    double[] gradient = new double[hidden];
    double scale = Math.scalb(1.0, exponent[count - 1]);
    Linear.addScaled(scale, dc, (count - 1) * hidden, gradient, 0, hidden);
    return gradient;
  }

  /** Adds to ∂L/∂h rows that carry exponents of their own. */
  public void addToH(double[] rows, int[] theirs) {
    for (int row = 0; row < count; row++) {
      if (Linear.largest(rows, row * hidden, hidden) == 0) {
        continue; // a zero has no scale to align to
      }
      alignUpwards(row, theirs[row]);
      double factor = Math.scalb(1.0, theirs[row] - exponent[row]);
      Linear.addScaled(factor, rows, row * hidden, dh, row * hidden, hidden);
    }
  }

  /**
   * Raises a row's exponent to at least another; what then underflows is below the sum's rounding.
   */
  private void alignUpwards(int row, int other) {
    if (largest(row) == 0) {
      exponent[row] = other; // a zero has any scale
    } else if (other > exponent[row]) {
      scale(row, Math.scalb(1.0, exponent[row] - other));
      exponent[row] = other;
    }
  }

  private double largest(int row) {
    double largest = Linear.largest(dh, row * hidden, hidden);
    return dc.length == 0 ? largest : Math.max(largest, Linear.largest(dc, row * hidden, hidden));
  }

  private void scale(int row, double factor) {
    for (int j = row * hidden; j < (row + 1) * hidden; j++) {
      dh[j] *= factor;
    }
    for (int j = row * hidden; j < (row + 1) * hidden && dc.length > 0; j++) {
      dc[j] *= factor;
    }
  }

  /**
   * Brings rows that were very small or large before the step just taken back into the middle of a
   * double's range.
   *
   * @param norms of each row then, without its exponent
   */
  public void rescale(double[] norms) {
    for (int row = 0; row < count; row++) {
      int size = Math.getExponent(norms[row]);
      if (norms[row] == 0 || !Double.isFinite(norms[row]) || Math.abs(size) <= COMFORTABLE) {
        continue;
      }
      // In two steps: 2^-size of a subnormal's size is itself no double.
      int half = size / 2;
      scale(row, Math.scalb(1.0, -half));
      scale(row, Math.scalb(1.0, half - size));
      exponent[row] += size;
    }
  }
}
