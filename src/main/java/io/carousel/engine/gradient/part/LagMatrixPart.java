package io.carousel.engine.gradient.part;

import io.carousel.engine.gradient.cell.DoubleWeights;
import io.carousel.engine.gradient.numerics.ScaledTriangle;
import io.carousel.engine.gradient.report.Flags;
import io.carousel.engine.gradient.report.LagMatrix;
import io.carousel.engine.gradient.sequence.LagMeasurement;
import io.carousel.engine.gradient.sequence.SequenceAnalysis;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code lag_matrix}, and the measurements of which the profile is made. */
public final class LagMatrixPart implements ReportPart<LagMatrix> {
  private final List<String> states;
  private final boolean perSequence;
  private final List<LagMeasurement> measurements = new ArrayList<>(); // layer by layer

  public LagMatrixPart(DoubleWeights weights, int steps, boolean perSequence) {
    this.perSequence = perSequence;
    states = weights.paths();
    for (int layer = 0; layer < weights.layers(); layer++) {
      for (String state : states) {
        measurements.add(new LagMeasurement(layer, state, steps));
      }
    }
  }

  @Override
  public void add(SequenceAnalysis sequence) {
    for (LagMeasurement one : measurements) {
      ScaledTriangle norms = sequence.sources().norms(one.layer, states.indexOf(one.state));
      one.add(norms, sequence.tape().scored, perSequence);
    }
  }

  /** The measurements, layer by layer and in it state by state; after {@link #build}. */
  public List<LagMeasurement> measurements() {
    return measurements;
  }

  @Override
  public LagMatrix build() {
    measurements.forEach(LagMeasurement::finish);
    return new LagMatrix(measurements.stream().map(this::layer).toList());
  }

  private LagMatrix.Layer layer(LagMeasurement one) {
    Flags flags = new Flags();
    List<List<@Nullable Double>> mean = rows(flags, "mean", one.mean, one.anyScored());
    List<List<List<@Nullable Double>>> each = null;
    if (perSequence) {
      each = new ArrayList<>();
      for (int b = 0; b < one.sequences.size(); b++) {
        String at = "per_sequence/" + b;
        each.add(rows(flags, at, one.sequences.get(b), one.sequenceScored.get(b)));
      }
    }
    return new LagMatrix.Layer(one.layer, one.state, mean, each, flags.list());
  }

  private static List<List<@Nullable Double>> rows(
      Flags flags, String at, ScaledTriangle matrix, boolean[] scored) {
    List<List<@Nullable Double>> rows = new ArrayList<>();
    for (int t = 0; t < matrix.size(); t++) {
      double[] row = new double[t + 1];
      for (int k = 0; k <= t; k++) {
        row[k] = matrix.value(t, k);
      }
      boolean[] measured = new boolean[t + 1];
      Arrays.fill(measured, scored[t]);
      rows.add(flags.numbers(at + "/" + t, row, measured));
    }
    return rows;
  }
}
