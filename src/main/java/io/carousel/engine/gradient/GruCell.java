package io.carousel.engine.gradient;

/**
 * Cho et al. 2014 in PyTorch's form: n = tanh(W_in x + b_in + r ⊙ (W_hn h + b_hn)), h = (1−z) ⊙ n +
 * z ⊙ h.
 */
record GruCell() implements Cell {

  @Override
  public CellStep forward(LayerWeights w, double[] x, double[] previousH, double[] previousC) {
    int hidden = previousH.length;
    double[] a = w.fromInput(x);
    double[] u = w.fromState(previousH);
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
    Linear.addProduct(rows.dRecurrent, rows.count, w.recurrentRows, rows.dh);
  }
}
