package io.carousel.engine.gradient.part;

import io.carousel.engine.gradient.cell.CellStep;
import io.carousel.engine.gradient.cell.DoubleWeights;
import io.carousel.engine.gradient.cell.RnnCell;
import io.carousel.engine.gradient.numerics.SpectralNorm;
import io.carousel.engine.gradient.report.Bound;
import io.carousel.engine.gradient.report.Flags;
import io.carousel.engine.gradient.sequence.SequenceAnalysis;
import java.util.ArrayList;
import java.util.List;

/** {@code bound}. */
public final class BoundPart implements ReportPart<Bound> {
  private static final double GAMMA = 1; // of tanh at 0, of relu where it is open
  private static final String NOTE =
      "Pascanu's bound is that of a plain RNN; a gated cell's Jacobian has terms beside"
          + " diag(phi')W_hh";

  private final DoubleWeights weights;
  private final double[] largestSlope; // (L)

  public BoundPart(DoubleWeights weights) {
    this.weights = weights;
    largestSlope = new double[weights.layers()];
  }

  @Override
  public void add(SequenceAnalysis sequence) {
    for (int layer = 0; layer < largestSlope.length; layer++) {
      for (CellStep step : sequence.tape().layers.get(layer)) {
        largestSlope[layer] = Math.max(largestSlope[layer], weights.cell().largestSlope(step));
      }
    }
  }

  @Override
  public Bound build() {
    List<Bound.Layer> layers = new ArrayList<>();
    for (int layer = 0; layer < largestSlope.length; layer++) {
      Flags flags = new Flags();
      double sigma =
          SpectralNorm.of(weights.layer(layer).recurrent, weights.gateRows(), weights.hiddenSize());
      boolean plain = weights.cell() instanceof RnnCell;
      double slope = largestSlope[layer];
      layers.add(
          new Bound.Layer(
              layer,
              flags.number("sigma_max", sigma),
              plain ? GAMMA : null,
              plain ? flags.number("pascanu", GAMMA * sigma) : null,
              plain ? flags.number("largest_slope", slope) : null,
              plain ? flags.number("tighter", slope * sigma) : null,
              plain ? null : NOTE,
              flags.list()));
    }
    return new Bound(List.copyOf(layers));
  }
}
