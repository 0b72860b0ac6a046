package io.carousel.engine.gradient.cell;

import io.carousel.engine.gradient.numerics.Determinant;
import io.carousel.engine.nn.Architecture;
import io.carousel.engine.nn.Nonlinearity;
import java.util.List;

/**
 * A recurrent cell in float64, written to be read: the forward step of one sequence and the closed
 * form of its derivative, next to one another.
 *
 * <p>The derivative of a step is elementwise in the gates; only W_ih and W_hh mix units. So {@link
 * #backward} is elementwise, over many rows (one for each loss source) at once, and {@link #carry}
 * holds the one matrix product.
 */
public sealed interface Cell permits RnnCell, GruCell, LstmCell {
  double[] NONE = new double[0];

  static Cell of(Architecture architecture) {
    return switch (architecture.cell()) {
      // What is not recurrent has the same activation, and nothing that it is carried by.
      case RNN, MLP, CONV ->
          new RnnCell(
              architecture.nonlinearity() == Nonlinearity.RELU
                  ? RnnCell.Phi.RELU
                  : RnnCell.Phi.TANH);
      case GRU -> new GruCell();
      case LSTM -> new LstmCell();
    };
  }

  /** The recurrent state's parts: "h", or "h" and "c". */
  default List<String> states() {
    return List.of("h");
  }

  default boolean hasCellState() {
    return states().contains("c");
  }

  /**
   * One step of one sequence.
   *
   * @param a W_ih x + b_ih (G·H)
   * @param u W_hh h_{k−1} + b_hh (G·H)
   */
  CellStep forward(double[] a, double[] u, double[] x, double[] previousH, double[] previousC);

  /**
   * From ∂L/∂h_k in {@code rows.dh} (and what reaches c_k from later steps in {@code rows.dc}) to
   * the gradient at the pre-activations; {@code rows.dc} becomes the total ∂L/∂c_k, through h_k
   * too.
   */
  void backward(CellStep step, AdjointRows rows);

  /** Takes the rows from step k to step k−1, after {@link #backward}. */
  void carry(CellStep step, LayerWeights w, AdjointRows rows);

  /** ∂state_k/∂state_{k−1}, in closed form. */
  StepJacobian jacobian(CellStep step, LayerWeights w);

  /** ln|det| of {@link #jacobian}, in closed form where there is one. */
  default double logAbsDeterminant(CellStep step, LayerWeights w) {
    StepJacobian jacobian = jacobian(step, w);
    return Determinant.logAbs(jacobian.matrix(), jacobian.size());
  }

  /** The gates in the order of {@link CellStep#gates}. */
  List<Gate> gates();

  /**
   * A gate or candidate.
   *
   * @param name in the letters of the papers
   * @param keeps whether an open gate keeps the old state: open is memory then, and no fault
   * @param candidate whether it is new content rather than a gate
   */
  record Gate(String name, Squashing squashing, boolean keeps, boolean candidate) {}

  /**
   * max φ′ over the units at this step, for cells whose Jacobian is diag(φ′)·W_hh; NaN for others.
   */
  default double largestSlope(CellStep step) {
    return Double.NaN;
  }

  static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }
}
