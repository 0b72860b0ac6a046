package io.carousel.engine.gradient;

import static io.carousel.engine.gradient.Nets.present;
import static org.assertj.core.api.Assertions.assertThat;

import io.carousel.engine.gradient.cell.DoubleWeights;
import io.carousel.engine.gradient.cell.ExactGradient;
import io.carousel.engine.gradient.report.AbsentPart;
import io.carousel.engine.gradient.report.GradientReport;
import io.carousel.engine.gradient.report.Invariant;
import io.carousel.engine.gradient.report.LagProfile;
import io.carousel.engine.gradient.report.WeightGradientByLag;
import io.carousel.engine.kernel.Backend;
import io.carousel.engine.kernel.Kernels;
import io.carousel.engine.nn.Architecture;
import io.carousel.engine.nn.CellType;
import io.carousel.engine.nn.Connections;
import io.carousel.engine.nn.Nonlinearity;
import io.carousel.engine.nn.ParameterLayout;
import io.carousel.engine.nn.Parameters;
import io.carousel.engine.train.ProductionGradient;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Oracle 5: what must hold between the passes, on random networks. */
class InvariantTest {

  @ParameterizedTest
  @CsvSource({
    "RNN, TANH, 1, 1",
    "RNN, TANH, 3, 5",
    "RNN, RELU, 2, 2",
    "GRU, TANH, 1, 5",
    "GRU, TANH, 3, 2",
    "LSTM, TANH, 1, 2",
    "LSTM, TANH, 3, 5"
  })
  void diagnose_randomNet_invariantsHold(CellType cell, Nonlinearity phi, int layers, int size) {
    ParameterLayout layout = new ParameterLayout(Nets.architecture(cell, phi, layers, 9, 5), 11);
    int[][] inputs = Nets.tokens(37, size, 11, 1);
    int[][] targets = Nets.fill(37, size, (t, b) -> (t + b) % 3 == 1 ? -1 : (t * 7 + b) % 11);
    GradientReport report =
        GradientDiagnostics.diagnose(
            new DoubleWeights(layout, Nets.uniform(layout, 3)),
            Nets.request(inputs, targets),
            null);
    assertThat(report.invariants())
        .extracting(Invariant::name)
        .containsExactly("adjoint_sums", "weight_gradient_sums", "lyapunov_sum");
    assertThat(report.invariants())
        .allSatisfy(invariant -> {
          assertThat(invariant.holds()).isTrue();
          assertThat(invariant.residual()).isLessThan(1e-12);
        });
  }

  /** What leads past the layers is another way for both passes. */
  @ParameterizedTest
  @CsvSource({
    "RNN, RESIDUAL",
    "RNN, DENSE",
    "GRU, HIGHWAY",
    "GRU, DENSE",
    "LSTM, RESIDUAL",
    "LSTM, HIGHWAY"
  })
  void diagnose_connections_invariantsHold(CellType cell, Connections connections) {
    Architecture a =
        Nets.architecture(cell, Nonlinearity.TANH, 5, 9, 5).withConnections(connections);
    Parameters parameters = Parameters.initialize(a, 11, 1);
    int[][] inputs = Nets.tokens(37, 3, 11, 1);
    int[][] targets = Nets.fill(37, 3, (t, b) -> (t + b) % 3 == 1 ? -1 : (t * 7 + b) % 11);
    float[] production =
        ProductionGradient.of(Kernels.of(Backend.AUTO), parameters, inputs, targets);
    GradientReport report =
        GradientDiagnostics.diagnose(parameters, Nets.request(inputs, targets), production);
    assertThat(report.invariants())
        .extracting(Invariant::name)
        .containsExactly(
            "adjoint_sums", "weight_gradient_sums", "lyapunov_sum", "production_gradient");
    assertThat(report.invariants()).allMatch(Invariant::holds);
    assertThat(report.invariants().getFirst().residual()).isLessThan(1e-12);
    assertThat(report.invariants().getLast().residual()).isLessThan(5e-6);
  }

  @ParameterizedTest
  @CsvSource({"MLP, NONE", "MLP, RESIDUAL", "CONV, DENSE", "CONV, HIGHWAY"})
  void diagnose_notRecurrent_invariantsHoldAndNothingComesFromBeyondTheField(
      CellType cell, Connections connections) {
    Architecture a =
        Nets.architecture(cell, Nonlinearity.TANH, 4, 9, 5)
            .withConnections(connections)
            .withContext(6, 2, 2);
    Parameters parameters = Parameters.initialize(a, 11, 1);
    int[][] inputs = Nets.tokens(29, 3, 11, 1);
    int[][] targets = Nets.fill(29, 3, (t, b) -> (t + b) % 3 == 1 ? -1 : (t * 7 + b) % 11);
    float[] production =
        ProductionGradient.of(Kernels.of(Backend.AUTO), parameters, inputs, targets);
    GradientReport report =
        GradientDiagnostics.diagnose(parameters, Nets.request(inputs, targets), production);
    assertThat(report.invariants())
        .extracting(Invariant::name)
        .containsExactly("adjoint_sums", "production_gradient");
    assertThat(report.invariants()).allMatch(Invariant::holds);
    assertThat(report.invariants().getLast().residual()).isLessThan(5e-6);
    // 6 tokens; or 1 + (1 + 2 + 1 + 2) with kernels of two steps and dilations of 1, 2, 1, 2.
    int field = cell == CellType.MLP ? 6 : 7;
    assertThat(a.receptiveField()).isEqualTo(field);
    assertThat(report.requiredLag()).isEqualTo(field - 1);
    LagProfile.Layer input = report.lagProfile().layers().getFirst();
    assertThat(input.state()).isEqualTo("x");
    assertThat(present(input.mean().get(field - 1))).isPositive();
    assertThat(input.mean().subList(field, 29)).containsOnly(0.0);
    assertThat(report.absent())
        .extracting(AbsentPart::part)
        .containsExactly("weight_gradient_by_lag", "bound", "jacobian", "lyapunov", "carousel");
    assertThat(report.jacobian()).isNull();
    assertThat(report.context()).isNotNull();
  }

