package io.carousel.engine.gradient.cell;

/**
 * Where what a layer computes (h) meets what leads past it, at one step: what goes upwards (a), and
 * its derivative next to it. It is elementwise; only a highway's W_t mixes units.
 *
 * <pre>
 * residual  a = past + h                    (He et al. 2016)
 * highway   a = t ⊙ h + (1 − t) ⊙ past,     t = σ(W_t past + b_t) (Srivastava et al. 2015)
 * </pre>
 */
public final class Junction {
  final double[] a; // (H)
  private final double[] toH; // ∂a/∂h (H)
  private final double[] toPast; // ∂a/∂past (H), the gate held
  private final double[] toGate; // ∂a/∂(W_t past + b_t) (H); empty without a gate

  private Junction(int hidden, boolean gated) {
    a = new double[hidden];
    toH = new double[hidden];
    toPast = new double[hidden];
    toGate = new double[gated ? hidden : 0];
  }

  /** A residual connection. */
  static Junction residual(double[] past, double[] h) {
    Junction junction = new Junction(h.length, false);
    for (int j = 0; j < h.length; j++) {
      junction.a[j] = past[j] + h[j];
      junction.toH[j] = 1;
      junction.toPast[j] = 1;
    }
    return junction;
  }

  /**
   * A highway.
   *
   * @param gate W_t past + b_t (H)
   */
  static Junction highway(double[] past, double[] h, double[] gate) {
    Junction junction = new Junction(h.length, true);
    double[] t = new double[h.length];
    for (int j = 0; j < h.length; j++) {
      t[j] = Cell.sigmoid(gate[j]);
      junction.a[j] = t[j] * h[j] + (1 - t[j]) * past[j];
    }
    junction.derive(t, past, h);
    return junction;
  }

  private void derive(double[] t, double[] past, double[] h) {
    for (int j = 0; j < h.length; j++) {
      toH[j] = t[j];
      toPast[j] = 1 - t[j];
      toGate[j] = (h[j] - past[j]) * t[j] * (1 - t[j]);
    }
  }

  public boolean hasGate() {
    return toGate.length > 0;
  }

  /** From ∂L/∂a (rows,H) to ∂L/∂h. */
  public double[] own(double[] da, int rows) {
    return times(da, toH, rows);
  }

  /** From ∂L/∂a (rows,H) to what of ∂L/∂past does not go through the gate. */
  public double[] past(double[] da, int rows) {
    return times(da, toPast, rows);
  }

  /** From ∂L/∂a (rows,H) to the gradient at the gate's pre-activation. */
  public double[] gate(double[] da, int rows) {
    return times(da, toGate, rows);
  }

  private static double[] times(double[] da, double[] factor, int rows) {
    double[] product = new double[rows * factor.length];
    for (int row = 0; row < rows; row++) {
      int at = row * factor.length;
      for (int j = 0; j < factor.length; j++) {
        product[at + j] = da[at + j] * factor[j];
      }
    }
    return product;
  }
}
