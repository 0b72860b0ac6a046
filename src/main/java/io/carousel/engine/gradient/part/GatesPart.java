package io.carousel.engine.gradient.part;

import io.carousel.engine.gradient.cell.Cell;
import io.carousel.engine.gradient.cell.CellStep;
import io.carousel.engine.gradient.cell.DoubleWeights;
import io.carousel.engine.gradient.cell.Squashing;
import io.carousel.engine.gradient.report.Flags;
import io.carousel.engine.gradient.report.Gates;
import io.carousel.engine.gradient.report.SuggestedArchitecture;
import io.carousel.engine.gradient.sequence.SequenceAnalysis;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/** {@code gates}. */
public final class GatesPart implements ReportPart<Gates> {
  private static final double NEARLY_ALWAYS = 0.9; // of the steps
  private static final double FLAT = 1e-3; // φ′

  private final List<Cell.Gate> gates;
  private final int hidden;
  private final double[][] sum; // [L](G·H)
  private final double[][] low; // [L](G·H) steps below the lower end
  private final double[][] high; // [L](G·H)
  private final double[][] slope; // [L](G·H) the largest
  private double steps;

  public GatesPart(DoubleWeights weights) {
    gates = weights.cell().gates();
    hidden = weights.hiddenSize();
    sum = new double[weights.layers()][weights.gateRows()];
    low = new double[weights.layers()][weights.gateRows()];
    high = new double[weights.layers()][weights.gateRows()];
    slope = new double[weights.layers()][weights.gateRows()];
  }

  @Override
  public void add(SequenceAnalysis sequence) {
    steps += sequence.tape().steps;
    for (int layer = 0; layer < sum.length; layer++) {
      for (CellStep step : sequence.tape().layers.get(layer)) {
        for (int i = 0; i < step.gates.length; i++) {
          Squashing squashing = gates.get(i / hidden).squashing();
          double value = step.gates[i];
          sum[layer][i] += value;
          low[layer][i] += squashing.isLow(value) ? 1 : 0;
          high[layer][i] += squashing.isHigh(value) ? 1 : 0;
          slope[layer][i] = Math.max(slope[layer][i], squashing.slope(value));
        }
      }
    }
  }

  @Override
  public Gates build() {
    List<Gates.Layer> layers = new ArrayList<>();
    for (int layer = 0; layer < sum.length; layer++) {
      for (int gate = 0; gate < gates.size(); gate++) {
        layers.add(layer(layer, gates.get(gate), gate * hidden));
      }
    }
    return new Gates(List.copyOf(layers));
  }

  private Gates.Layer layer(int layer, Cell.Gate gate, int from) {
    double[] shareLow = share(low[layer], from);
    double[] shareHigh = share(high[layer], from);
    double[] slopes = Arrays.copyOfRange(slope[layer], from, from + hidden);
    boolean relu = gate.squashing() == Squashing.RELU;
    List<Integer> saturated =
        units(u -> !relu && shareLow[u] + (gate.keeps() ? 0 : shareHigh[u]) > NEARLY_ALWAYS);
    List<Integer> dead =
        units(u -> gate.candidate() && (relu ? shareLow[u] > NEARLY_ALWAYS : slopes[u] < FLAT));
    Flags flags = new Flags();
    return new Gates.Layer(
        layer,
        gate.name(),
        SuggestedArchitecture.word(gate.squashing()),
        gate.squashing().low,
        gate.squashing().high,
        flags.numbers("mean", share(sum[layer], from)),
        flags.numbers("share_low", shareLow),
        flags.numbers("share_high", shareHigh),
        flags.numbers("largest_slope", slopes),
        saturated,
        dead,
        flags.list());
  }

  private double[] share(double[] sums, int from) {
    return IntStream.range(from, from + hidden).mapToDouble(i -> sums[i] / steps).toArray();
  }

  private List<Integer> units(IntPredicate which) {
    return IntStream.range(0, hidden).filter(which).boxed().toList();
  }
}
