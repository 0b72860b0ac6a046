package io.carousel.engine.gradient.cell;

import io.carousel.engine.gradient.numerics.Determinant;
import io.carousel.engine.gradient.numerics.Linear;
import io.carousel.engine.kernel.DoubleOperand;
import io.carousel.engine.kernel.DoubleProducts;
import java.util.Arrays;

/** The weights of one recurrent layer, the G gates below one another in PyTorch's order. */
public final class LayerWeights {
  private static final DoubleProducts PRODUCTS = DoubleProducts.best();
  private static final double UNKNOWN = Double.POSITIVE_INFINITY; // no determinant is

  public final double[] input; // W_ih (G·H, in)
  public final double[] recurrent; // W_hh (G·H, H)
  public final double[] inputBias; // b_ih (G·H)
  public final double[] recurrentBias; // b_hh (G·H)
  public final DoubleOperand inputBack; // W_ih, from gates to the input
  final DoubleOperand recurrentBack; // W_hh, from gates to the state
  private final DoubleOperand inputForward; // W_ihᵀ
  private final DoubleOperand recurrentForward; // W_hhᵀ
  private final double[] blockDeterminants; // (G) ln|det| of W_hh's blocks, on demand

  LayerWeights(double[] input, double[] recurrent, double[] inputBias, double[] recurrentBias) {
    this.input = input;
    this.recurrent = recurrent;
    this.inputBias = inputBias;
    this.recurrentBias = recurrentBias;
    int rows = gateRows();
    int in = inputSize();
    int hidden = hiddenSize();
    blockDeterminants = new double[rows / hidden];
    Arrays.fill(blockDeterminants, UNKNOWN);
    inputBack = PRODUCTS.operand(input, 0, in, rows, in, false);
    recurrentBack = PRODUCTS.operand(recurrent, 0, hidden, rows, hidden, false);
    inputForward = PRODUCTS.operand(input, 0, in, in, rows, true);
    recurrentForward = PRODUCTS.operand(recurrent, 0, hidden, hidden, rows, true);
  }

  int gateRows() {
    return inputBias.length;
  }

  public int inputSize() {
    return input.length / gateRows();
  }

  int hiddenSize() {
    return recurrent.length / gateRows();
  }

  /** W_ih x + b_ih for each row of x (rows,in): (rows, G·H). */
  double[] fromInput(double[] x, int rows) {
    return Linear.affine(x, rows, inputForward, inputBias);
  }

  /** W_hh h + b_hh for each row of h (rows,H): (rows, G·H). */
  double[] fromState(double[] h, int rows) {
    return Linear.affine(h, rows, recurrentForward, recurrentBias);
  }

  /** ln|det| of a gate's block (H,H) of W_hh; the same number whoever computes it first. */
  double logAbsDeterminant(int gate) {
    double known = blockDeterminants[gate];
    if (known == UNKNOWN) {
      int size = hiddenSize() * hiddenSize();
      double[] block = Arrays.copyOfRange(recurrent, gate * size, (gate + 1) * size);
      known = Determinant.logAbs(block, hiddenSize());
      blockDeterminants[gate] = known;
    }
    return known;
  }
}
