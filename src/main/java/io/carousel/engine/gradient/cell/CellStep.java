package io.carousel.engine.gradient.cell;

/** What one step of one layer computed for one sequence: all that its derivatives need. */
public final class CellStep {
  final double[] x; // input (in)
  public final double[] previousH; // h_{k−1} (H)
  final double[] previousC; // c_{k−1} (H); empty without a cell state
  public final double[] gates; // activated (G·H): RNN h, GRU r z n, LSTM i f g o
  final double[] fromState; // GRU: W_hn h + b_hn (H), before the reset gate; else empty
  public final double[] h; // (H)
  final double[] c; // (H); empty without a cell state

  CellStep(
      double[] x,
      double[] previousH,
      double[] previousC,
      double[] gates,
      double[] fromState,
      double[] h,
      double[] c) {
    this.x = x;
    this.previousH = previousH;
    this.previousC = previousC;
    this.gates = gates;
    this.fromState = fromState;
    this.h = h;
    this.c = c;
  }

  /** h or c by name. */
  public double[] state(String name) {
    return name.equals("h") ? h : c;
  }
}
