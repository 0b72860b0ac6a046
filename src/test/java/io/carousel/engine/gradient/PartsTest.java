package io.carousel.engine.gradient;

import static io.carousel.engine.gradient.Nets.present;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.carousel.engine.gradient.DiagnosticsRequest.Step;
import io.carousel.engine.gradient.cell.Backpropagation;
import io.carousel.engine.gradient.cell.DoubleWeights;
import io.carousel.engine.gradient.cell.ExactGradient;
import io.carousel.engine.gradient.cell.LayerWeights;
import io.carousel.engine.gradient.cell.ModelWeights;
import io.carousel.engine.gradient.cell.SequenceTape;
import io.carousel.engine.gradient.cell.TokenBatch;
import io.carousel.engine.gradient.numerics.Linear;
import io.carousel.engine.gradient.report.Carousel;
import io.carousel.engine.gradient.report.Clipping;
import io.carousel.engine.gradient.report.Context;
import io.carousel.engine.gradient.report.CostlyPart;
import io.carousel.engine.gradient.report.Depth;
import io.carousel.engine.gradient.report.Gates;
import io.carousel.engine.gradient.report.GradientReport;
import io.carousel.engine.nn.CellType;
import io.carousel.engine.nn.Nonlinearity;
import io.carousel.engine.nn.ParameterLayout;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Carousel, gates, depth, context and clipping, each against its definition. */
class PartsTest {
  private static final int STEPS = 24;

  @Test
  void carousel_noRecurrentWeights_isTheWholeGradient() {
    double f = 0.9;
    ParameterLayout layout = layout(CellType.LSTM, 1, 4);
    double[] values = Nets.uniform(layout, 7);
    Nets.fill(layout, values, "rnn.weight_hh_l0", 0);
    Nets.openGate(layout, values, 1, f);
    Carousel.Layer layer =
        present(diagnose(new DoubleWeights(layout, values), 3).carousel()).layers().getFirst();
    for (int lag = 0; lag < STEPS; lag++) {
      double full = present(layer.full().get(lag));
      assertThat(layer.carousel().get(lag)).isCloseTo(full, within(1e-12 * full));
    }
    assertThat(layer.forgetGate()).allSatisfy(each -> assertThat(each).isCloseTo(f, within(1e-12)));
    assertThat(layer.timeScale()).allSatisfy(each -> assertThat(each).isCloseTo(10, within(1e-10)));
  }

  @Test
  void carousel_randomNet_isTheProductOfTheForgetGates() {
    ParameterLayout layout = layout(CellType.LSTM, 2, 3);
    DoubleWeights weights = new DoubleWeights(layout, Nets.uniform(layout, 7));
    int[][] inputs = Nets.tokens(STEPS, 1, 5, 1);
    int[][] targets = Nets.fill(STEPS, 1, (t, b) -> t == STEPS - 1 ? 2 : -1);
    Carousel carousel =
        present(
            GradientDiagnostics.diagnose(weights, Nets.request(inputs, targets), null).carousel());
    ModelWeights model = new ModelWeights(weights);
    SequenceTape tape = new TokenBatch(inputs, targets, 5).run(model, 0);
    for (int layer = 0; layer < 2; layer++) {
      double[] row = Backpropagation.run(model, tape).stateGradient(layer, 1, STEPS - 1).clone();
      for (int lag = 0; lag < STEPS; lag++) {
        double expected = Linear.norm(row);
        assertThat(carousel.layers().get(layer).carousel().get(lag))
            .isCloseTo(expected, within(1e-12 * expected));
        for (int j = 0; j < 3; j++) {
          row[j] *= tape.step(layer, STEPS - 1 - lag).gates[3 + j];
        }
      }
    }
  }

  @Test
  void carousel_closedForgetGates_isMeasuredBelowTheRangeOfADouble() {
    ParameterLayout layout = layout(CellType.LSTM, 1, 4);
    double[] values = Nets.uniform(layout, 7);
    Nets.fill(layout, values, "rnn.weight_hh_l0", 0);
    Nets.openGate(layout, values, 1, 1e-30);
    Carousel.Layer layer =
        present(diagnose(new DoubleWeights(layout, values), 2).carousel()).layers().getFirst();
    assertThat(layer.carousel().get(20)).isZero();
    assertThat(present(layer.log10Carousel().get(20)) - present(layer.log10Carousel().get(0)))
        .isCloseTo(-600, within(1.0)); // the mean over fewer steps
  }

  @ParameterizedTest
  @EnumSource(names = {"RNN", "GRU"})
  void carousel_otherCells_haveNone(CellType cell) {
    ParameterLayout layout = layout(cell, 1, 3);
    Carousel carousel =
        present(diagnose(new DoubleWeights(layout, Nets.uniform(layout, 7)), 2).carousel());
    assertThat(carousel.layers()).isEmpty();
    assertThat(carousel.note()).contains("LSTM");
  }

