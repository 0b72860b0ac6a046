package io.carousel.engine.gradient.part;

import io.carousel.engine.gradient.cell.CellStep;
import io.carousel.engine.gradient.cell.DoubleWeights;
import io.carousel.engine.gradient.cell.SequenceTape;
import io.carousel.engine.gradient.report.Verdict;
import io.carousel.engine.gradient.sequence.SequenceAnalysis;
import io.carousel.engine.gradient.verdict.Recommendations;
import io.carousel.engine.nn.ParameterLayout;
import java.util.List;

/** The verdict {@code NON_FINITE}, if any: the first number that is NaN or infinite. */
public final class NonFinitePart implements ReportPart<List<Verdict>> {
  private final DoubleWeights weights;
  private final GradientPart exact;
  private int firstStep = Integer.MAX_VALUE;
  private String firstActivation = "";

  public NonFinitePart(DoubleWeights weights, GradientPart exact) {
    this.weights = weights;
    this.exact = exact;
  }

  @Override
  public void add(SequenceAnalysis sequence) {
    SequenceTape tape = sequence.tape();
    for (int t = 0; t < Math.min(tape.steps, firstStep); t++) {
      for (int layer = 0; layer < weights.layers(); layer++) {
        CellStep step = tape.step(layer, t);
        for (String state : weights.cell().states()) {
          int unit = firstNonFinite(step.state(state), 0, weights.hiddenSize());
          if (unit >= 0) {
            firstStep = t;
            firstActivation =
                "state %s of layer %d at step %d, unit %d".formatted(state, layer, t, unit);
            return;
          }
        }
      }
    }
  }

  @Override
  public List<Verdict> build() {
    List<ParameterLayout.Entry> entries = weights.layout().entries();
    int parameter = first(entries, weights.values());
    if (parameter >= 0) {
      return verdict(
          "parameter " + entries.get(parameter).name(), "/parameters/%d/value_norm", parameter);
    }
    if (!firstActivation.isEmpty()) {
      return verdict(firstActivation, "/loss", 0);
    }
    if (!Double.isFinite(exact.loss())) {
      return verdict("the loss", "/loss", 0);
    }
    int gradient = first(entries, exact.gradient());
    return gradient < 0
        ? List.of()
        : verdict(
            "the gradient in " + entries.get(gradient).name(),
            "/parameters/%d/gradient_norm",
            gradient);
  }

  private static int first(List<ParameterLayout.Entry> entries, double[] values) {
    for (int i = 0; i < entries.size(); i++) {
      if (firstNonFinite(values, entries.get(i).offset(), entries.get(i).size()) >= 0) {
        return i;
      }
    }
    return -1;
  }

  private static int firstNonFinite(double[] values, int offset, int size) {
    for (int i = 0; i < size; i++) {
      if (!Double.isFinite(values[offset + i])) {
        return i;
      }
    }
    return -1;
  }

  private static List<Verdict> verdict(String where, String evidence, int index) {
    return List.of(
        new Verdict(
            Verdict.Code.NON_FINITE,
            Verdict.CRITICAL,
            1,
            "every weight, state, loss and gradient is finite",
            null,
            null,
            List.of(evidence.formatted(index)),
            "The first number that is not finite, in the order of computation: " + where + ".",
            Recommendations.againstNonFinite(),
            List.of()));
  }
}
