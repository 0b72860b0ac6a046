package io.carousel.engine.gradient.cell;

import io.carousel.engine.gradient.numerics.Linear;
import io.carousel.engine.kernel.DoubleOperand;
import io.carousel.engine.kernel.DoubleProducts;
import java.util.Arrays;

/**
 * The weights of one layer that is not recurrent: W_j for each tap j, of the input j·d steps
 * before, below one another. Before the first row there are zeros.
 */
final class TapWeights {
  private final int hidden; // H
  private final int in;
  private final int taps;
  private final int dilation; // d
  private final double[] bias; // (H)
  private final DoubleOperand[] forward; // [taps] W_jᵀ
  private final DoubleOperand[] back; // [taps] W_j

  TapWeights(double[] weight, double[] bias, int taps, int dilation) {
    this.bias = bias;
    this.taps = taps;
    this.dilation = dilation;
    hidden = bias.length;
    in = weight.length / (taps * hidden);
    DoubleProducts products = DoubleProducts.best();
    forward = new DoubleOperand[taps];
    back = new DoubleOperand[taps];
    for (int j = 0; j < taps; j++) {
      int from = j * hidden * in;
      forward[j] = products.operand(weight, from, in, in, hidden, true);
      back[j] = products.operand(weight, from, in, hidden, in, false);
    }
  }

  /** Σ_j W_j x_{t−jd} + b for each of some steps x (steps,in): (steps,H). */
  double[] of(double[] x, int steps) {
    double[] sums = new double[steps * hidden];
    for (int t = 0; t < steps; t++) {
      System.arraycopy(bias, 0, sums, t * hidden, hidden);
    }
    for (int j = 0; j < taps && j * dilation < steps; j++) {
      int rows = steps - j * dilation;
      double[] part = new double[rows * hidden];
      Linear.addProduct(x, rows, forward[j], part);
      Linear.addScaled(1, part, 0, sums, j * dilation * hidden, part.length);
    }
    return sums;
  }

  /** What gradients at these sums (steps,H) send back to x: (steps,in). */
  double[] back(double[] gradient, int steps) {
    double[] dx = new double[steps * in];
    for (int j = 0; j < taps && j * dilation < steps; j++) {
      int rows = steps - j * dilation;
      int from = j * dilation * hidden;
      double[] seen = Arrays.copyOfRange(gradient, from, from + rows * hidden);
      Linear.addProduct(seen, rows, back[j], dx);
    }
    return dx;
  }

  /** Adds to ∂/∂W (taps·H,in), flat from an offset, what gradients at the sums (steps,H) give. */
  void addWeightGradient(double[] gradient, double[] x, int steps, double[] to, int offset) {
    for (int j = 0; j < taps && j * dilation < steps; j++) {
      int rows = steps - j * dilation;
      int from = j * dilation * hidden;
      double[] seen = Arrays.copyOfRange(gradient, from, from + rows * hidden);
      double[] product = new double[hidden * in];
      Linear.addTransposedProduct(seen, hidden, x, in, rows, product);
      Linear.addScaled(1, product, 0, to, offset + j * product.length, product.length);
    }
  }
}
