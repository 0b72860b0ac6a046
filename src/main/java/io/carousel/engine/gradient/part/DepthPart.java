package io.carousel.engine.gradient.part;

import io.carousel.engine.gradient.cell.DoubleWeights;
import io.carousel.engine.gradient.numerics.Linear;
import io.carousel.engine.gradient.report.Depth;
import io.carousel.engine.gradient.report.Flags;
import io.carousel.engine.gradient.sequence.SequenceAnalysis;
import java.util.ArrayList;
import java.util.List;

/** {@code depth}. */
public final class DepthPart implements ReportPart<Depth> {
  private final double[] norms; // (L) of all sequences together
  private final int scored;

  public DepthPart(DoubleWeights weights, int scored) {
    norms = new double[weights.layers()];
    this.scored = scored;
  }

  @Override
  public void add(SequenceAnalysis sequence) {
    for (int layer = 0; layer < norms.length; layer++) {
      double norm = Linear.norm(sequence.ordinary().outputGradient(layer));
      norms[layer] = Linear.norm(new double[] {norms[layer], norm});
    }
  }

  @Override
  public Depth build() {
    List<Depth.Layer> layers = new ArrayList<>();
    for (int layer = 0; layer < norms.length; layer++) {
      Flags flags = new Flags();
      layers.add(
          new Depth.Layer(
              layer,
              flags.number("gradient_norm", norms[layer] / scored),
              flags.number("relative", norms[layer] / norms[norms.length - 1]),
              flags.list()));
    }
    return new Depth(List.copyOf(layers));
  }
}
