package io.carousel.engine.gradient;

import java.util.Arrays;
import java.util.List;

/**
 * Hochreiter and Schmidhuber 1997 with the forget gate of Gers et al. 2000: c = f ⊙ c + i ⊙ g, h =
 * o ⊙ tanh(c).
 */
record LstmCell() implements Cell {

  @Override
  public List<String> states() {
    return List.of("h", "c");
  }

  @Override
  public CellStep forward(LayerWeights w, double[] x, double[] previousH, double[] previousC) {
    int hidden = previousH.length;
    double[] a = w.fromInput(x);
    double[] u = w.fromState(previousH);
    double[] gates = new double[4 * hidden];
    double[] h = new double[hidden];
    double[] c = new double[hidden];
    for (int j = 0; j < hidden; j++) {
      double i = Cell.sigmoid(a[j] + u[j]);
      double f = Cell.sigmoid(a[hidden + j] + u[hidden + j]);
      double g = Math.tanh(a[2 * hidden + j] + u[2 * hidden + j]);
      double o = Cell.sigmoid(a[3 * hidden + j] + u[3 * hidden + j]);
      gates[j] = i;
      gates[hidden + j] = f;
      gates[2 * hidden + j] = g;
      gates[3 * hidden + j] = o;
      c[j] = f * previousC[j] + i * g;
      h[j] = o * Math.tanh(c[j]);
    }
    return new CellStep(x, previousH, previousC, gates, NONE, h, c);
  }

  @Override
  public void backward(CellStep step, AdjointRows rows) {
    int hidden = step.h.length;
    double[] hToC = new double[hidden]; // ∂h/∂c, the e of diagnostics
    double[] toI = new double[hidden]; // ∂c/∂a_i
    double[] toF = new double[hidden]; // ∂c/∂a_f
    double[] toG = new double[hidden]; // ∂c/∂a_g
    double[] toO = new double[hidden]; // ∂h/∂a_o
    for (int j = 0; j < hidden; j++) {
      double i = step.gates[j];
      double f = step.gates[hidden + j];
      double g = step.gates[2 * hidden + j];
      double o = step.gates[3 * hidden + j];
      double tanhC = Math.tanh(step.c[j]);
      hToC[j] = o * (1 - tanhC * tanhC);
      toI[j] = g * i * (1 - i);
      toF[j] = step.previousC[j] * f * (1 - f);
      toG[j] = i * (1 - g * g);
      toO[j] = tanhC * o * (1 - o);
    }
    for (int row = 0; row < rows.count; row++) {
      int from = row * hidden;
      int into = row * 4 * hidden;
      for (int j = 0; j < hidden; j++) {
        double dh = rows.dh[from + j];
        double dc = rows.dc[from + j] + dh * hToC[j];
        rows.dc[from + j] = dc;
        rows.dInput[into + j] = dc * toI[j];
        rows.dInput[into + hidden + j] = dc * toF[j];
        rows.dInput[into + 2 * hidden + j] = dc * toG[j];
        rows.dInput[into + 3 * hidden + j] = dh * toO[j];
      }
    }
  }

  @Override
  public void carry(CellStep step, LayerWeights w, AdjointRows rows) {
    int hidden = step.h.length;
    for (int row = 0; row < rows.count; row++) {
      for (int j = 0; j < hidden; j++) {
        rows.dc[row * hidden + j] *= step.gates[hidden + j]; // f: the constant error carousel
      }
    }
    Arrays.fill(rows.dh, 0, rows.count * hidden, 0);
    Linear.addProduct(rows.dRecurrent, rows.count, w.recurrentRows, rows.dh);
  }
}
