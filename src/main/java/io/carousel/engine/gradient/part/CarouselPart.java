package io.carousel.engine.gradient.part;

import io.carousel.engine.gradient.cell.CellStep;
import io.carousel.engine.gradient.cell.DoubleWeights;
import io.carousel.engine.gradient.cell.SequenceTape;
import io.carousel.engine.gradient.numerics.Linear;
import io.carousel.engine.gradient.numerics.ScaledTriangle;
import io.carousel.engine.gradient.numerics.Statistics;
import io.carousel.engine.gradient.report.Carousel;
import io.carousel.engine.gradient.report.Flags;
import io.carousel.engine.gradient.sequence.LagMeasurement;
import io.carousel.engine.gradient.sequence.SequenceAnalysis;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** {@code carousel}. */
public final class CarouselPart implements ReportPart<Carousel> {
  private static final int FORGET = 1; // its place among the gates i f g o

  private final LagMatrixPart lags;
  private final boolean exists;
  private final int hidden;
  private final List<LagMeasurement> paths = new ArrayList<>(); // [L] along the carousel alone
  private final double[][] forget; // [L](H): Σ f
  private double steps;

  public CarouselPart(DoubleWeights weights, int steps, LagMatrixPart lags) {
    this.lags = lags;
    exists = weights.cell().hasCellState();
    hidden = weights.hiddenSize();
    forget = new double[weights.layers()][hidden];
    for (int layer = 0; layer < weights.layers(); layer++) {
      paths.add(new LagMeasurement(layer, "c", steps));
    }
  }

  @Override
  public void add(SequenceAnalysis sequence) {
    SequenceTape tape = sequence.tape();
    steps += tape.steps;
    for (int layer = 0; layer < paths.size() && exists; layer++) {
      for (CellStep step : tape.layers.get(layer)) {
        Linear.addScaled(1, step.gates, FORGET * hidden, forget[layer], 0, hidden);
      }
      paths.get(layer).add(norms(sequence, layer), tape.scored, false);
    }
  }

  /** ‖∂L_t/∂c_t ⊙ f_t ⊙ … ⊙ f_{k+1}‖. */
  private ScaledTriangle norms(SequenceAnalysis sequence, int layer) {
    SequenceTape tape = sequence.tape();
    ScaledTriangle norms = new ScaledTriangle(tape.steps);
    for (int t = 0; t < tape.steps; t++) {
      double[] row = sequence.recurrent().ownCellGradient(layer, t).clone();
      int exponent = 0;
      for (int k = t; k >= 0 && tape.scored[t]; k--) {
        double norm = Linear.norm(row);
        norms.add(t, k, norm, exponent);
        int size = norm > 0 && norm < 1e-100 ? Math.getExponent(norm) : 0; // f ≤ 1: never up
        exponent += size;
        double scale = Math.scalb(1.0, -size);
        double[] gates = tape.step(layer, k).gates;
        for (int j = 0; j < hidden; j++) {
          row[j] *= scale * gates[FORGET * hidden + j];
        }
      }
    }
    return norms;
  }

  /** After the lag matrix was built. */
  @Override
  public Carousel build() {
    if (!exists) {
      return new Carousel(List.of(), "only an LSTM has a constant error carousel");
    }
    List<Carousel.Layer> layers = new ArrayList<>();
    for (LagMeasurement full : lags.measurements()) {
      if (full.state.equals("c")) {
        layers.add(layer(full));
      }
    }
    return new Carousel(List.copyOf(layers), null);
  }

  private Carousel.Layer layer(LagMeasurement full) {
    LagMeasurement path = paths.get(full.layer);
    path.finish();
    double[] alone = logMeans(path);
    double[] all = logMeans(full);
    boolean[] measured = new boolean[alone.length];
    for (int lag = 0; lag < measured.length; lag++) {
      measured[lag] = full.diagonal(lag).length > 0;
    }
    double[] mean = Arrays.stream(forget[full.layer]).map(f -> f / steps).toArray();
    Flags flags = new Flags();
    return new Carousel.Layer(
        full.layer,
        IntStream.range(0, alone.length).boxed().toList(),
        flags.numbers("carousel", Statistics.exp(alone), measured),
        flags.numbers("log10_carousel", Statistics.log10(alone), measured),
        flags.numbers("full", Statistics.exp(all), measured),
        flags.numbers("log10_full", Statistics.log10(all), measured),
        flags.numbers("forget_gate", mean),
        flags.numbers("time_scale", Arrays.stream(mean).map(f -> 1 / (1 - f)).toArray()),
        flags.list());
  }

  private static double[] logMeans(LagMeasurement measured) {
    return IntStream.range(0, measured.scored.length)
        .mapToDouble(lag -> Statistics.logMeanExp(measured.diagonal(lag)))
        .toArray();
  }
}
