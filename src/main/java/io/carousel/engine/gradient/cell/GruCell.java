package io.carousel.engine.gradient.cell;

import io.carousel.engine.gradient.numerics.Linear;
import java.util.List;

/**
 * Cho et al. 2014 in PyTorch's form: n = tanh(W_in x + b_in + r ⊙ (W_hn h + b_hn)), h = (1−z) ⊙ n +
 * z ⊙ h.
 */
record GruCell() implements Cell {

  @Override
  public CellStep forward(
      double[] a, double[] u, double[] x, double[] previousH, double[] previousC) {
    int hidden = previousH.length;
    double[] gates = new double[3 * hidden];
    double[] candidate = new double[hidden]; // W_hn h + b_hn
    double[] h = new double[hidden];
    for (int j = 0; j < hidden; j++) {
      double r = Cell.sigmoid(a[j] + u[j]);
      double z = Cell.sigmoid(a[hidden + j] + u[hidden + j]);
      candidate[j] = u[2 * hidden + j];
      double n = Math.tanh(a[2 * hidden + j] + r * candidate[j]);
      gates[j] = r;
      gates[hidden + j] = z;
      gates[2 * hidden + j] = n;
      h[j] = (1 - z) * n + z * previousH[j];
    }
    return new CellStep(x, previousH, NONE, gates, candidate, h, NONE);
  }

  @Override
  public void backward(CellStep step, AdjointRows rows) {
    int hidden = step.h.length;
    double[] toZ = new double[hidden]; // ∂h/∂a_z
    double[] toN = new double[hidden]; // ∂h/∂a_n
    double[] nToR = new double[hidden]; // ∂a_n/∂a_r
    double[] reset = new double[hidden]; // ∂a_n/∂(W_hn h + b_hn)
    for (int j = 0; j < hidden; j++) {
      double r = step.gates[j];
      double z = step.gates[hidden + j];
      double n = step.gates[2 * hidden + j];
      toZ[j] = (step.previousH[j] - n) * z * (1 - z);
      toN[j] = (1 - z) * (1 - n * n);
      nToR[j] = step.fromState[j] * r * (1 - r);
      reset[j] = r;
    }
    for (int row = 0; row < rows.count; row++) {
      int from = row * hidden;
      int into = row * 3 * hidden;
      for (int j = 0; j < hidden; j++) {
        double dh = rows.dh[from + j];
        double dn = dh * toN[j];
        double dr = dn * nToR[j];
        double dz = dh * toZ[j];
        rows.dInput[into + j] = dr;
        rows.dInput[into + hidden + j] = dz;
        rows.dInput[into + 2 * hidden + j] = dn;
        rows.dRecurrent[into + j] = dr;
        rows.dRecurrent[into + hidden + j] = dz;
        rows.dRecurrent[into + 2 * hidden + j] = dn * reset[j];
      }
    }
  }

  @Override
  public void carry(CellStep step, LayerWeights w, AdjointRows rows) {
    int hidden = step.h.length;
    for (int row = 0; row < rows.count; row++) {
      for (int j = 0; j < hidden; j++) {
        rows.dh[row * hidden + j] *= step.gates[hidden + j]; // z: the direct way back
      }
    }
    Linear.addProduct(rows.dRecurrent, rows.count, w.recurrentBack, rows.dh);
  }

  @Override
  public StepJacobian jacobian(CellStep step, LayerWeights w) {
    int hidden = step.h.length;
    double[] fromH = new double[hidden * hidden];
    for (int j = 0; j < hidden; j++) {
      double r = step.gates[j];
      double z = step.gates[hidden + j];
      double n = step.gates[2 * hidden + j];
      double throughN = (1 - z) * (1 - n * n);
      addRow(w, 0, j, throughN * step.fromState[j] * r * (1 - r), fromH);
      addRow(w, 1, j, (step.previousH[j] - n) * z * (1 - z), fromH);
      addRow(w, 2, j, throughN * r, fromH);
      fromH[j * hidden + j] += z;
    }
    return new StepJacobian(hidden, fromH);
  }

  /** fromH's row j += factor · row j of a gate's block of W_hh. */
  private static void addRow(LayerWeights w, int gate, int j, double factor, double[] fromH) {
    int hidden = w.hiddenSize();
    Linear.addScaled(factor, w.recurrent, (gate * hidden + j) * hidden, fromH, j * hidden, hidden);
  }

  @Override
  public List<Gate> gates() {
    return List.of(
        new Gate("r", Squashing.SIGMOID, false, false),
        new Gate("z", Squashing.SIGMOID, true, false),
        new Gate("n", Squashing.TANH, false, true));
  }
}