  @ParameterizedTest
  @EnumSource(CellType.class)
  void gates_randomNet_areCountedAsDefined(CellType cell) {
    ParameterLayout layout = layout(cell, 2, 3);
    double[] values = Nets.uniform(layout, 7);
    for (int i = 0; i < values.length; i++) {
      values[i] *= 5; // some at their ends
    }
    DoubleWeights weights = new DoubleWeights(layout, values);
    int[][] inputs = Nets.tokens(STEPS, 2, 5, 1);
    TokenBatch batch = new TokenBatch(inputs, inputs, 5);
    List<Gates.Layer> gates =
        GradientDiagnostics.diagnose(weights, Nets.request(inputs, inputs), null).gates().layers();
    int count = gates.size() / 2;
    assertThat(gates.subList(count, 2 * count).stream().map(Gates.Layer::gate))
        .containsExactlyElementsOf(
            switch (cell) {
              case RNN, MLP, CONV -> List.of("h");
              case GRU -> List.of("r", "z", "n");
              case LSTM -> List.of("i", "f", "g", "o");
            });
    ModelWeights model = new ModelWeights(weights);
    List<SequenceTape> tapes = List.of(batch.run(model, 0), batch.run(model, 1));
    for (int g = 0; g < count; g++) {
      Gates.Layer gate = gates.get(count + g);
      for (int unit = 0; unit < 3; unit++) {
        int at = g * 3 + unit;
        double[] all =
            tapes.stream()
                .flatMap(tape -> tape.layers.get(1).stream())
                .mapToDouble(step -> step.gates[at])
                .toArray();
        double low = gate.activation().equals("tanh") ? -0.8 : 0.1;
        double high = gate.activation().equals("tanh") ? 0.8 : 0.9;
        assertThat(gate.mean().get(unit))
            .isCloseTo(Arrays.stream(all).average().orElseThrow(), within(1e-14));
        assertThat(gate.shareLow().get(unit))
            .isEqualTo((double) Arrays.stream(all).filter(v -> v < low).count() / all.length);
        assertThat(gate.shareHigh().get(unit))
            .isEqualTo((double) Arrays.stream(all).filter(v -> v > high).count() / all.length);
      }
    }
  }

  @Test
  void depth_twoLayers_isTheSlopeAtTheLowerOnesOutput() {
    ParameterLayout layout = layout(CellType.RNN, 2, 3);
    DoubleWeights weights = new DoubleWeights(layout, Nets.uniform(layout, 7));
    int[][] inputs = Nets.tokens(6, 2, 5, 1);
    int[][] targets = Nets.tokens(6, 2, 5, 2);
    double squares = 0;
    TokenBatch batch = new TokenBatch(inputs, targets, 5);
    ModelWeights model = new ModelWeights(weights);
    for (int b = 0; b < 2; b++) {
      double[] lower = outputs(batch.run(model, b));
      for (int i = 0; i < lower.length; i++) {
        double slope =
            (upperLoss(model, moved(lower, i, 1e-5), targets, b)
                    - upperLoss(model, moved(lower, i, -1e-5), targets, b))
                / 2e-5;
        squares += slope * slope;
      }
    }
    double expected = Math.sqrt(squares) / batch.scored();
    Depth depth =
        GradientDiagnostics.diagnose(weights, Nets.request(inputs, targets), null).depth();
    double found = present(depth.layers().getFirst().gradientNorm());
    assertThat(found).isCloseTo(expected, within(1e-6 * expected));
    assertThat(depth.layers().get(1).relative()).isEqualTo(1);
    assertThat(depth.layers().get(0).relative())
        .isCloseTo(found / present(depth.layers().get(1).gradientNorm()), within(1e-14));
  }

  /** Layer 1 and the projection over given inputs, written out once more. */
  private static double upperLoss(ModelWeights model, double[] x, int[][] targets, int b) {
    int h = 3;
    LayerWeights w = model.layer(1);
    double[] state = new double[h];
    double loss = 0;
    for (int t = 0; t < targets.length; t++) {
      double[] next = new double[h];
      for (int i = 0; i < h; i++) {
        double a = w.inputBias[i] + w.recurrentBias[i];
        for (int j = 0; j < h; j++) {
          a += w.input[i * h + j] * x[t * h + j] + w.recurrent[i * h + j] * state[j];
        }
        next[i] = Math.tanh(a);
      }
      state = next;
      double[] logits = model.logits(state, 1);
      double sum = Arrays.stream(logits).map(Math::exp).sum();
      loss += Math.log(sum) - logits[targets[t][b]];
    }
    return loss;
  }

  private static double[] outputs(SequenceTape tape) {
    return tape.layers.getFirst().stream().flatMapToDouble(s -> Arrays.stream(s.h)).toArray();
  }

  private static double[] moved(double[] values, int index, double by) {
    double[] moved = values.clone();
    moved[index] += by;
    return moved;
  }

