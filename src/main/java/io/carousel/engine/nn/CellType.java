package io.carousel.engine.nn;

/** The recurrent cells of this engine. */
public enum CellType {
  /** Elman's cell: h = φ(W_ih x + b_ih + W_hh h + b_hh). */
  RNN(1),
  /** Cho et al. 2014, in PyTorch's form: gates r z n. */
  GRU(3),
  /** Hochreiter and Schmidhuber 1997 with Gers' forget gate: gates i f g o. */
  LSTM(4);

  private final int gates;

  CellType(int gates) {
    this.gates = gates;
  }

  /** Number of gate blocks of H rows each in the cell's weight matrices. */
  public int gates() {
    return gates;
  }
}
