package io.carousel.engine.nn;

/** The cells of this engine: what one layer computes. */
public enum CellType {
  /** Elman's cell: h = φ(W_ih x + b_ih + W_hh h + b_hh). */
  RNN(1),
  /** Cho et al. 2014, in PyTorch's form: gates r z n. */
  GRU(3),
  /** Hochreiter and Schmidhuber 1997 with Gers' forget gate: gates i f g o. */
  LSTM(4),
  /**
   * A feed-forward layer, h = φ(W x + b); the first sees the last tokens' embeddings next to one
   * another (Bengio et al. 2003).
   */
  MLP(1),
  /**
   * A causal dilated convolution, h_t = φ(Σ_j W_j x_{t−jd} + b), as in a temporal convolutional
   * network (Bai, Kolter and Koltun 2018).
   */
  CONV(1);

  private final int gates;

  CellType(int gates) {
    this.gates = gates;
  }

  /** Whether a step's state depends on that of the step before. */
  public boolean recurrent() {
    return this != MLP && this != CONV;
  }

  /** Number of gate blocks of H rows each in the cell's weight matrices. */
  public int gates() {
    return gates;
  }
}