  @ParameterizedTest
  @EnumSource(CellType.class)
  void context_lastTokens_lossIsThatOfTheCutSequence(CellType cell) {
    ParameterLayout layout = layout(cell, 2, 4);
    DoubleWeights weights = new DoubleWeights(layout, Nets.uniform(layout, 7));
    int[][] inputs = Nets.tokens(10, 2, 5, 1);
    int[][] targets = Nets.tokens(10, 2, 5, 2);
    targets[7][0] = -1;
    Context context =
        present(
            GradientDiagnostics.diagnose(weights, Nets.request(inputs, targets), null).context());
    assertThat(context.tokens()).containsExactly(1, 2, 4); // step 5 has six tokens up to itself
    assertThat(context.predictions()).isEqualTo(9); // steps 5 to 9, less one
    ModelWeights model = new ModelWeights(weights);
    double full = 0;
    double two = 0;
    for (int b = 0; b < 2; b++) {
      for (int t = 5; t < 10; t++) {
        if (targets[t][b] >= 0) {
          int[] whole = new int[t + 1];
          int[] none = new int[t + 1];
          for (int i = 0; i <= t; i++) {
            whole[i] = inputs[i][b];
            none[i] = i == t ? targets[t][b] : -1;
          }
          full += SequenceTape.run(model, whole, none).losses[t] / 9;
          int[] last = {inputs[t - 1][b], inputs[t][b]};
          two += SequenceTape.run(model, last, new int[] {-1, targets[t][b]}).losses[1] / 9;
        }
      }
    }
    assertThat(context.fullLoss()).isCloseTo(full, within(1e-12));
    assertThat(context.loss().get(1)).isCloseTo(two, within(1e-12));
    assertThat(context.rise().get(1)).isCloseTo(two - full, within(1e-12));
    assertThat(present(context.riseLower().get(1))).isLessThan(present(context.rise().get(1)));
  }

  @ParameterizedTest
  @CsvSource({"0.5, 0.05", "0.5, 100"})
  void clipping_alongTheStep_lossesAreThoseOfMovedParameters(double rate, double threshold) {
    ParameterLayout layout = layout(CellType.GRU, 1, 4);
    double[] values = Nets.uniform(layout, 7);
    int[][] inputs = Nets.tokens(8, 3, 5, 1);
    int[][] targets = Nets.tokens(8, 3, 5, 2);
    Clipping clipping =
        present(
            GradientDiagnostics.diagnose(
                    new DoubleWeights(layout, values),
                    Nets.request(inputs, targets).withStep(new Step(rate, threshold)),
                    null)
                .clipping());
    ExactGradient exact = ExactGradient.of(new DoubleWeights(layout, values), inputs, targets);
    double norm = Linear.norm(exact.gradient());
    double factor = Math.min(1, threshold / norm);
    assertThat(clipping.gradientNorm()).isCloseTo(norm, within(1e-14));
    assertThat(clipping.clipped()).isEqualTo(threshold < norm);
    for (int i = 0; i < clipping.fractions().size(); i++) {
      double whole = rate * clipping.fractions().get(i);
      assertThat(clipping.rawLoss().get(i))
          .isCloseTo(lossAfter(layout, values, exact, whole, inputs, targets), within(1e-12));
      assertThat(clipping.clippedLoss().get(i))
          .isCloseTo(
              lossAfter(layout, values, exact, whole * factor, inputs, targets), within(1e-12));
    }
    assertThat(clipping.fractions()).startsWith(0.0).endsWith(1.0);
  }

  private static double lossAfter(
      ParameterLayout layout,
      double[] values,
      ExactGradient exact,
      double scale,
      int[][] inputs,
      int[][] targets) {
    double[] moved = values.clone();
    Linear.addScaled(-scale, exact.gradient(), 0, moved, 0, moved.length);
    return ExactGradient.of(new DoubleWeights(layout, moved), inputs, targets).loss();
  }

  @Test
  void costlyParts_notAskedFor_areNull() {
    ParameterLayout layout = layout(CellType.LSTM, 1, 3);
    int[][] tokens = Nets.tokens(STEPS, 2, 5, 1);
    DoubleWeights weights = new DoubleWeights(layout, Nets.uniform(layout, 7));
    DiagnosticsRequest request = Nets.request(tokens, tokens);
    GradientReport none = GradientDiagnostics.diagnose(weights, request.withCostly(Set.of()), null);
    assertThat(none.jacobian()).isNull();
    assertThat(none.lyapunov()).isNull();
    assertThat(none.context()).isNull();
    assertThat(none.clipping()).isNull();
    GradientReport one =
        GradientDiagnostics.diagnose(
            weights, request.withCostly(EnumSet.of(CostlyPart.CONTEXT)), null);
    assertThat(one.context()).isNotNull();
    assertThat(one.lyapunov()).isNull();
  }

  private static GradientReport diagnose(DoubleWeights weights, int size) {
    return GradientDiagnostics.diagnose(
        weights,
        Nets.request(Nets.tokens(STEPS, size, 5, 1), Nets.tokens(STEPS, size, 5, 2)),
        null);
  }

  private static ParameterLayout layout(CellType cell, int layers, int hidden) {
    return new ParameterLayout(
        Nets.architecture(cell, Nonlinearity.TANH, layers, hidden, hidden), 5);
  }
}