  @Test
  void diagnose_productionGradient_residualIsItsRelativeDistance() {
    Parameters parameters =
        Parameters.initialize(Nets.architecture(CellType.GRU, Nonlinearity.TANH, 1, 6, 4), 7, 1);
    int[][] inputs = Nets.tokens(9, 2, 7, 1);
    int[][] targets = Nets.tokens(9, 2, 7, 2);
    double[] exact = ExactGradient.of(parameters, inputs, targets).gradient();
    float[] rounded = new float[exact.length];
    float[] wrong = new float[exact.length];
    for (int i = 0; i < exact.length; i++) {
      rounded[i] = (float) exact[i];
      wrong[i] = (float) (1.01 * exact[i]);
    }
    DiagnosticsRequest request = Nets.request(inputs, targets);

    Invariant near =
        GradientDiagnostics.diagnose(parameters, request, rounded).invariants().getLast();
    assertThat(near.name()).isEqualTo("production_gradient");
    assertThat(near.holds()).isTrue();
    assertThat(near.residual()).isBetween(1e-12, 1e-7);
    Invariant far = GradientDiagnostics.diagnose(parameters, request, wrong).invariants().getLast();
    assertThat(far.holds()).isFalse();
    assertThat(far.residual()).isBetween(0.0099, 0.0101);
  }

  @Test
  void weightGradientByLag_threeSequences_bucketsAreThePartsAndNoiseIsTheirSpread() {
    ParameterLayout layout =
        new ParameterLayout(Nets.architecture(CellType.LSTM, Nonlinearity.TANH, 1, 4, 4), 7);
    DoubleWeights weights = new DoubleWeights(layout, Nets.uniform(layout, 3));
    int[][] inputs = Nets.tokens(10, 3, 7, 1);
    int[][] targets = Nets.tokens(10, 3, 7, 2);
    WeightGradientByLag.Layer layer =
        present(
                GradientDiagnostics.diagnose(weights, Nets.request(inputs, targets), null)
                    .weightGradientByLag())
            .layers()
            .getFirst();

    assertThat(layer.buckets())
        .extracting(bucket -> List.of(bucket.fromLag(), bucket.toLag()))
        .containsExactly(List.of(0, 0), List.of(1, 1), List.of(2, 3), List.of(4, 7), List.of(8, 9));
    assertThat(layer.buckets().stream().mapToDouble(bucket -> present(bucket.share())).sum())
        .isBetween(1 - 1e-12, 1 + 1e-12);
    // Projections on the whole add up to it.
    double projected =
        layer.buckets().stream()
            .mapToDouble(bucket -> present(bucket.norm()) * present(bucket.cosine()))
            .sum();
    assertThat(projected / present(layer.norm())).isBetween(1 - 1e-12, 1 + 1e-12);
    double error = standardError(weights, inputs, targets);
    assertThat(present(layer.standardError()) / error).isBetween(1 - 1e-10, 1 + 1e-10);
    for (WeightGradientByLag.Bucket bucket : layer.buckets()) {
      assertThat(present(bucket.signalToNoise()) / (present(bucket.norm()) / error))
          .isBetween(1 - 1e-10, 1 + 1e-10);
    }
  }

  /** From one sequence's gradient at a time, straight from the definition. */
  private static double standardError(DoubleWeights weights, int[][] inputs, int[][] targets) {
    int size = inputs[0].length;
    ParameterLayout.Entry entry = weights.layout().entry("rnn.weight_hh_l0");
    double[][] each = new double[size][];
    for (int b = 0; b < size; b++) {
      int lane = b;
      each[b] =
          ExactGradient.of(
                  weights,
                  Nets.fill(inputs.length, 1, (t, none) -> inputs[t][lane]),
                  Nets.fill(inputs.length, 1, (t, none) -> targets[t][lane]))
              .gradient();
    }
    double sum = 0;
    for (int i = entry.offset(); i < entry.offset() + entry.size(); i++) {
      double mean = 0;
      for (double[] one : each) {
        mean += one[i] / size;
      }
      for (double[] one : each) {
        sum += (one[i] - mean) * (one[i] - mean) / (size - 1) / size;
      }
    }
    return Math.sqrt(sum);
  }
}
