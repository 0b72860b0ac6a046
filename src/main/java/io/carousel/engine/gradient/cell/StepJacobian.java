package io.carousel.engine.gradient.cell;

import io.carousel.engine.gradient.numerics.Linear;
import io.carousel.engine.kernel.DoubleOperand;
import io.carousel.engine.kernel.DoubleProducts;

/**
 * J = ∂s_t/∂s_{t−1} of one layer's own state, s = h or (h, c) one below the other. Whatever the
 * cell, only the columns of h are dense: a unit's c reaches no other unit's h or c within a step.
 */
public final class StepJacobian {
  private final int hidden; // H
  private final double[] fromH; // ∂s/∂h_{t−1} (n,H)
  private final double[] hFromC; // the diagonal of ∂h/∂c_{t−1} (H); empty without a cell state
  private final double[] cFromC; // the diagonal of ∂c/∂c_{t−1} (H)

  StepJacobian(int hidden, double[] fromH) {
    this(hidden, fromH, Cell.NONE, Cell.NONE);
  }

  StepJacobian(int hidden, double[] fromH, double[] hFromC, double[] cFromC) {
    this.hidden = hidden;
    this.fromH = fromH;
    this.hFromC = hFromC;
    this.cFromC = cFromC;
  }

  /** n: H, or 2H with a cell state. */
  public int size() {
    return fromH.length / hidden;
  }

  /** J, (n,n). */
  public double[] matrix() {
    int n = size();
    double[] matrix = new double[n * n];
    for (int i = 0; i < n; i++) {
      System.arraycopy(fromH, i * hidden, matrix, i * n, hidden);
    }
    for (int j = 0; j < hFromC.length; j++) {
      matrix[j * n + hidden + j] = hFromC[j];
      matrix[(hidden + j) * n + hidden + j] = cFromC[j];
    }
    return matrix;
  }

  /** J·v for v (n,k). */
  public double[] times(double[] v, int k) {
    DoubleProducts products = DoubleProducts.best();
    double[] result = new double[size() * k];
    DoubleOperand ofH = products.operand(v, 0, k, hidden, k, false);
    products.add(size(), fromH, 0, hidden, ofH, result, 0, k);
    for (int j = 0; j < hFromC.length; j++) {
      int c = (hidden + j) * k;
      Linear.addScaled(hFromC[j], v, c, result, j * k, k);
      Linear.addScaled(cFromC[j], v, c, result, c, k);
    }
    return result;
  }
}
