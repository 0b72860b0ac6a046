package io.carousel.engine.gradient.cell;

import io.carousel.engine.nn.Architecture;
import io.carousel.engine.nn.Connections;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How the layers of a model hang together, in the forward direction: what each is given, and what
 * it hands upwards. Rows are steps of one sequence, or sequences at one step.
 */
final class Stack {
  private final ModelWeights model;
  private final Architecture architecture;
  private final int rows;
  private final double[] embedded; // (rows,E)
  private final List<double[]> outputs = new ArrayList<>(); // [layers so far](rows,H)

  Stack(ModelWeights model, double[] embedded, int rows) {
    this.model = model;
    this.embedded = embedded;
    this.rows = rows;
    architecture = model.weights().layout().architecture();
  }

  /** What the next layer is given (rows,in). */
  double[] input() {
    int layer = outputs.size();
    if (layer == 0) {
      return embedded;
    }
    int parts = architecture.inputs(layer);
    if (parts == 1) {
      return outputs.getLast();
    }
    int hidden = architecture.hiddenSize();
    double[] input = new double[rows * parts * hidden];
    for (int row = 0; row < rows; row++) {
      for (int i = 0; i < parts; i++) {
        System.arraycopy(outputs.get(i), row * hidden, input, (row * parts + i) * hidden, hidden);
      }
    }
    return input;
  }

  /**
   * Takes what the next layer computed.
   *
   * @param h (rows,H)
   * @return of each row, where it meets what leads past the layer; empty where nothing does
   */
  List<Junction> add(double[] h) {
    int layer = outputs.size();
    if (!architecture.hasPast(layer)) {
      outputs.add(h);
      return List.of();
    }
    int hidden = architecture.hiddenSize();
    boolean highway = architecture.connections() == Connections.HIGHWAY;
    double[] past = outputs.getLast();
    double[] gates = highway ? model.gate(layer).of(past, rows) : Cell.NONE;
    double[] a = new double[h.length];
    List<Junction> junctions = new ArrayList<>(rows);
    for (int row = 0; row < rows; row++) {
      int from = row * hidden;
      double[] passing = Arrays.copyOfRange(past, from, from + hidden);
      double[] own = Arrays.copyOfRange(h, from, from + hidden);
      Junction junction =
          highway
              ? Junction.highway(passing, own, Arrays.copyOfRange(gates, from, from + hidden))
              : Junction.residual(passing, own);
      junctions.add(junction);
      System.arraycopy(junction.a, 0, a, from, hidden);
    }
    outputs.add(a);
    return junctions;
  }

  /** What a layer hands upwards (rows,H). */
  double[] output(int layer) {
    return outputs.get(layer);
  }

  /** What the top hands to the projection (rows,H). */
  double[] top() {
    return outputs.getLast();
  }
}
