package io.carousel.engine.gradient.cell;

import io.carousel.engine.gradient.numerics.Linear;
import io.carousel.engine.kernel.DoubleOperand;
import io.carousel.engine.kernel.DoubleProducts;

/** The weights of one highway's gate. */
public final class GateWeights {
  private final double[] bias; // b_t (H)
  private final DoubleOperand forward; // W_tᵀ
  private final DoubleOperand back; // W_t

  GateWeights(double[] weight, double[] bias) {
    this.bias = bias;
    DoubleProducts products = DoubleProducts.best();
    int h = bias.length;
    forward = products.operand(weight, 0, h, h, h, true);
    back = products.operand(weight, 0, h, h, h, false);
  }

  /** W_t x + b_t for each row of x (rows,H): (rows,H). */
  double[] of(double[] x, int rows) {
    return Linear.affine(x, rows, forward, bias);
  }

  /** What gradients at the pre-activation (rows,H) send back to x: (rows,H). */
  public double[] back(double[] gate, int rows) {
    double[] dx = new double[rows * bias.length];
    Linear.addProduct(gate, rows, back, dx);
    return dx;
  }
}
