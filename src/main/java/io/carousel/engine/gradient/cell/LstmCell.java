package io.carousel.engine.gradient.cell;

import io.carousel.engine.gradient.numerics.Linear;
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
  public CellStep forward(
      double[] a, double[] u, double[] x, double[] previousH, double[] previousC) {
    int hidden = previousH.length;
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
    double[] dh = new double[hidden]; // rows of their own, whose loops the JIT can vectorise
    double[] dc = new double[hidden];
    double[] di = new double[hidden];
    double[] df = new double[hidden];
    double[] dg = new double[hidden];
    double[] dOut = new double[hidden];
    for (int row = 0; row < rows.count; row++) {
      System.arraycopy(rows.dh, row * hidden, dh, 0, hidden);
      System.arraycopy(rows.dc, row * hidden, dc, 0, hidden);
      for (int j = 0; j < hidden; j++) {
        dc[j] += dh[j] * hToC[j];
      }
      for (int j = 0; j < hidden; j++) {
        di[j] = dc[j] * toI[j];
        df[j] = dc[j] * toF[j];
      }
      for (int j = 0; j < hidden; j++) {
        dg[j] = dc[j] * toG[j];
        dOut[j] = dh[j] * toO[j];
      }
      int into = row * 4 * hidden;
      System.arraycopy(dc, 0, rows.dc, row * hidden, hidden);
      System.arraycopy(di, 0, rows.dInput, into, hidden);
      System.arraycopy(df, 0, rows.dInput, into + hidden, hidden);
      System.arraycopy(dg, 0, rows.dInput, into + 2 * hidden, hidden);
      System.arraycopy(dOut, 0, rows.dInput, into + 3 * hidden, hidden);
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
    Linear.addProduct(rows.dRecurrent, rows.count, w.recurrentBack, rows.dh);
  }

  /**
   * With B = ∂c/∂h = diag(c_{t−1} f′) U_f + diag(g i′) U_i + diag(i (1−g²)) U_g and e = o
   * (1−tanh²c): ∂h/∂h = diag(e) B + diag(o′ tanh c) U_o, ∂h/∂c = diag(e f), ∂c/∂c = diag(f).
   */
  @Override
  public StepJacobian jacobian(CellStep step, LayerWeights w) {
    int hidden = step.h.length;
    double[] fromH = new double[2 * hidden * hidden]; // ∂h/∂h above ∂c/∂h
    double[] hFromC = new double[hidden];
    double[] cFromC = new double[hidden];
    for (int j = 0; j < hidden; j++) {
      double i = step.gates[j];
      double f = step.gates[hidden + j];
      double g = step.gates[2 * hidden + j];
      double o = step.gates[3 * hidden + j];
      double tanhC = Math.tanh(step.c[j]);
      double e = o * (1 - tanhC * tanhC);
      int b = (hidden + j) * hidden; // row j of B
      addRow(w, 0, j, g * i * (1 - i), fromH, b);
      addRow(w, 1, j, step.previousC[j] * f * (1 - f), fromH, b);
      addRow(w, 2, j, i * (1 - g * g), fromH, b);
      addRow(w, 3, j, tanhC * o * (1 - o), fromH, j * hidden);
      for (int l = 0; l < hidden; l++) {
        fromH[j * hidden + l] += e * fromH[b + l];
      }
      hFromC[j] = e * f;
      cFromC[j] = f;
    }
    return new StepJacobian(hidden, fromH, hFromC, cFromC);
  }

  /** A row of fromH += factor · row j of a gate's block of W_hh. */
  private static void addRow(
      LayerWeights w, int gate, int j, double factor, double[] fromH, int into) {
    int hidden = w.hiddenSize();
    Linear.addScaled(factor, w.recurrent, (gate * hidden + j) * hidden, fromH, into, hidden);
  }

  /**
   * Taking diag(e) times the rows of c from those of h leaves diag(o′ tanh c) U_o above diag(f): Σ
   * ln|o′ tanh c| + ln|det U_o| + Σ ln f.
   */
  @Override
  public double logAbsDeterminant(CellStep step, LayerWeights w) {
    int hidden = step.h.length;
    double log = w.logAbsDeterminant(3);
    for (int j = 0; j < hidden; j++) {
      double o = step.gates[3 * hidden + j];
      log += Math.log(Math.abs(Math.tanh(step.c[j]) * o * (1 - o)));
      log += Math.log(step.gates[hidden + j]);
    }
    return log;
  }

  @Override
  public List<Gate> gates() {
    return List.of(
        new Gate("i", Squashing.SIGMOID, false, false),
        new Gate("f", Squashing.SIGMOID, true, false),
        new Gate("g", Squashing.TANH, false, true),
        new Gate("o", Squashing.SIGMOID, false, false));
  }
}
