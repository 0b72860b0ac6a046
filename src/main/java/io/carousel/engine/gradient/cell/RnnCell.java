package io.carousel.engine.gradient.cell;

import io.carousel.engine.gradient.numerics.Linear;
import java.util.Arrays;
import java.util.List;

/** Elman 1990: h = φ(W_ih x + b_ih + W_hh h + b_hh). */
public record RnnCell(Phi phi) implements Cell {

  /** φ. The linear one is no product feature: its gradients are known in closed form. */
  public enum Phi {
    TANH {
      @Override
      double value(double a) {
        return Math.tanh(a);
      }

      @Override
      double slope(double h) {
        return 1 - h * h;
      }
    },
    RELU {
      @Override
      double value(double a) {
        return a < 0 ? 0 : a; // not max: a NaN has to pass
      }

      @Override
      double slope(double h) {
        return h > 0 ? 1 : 0;
      }
    },
    LINEAR {
      @Override
      double value(double a) {
        return a;
      }

      @Override
      double slope(double h) {
        return 1;
      }
    };

    abstract double value(double a);

    /** φ′, from φ's value. */
    abstract double slope(double h);
  }

  @Override
  public CellStep forward(
      double[] a, double[] u, double[] x, double[] previousH, double[] previousC) {
    double[] h = new double[u.length];
    for (int j = 0; j < h.length; j++) {
      h[j] = phi.value(a[j] + u[j]);
    }
    return new CellStep(x, previousH, NONE, h, NONE, h, NONE);
  }

  @Override
  public void backward(CellStep step, AdjointRows rows) {
    int hidden = step.h.length;
    double[] slope = new double[hidden];
    for (int j = 0; j < hidden; j++) {
      slope[j] = phi.slope(step.h[j]);
    }
    for (int row = 0; row < rows.count; row++) {
      int at = row * hidden;
      for (int j = 0; j < hidden; j++) {
        rows.dInput[at + j] = rows.dh[at + j] * slope[j];
      }
    }
  }

  @Override
  public void carry(CellStep step, LayerWeights w, AdjointRows rows) {
    int hidden = step.h.length;
    Arrays.fill(rows.dh, 0, rows.count * hidden, 0);
    Linear.addProduct(rows.dRecurrent, rows.count, w.recurrentBack, rows.dh);
  }

  @Override
  public StepJacobian jacobian(CellStep step, LayerWeights w) {
    int hidden = step.h.length;
    double[] fromH = new double[hidden * hidden]; // diag(φ′)·W_hh
    for (int j = 0; j < hidden; j++) {
      Linear.addScaled(phi.slope(step.h[j]), w.recurrent, j * hidden, fromH, j * hidden, hidden);
    }
    return new StepJacobian(hidden, fromH);
  }

  /** Σ ln φ′ + ln|det W_hh|. */
  @Override
  public double logAbsDeterminant(CellStep step, LayerWeights w) {
    double log = w.logAbsDeterminant(0);
    for (double h : step.h) {
      log += Math.log(phi.slope(h));
    }
    return log;
  }

  @Override
  public List<Gate> gates() {
    Squashing squashing = phi == Phi.RELU ? Squashing.RELU : Squashing.TANH;
    return List.of(new Gate("h", squashing, false, true));
  }

  @Override
  public double largestSlope(CellStep step) {
    double largest = 0;
    for (double h : step.h) {
      largest = Math.max(largest, phi.slope(h));
    }
    return largest;
  }
}
