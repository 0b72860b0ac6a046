package io.carousel.engine.gradient;

import static io.carousel.engine.gradient.Nets.present;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.carousel.engine.PyTorchFixture;
import io.carousel.engine.gradient.cell.DoubleWeights;
import io.carousel.engine.gradient.cell.RnnCell;
import io.carousel.engine.gradient.numerics.Linear;
import io.carousel.engine.gradient.report.GradientReport;
import io.carousel.engine.gradient.report.Invariant;
import io.carousel.engine.gradient.report.LagProfile;
import io.carousel.engine.gradient.report.NonFinite;
import io.carousel.engine.gradient.report.StateGradient;
import io.carousel.engine.gradient.report.SuggestedArchitecture;
import io.carousel.engine.gradient.report.SuggestedTraining;
import io.carousel.engine.gradient.report.Verdict;
import io.carousel.engine.gradient.report.WeightGradientByLag;
import io.carousel.engine.nn.CellType;
import io.carousel.engine.nn.Initialization;
import io.carousel.engine.nn.Nonlinearity;
import io.carousel.engine.nn.ParameterLayout;
import io.carousel.engine.nn.Parameters;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ForkJoinPool;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.FieldSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/** Reports as clients see them, of ordinary networks and of hopeless ones. */
class GradientReportTest {
  private static final JsonMapper JSON =
      JsonMapper.builder().propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE).build();

  @ParameterizedTest
  @FieldSource("io.carousel.engine.PyTorchFixture#KINDS")
  void diagnose_fixture_lagMatrixAndProfileAreThoseOfAutograd(String kind) {
    PyTorchFixture fixture = PyTorchFixture.load(kind);
    int steps = fixture.steps();
    int size = fixture.batchSize();
    GradientReport report =
        GradientDiagnostics.diagnose(
            new DoubleWeights(fixture.layout(), fixture.parameters()),
            new DiagnosticsRequest(fixture.inputs(), fixture.targets(), null, true),
            null);
    JsonNode json = wellFormed(report);

    for (JsonNode layer : json.at("/lag_matrix/layers")) {
      double[] expected = fixture.lagMatrix(layer.get("state").asString());
      double[] alongLag3 = new double[steps - 3];
      double[] atLag0 = new double[steps];
      for (int t = 0; t < steps; t++) {
        assertThat(layer.at("/mean/" + t).size()).isEqualTo(t + 1);
        for (int k = 0; k <= t; k++) {
          double mean = 0;
          for (int b = 0; b < size; b++) {
            int at = ((layer.get("layer").asInt() * steps + t) * steps + k) * size + b;
            mean += expected[at] / size;
            assertThat(layer.at("/per_sequence/%d/%d/%d".formatted(b, t, k)).asDouble())
                .isCloseTo(expected[at], within(1e-12 * expected[at]));
          }
          assertThat(layer.at("/mean/%d/%d".formatted(t, k)).asDouble())
              .isCloseTo(mean, within(1e-12 * mean));
          if (t - k == 3) {
            alongLag3[k] = mean;
          } else if (t == k) {
            atLag0[k] = mean;
          }
        }
      }
      JsonNode profile = profile(json, layer);
      double mean = Arrays.stream(alongLag3).average().orElseThrow();
      assertThat(profile.at("/mean/3").asDouble()).isCloseTo(mean, within(1e-12 * mean));
      double ratio = mean / Arrays.stream(atLag0).average().orElseThrow();
      assertThat(profile.at("/ratio/3").asDouble()).isCloseTo(ratio, within(1e-12 * ratio));
      double product = Arrays.stream(alongLag3).reduce(1, (a, b) -> a * b);
      double geometric = Math.pow(product, 1.0 / alongLag3.length);
      assertThat(profile.at("/geometric_mean/3").asDouble())
          .isCloseTo(geometric, within(1e-12 * geometric));
      Arrays.sort(alongLag3); // nine numbers: the median is the fifth
      assertThat(profile.at("/median/3").asDouble())
          .isCloseTo(alongLag3[4], within(1e-12 * alongLag3[4]));
      assertThat(profile.at("/p10/3").asDouble()) // 0.8 of the way from the first to the second
          .isCloseTo(0.2 * alongLag3[0] + 0.8 * alongLag3[1], within(1e-12));
    }
    assertThat(json.get("loss").asDouble()).isCloseTo(fixture.loss(), within(1e-12));
    assertThat(json.get("scored_predictions").asInt()).isEqualTo(steps * size);
  }

  @ParameterizedTest
  @FieldSource("io.carousel.engine.PyTorchFixture#KINDS")
  void diagnose_fixture_stateGradientIsTheMeanNormOfTheSummedLoss(String kind) {
    PyTorchFixture fixture = PyTorchFixture.load(kind);
    int steps = fixture.steps();
    int size = fixture.batchSize();
    int h = fixture.architecture().hiddenSize();
    GradientReport report =
        GradientDiagnostics.diagnose(
            new DoubleWeights(fixture.layout(), fixture.parameters()),
            Nets.request(fixture.inputs(), fixture.targets()),
            null);
    for (StateGradient.Layer layer : report.stateGradient().layers()) {
      double[] gradient = fixture.stateGradient(layer.state());
      double[] lag = fixture.lagMatrix(layer.state());
      for (int k = 0; k < steps; k++) {
        double total = 0;
        double lagZero = 0;
        for (int b = 0; b < size; b++) {
          int at = ((layer.layer() * steps + k) * size + b) * h;
          total += Linear.norm(gradient, at, h) * steps; // B sequences' mean, T·B predictions
          lagZero += lag[((layer.layer() * steps + k) * steps + k) * size + b] / size;
        }
        assertThat(layer.total().get(k)).isCloseTo(total, within(1e-12));
        assertThat(layer.lagZero().get(k)).isCloseTo(lagZero, within(1e-12));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(CellType.class)
  void diagnose_oneStep_isInconclusive(CellType cell) {
    GradientReport report = diagnose(cell, 5, Nets.tokens(1, 2, 5, 1), 1);
    wellFormed(report);
    assertThat(codes(report)).containsExactly(Verdict.Code.INCONCLUSIVE);
  }

  @ParameterizedTest
  @EnumSource(names = {"RNN", "GRU", "LSTM"})
  void diagnose_oneUnit_isWellFormed(CellType cell) {
    GradientReport report = diagnose(cell, 1, Nets.tokens(12, 1, 5, 1), 1);
    wellFormed(report);
    assertThat(codes(report)).hasSize(1);
    WeightGradientByLag.Bucket bucket =
        present(report.weightGradientByLag()).layers().getFirst().buckets().getFirst();
    assertThat(bucket.signalToNoise()).isNull(); // one sequence has no spread
  }

  @ParameterizedTest
  @EnumSource(CellType.class)
  void diagnose_allZero_isInconclusiveForNoGradientArrives(CellType cell) {
    GradientReport report = diagnose(cell, 5, Nets.tokens(12, 2, 5, 1), 0);
    wellFormed(report);
    assertThat(codes(report)).containsExactly(Verdict.Code.INCONCLUSIVE);
    assertThat(report.loss()).isCloseTo(Math.log(5), within(1e-12));
    assertThat(report.lagProfile().layers().getFirst().nonFinite())
        .contains(new NonFinite("log10_mean/0", "-inf"), new NonFinite("ratio/0", "nan"));
  }

  @ParameterizedTest
  @EnumSource(names = {"RNN", "GRU", "LSTM"})
  void diagnose_nanWeight_isNonFiniteAndNamesIt(CellType cell) {
    ParameterLayout layout = layout(cell, 4);
    double[] values = Nets.uniform(layout, 3);
    values[layout.entry("rnn.weight_hh_l0").offset() + 2] = Double.NaN;
    GradientReport report = diagnose(layout, values, Nets.tokens(12, 2, 5, 1));
    wellFormed(report);
    assertThat(codes(report)).containsExactly(Verdict.Code.NON_FINITE);
    assertThat(report.verdicts().getFirst().explanation()).contains("rnn.weight_hh_l0");
    assertThat(report.loss()).isNull();
    assertThat(report.nonFinite()).containsExactly(new NonFinite("loss", "nan"));
    assertThat(report.invariants()).noneMatch(Invariant::holds);
  }

  @ParameterizedTest
  @EnumSource(names = {"RNN", "GRU", "LSTM"})
  void diagnose_requiredLagBeyondTheWindow_isInconclusiveAndSaysSo(CellType cell) {
    ParameterLayout layout = layout(cell, 4);
    double[] values = Nets.uniform(layout, 3);
    if (cell == CellType.RNN) { // orthogonal, at a state of zero: flat
      for (String name : List.of("embedding.weight", "rnn.bias_ih_l0", "rnn.bias_hh_l0")) {
        Nets.fill(layout, values, name, 0);
      }
      Nets.set(layout, values, "rnn.weight_hh_l0", Nets.orthogonal(4, 1, 1));
    } else { // a gate that keeps the state, wide open
      for (int j = 4; j < 8; j++) {
        values[layout.entry("rnn.bias_ih_l0").offset() + j] += 6;
      }
    }
    int[][] tokens = Nets.tokens(12, 2, 5, 1);
    GradientReport report =
        GradientDiagnostics.diagnose(
            new DoubleWeights(layout, values),
            new DiagnosticsRequest(tokens, tokens, 100, false),
            null);
    wellFormed(report);
    Verdict verdict =
        report.verdicts().stream()
            .filter(v -> v.code() == Verdict.Code.INCONCLUSIVE)
            .findFirst()
            .orElseThrow();
    assertThat(verdict.explanation())
        .startsWith("The required lag is 100, and the longest of this window 11.");
    assertThat(verdict.recommendations().getFirst().training())
        .isEqualTo(SuggestedTraining.window(200));
    assertThat(report.requiredLag()).isEqualTo(100);
  }

  @ParameterizedTest
  @EnumSource(CellType.class)
  void diagnose_inputsOfOneSymbol_isWellFormed(CellType cell) {
    int[][] same = Nets.fill(12, 2, (t, b) -> 0);
    GradientReport report = diagnose(cell, 4, same, 1);
    wellFormed(report);
    assertThat(report.invariants()).allMatch(Invariant::holds);
    // With a vocabulary of one symbol there is nothing to predict, and no gradient.
    ParameterLayout one =
        new ParameterLayout(Nets.architecture(cell, Nonlinearity.TANH, 1, 4, 4), 1);
    GradientReport certain = diagnose(one, Nets.uniform(one, 3), same);
    wellFormed(certain);
    assertThat(codes(certain)).containsExactly(Verdict.Code.INCONCLUSIVE);
    assertThat(certain.loss()).isZero();
  }

  @ParameterizedTest
  @EnumSource(CellType.class)
  void diagnose_moreThreads_sameBits(CellType cell) throws Exception {
    int[][] tokens = Nets.tokens(20, 5, 5, 1);
    GradientReport alone;
    try (var pool = new ForkJoinPool(1)) {
      alone = pool.submit(() -> diagnose(cell, 6, tokens, 1)).get();
    }
    try (var pool = new ForkJoinPool(4)) {
      assertThat(pool.submit(() -> diagnose(cell, 6, tokens, 1)).get()).isEqualTo(alone);
    }
  }

  @Test
  void diagnose_stateOverflows_namesTheFirstStep() {
    ParameterLayout layout = layout(CellType.RNN, 4);
    double[] values = Nets.uniform(layout, 3);
    Nets.fill(layout, values, "rnn.weight_hh_l0", 1e200);
    Nets.fill(layout, values, "rnn.bias_ih_l0", 3);
    DoubleWeights linear = new DoubleWeights(layout, values, new RnnCell(RnnCell.Phi.LINEAR));
    int[][] tokens = Nets.tokens(12, 2, 5, 1);
    GradientReport report =
        GradientDiagnostics.diagnose(linear, Nets.request(tokens, tokens), null);
    wellFormed(report);
    assertThat(report.verdicts().getFirst().code()).isEqualTo(Verdict.Code.NON_FINITE);
    assertThat(report.verdicts().getFirst().explanation()).contains("layer 0 at step 2");
  }

  @Test
  void diagnose_gradientBeyondTheRangeOfADouble_isMeasuredByItsLogarithm() {
    int steps = 60;
    double a = 1e6; // to the power of 59: 1e354
    DoubleWeights weights = Nets.linear(2, Nets.orthogonal(2, a, 1));
    double[] values = weights.values().clone();
    for (String name : List.of("rnn.bias_ih_l0", "rnn.bias_hh_l0", "embedding.weight")) {
      Nets.fill(weights.layout(), values, name, 0); // the state stays zero, and so finite
    }
    GradientReport report =
        GradientDiagnostics.diagnose(
            new DoubleWeights(weights.layout(), values, weights.cell()),
            Nets.request(Nets.tokens(steps, 2, 5, 1), Nets.tokens(steps, 2, 5, 2)),
            null);
    wellFormed(report);
    assertThat(codes(report)).containsExactly(Verdict.Code.NON_FINITE, Verdict.Code.EXPLODING_TIME);
    LagProfile.Layer profile = report.lagProfile().layers().getFirst();
    assertThat(profile.ratio().get(59)).isNull();
    assertThat(profile.nonFinite()).contains(new NonFinite("ratio/59", "inf"));
    assertThat(profile.log10Ratio().get(59)).isCloseTo(59 * 6.0, within(0.5));
  }

  @Test
  void diagnose_onlyTheLastStepScored_everyLagIsMeasuredOnce() {
    int[][] inputs = Nets.tokens(12, 2, 5, 1);
    int[][] targets = Nets.fill(12, 2, (t, b) -> t == 11 ? 3 : -1);
    GradientReport report =
        GradientDiagnostics.diagnose(
            new DoubleWeights(layout(CellType.GRU, 4), Nets.uniform(layout(CellType.GRU, 4), 3)),
            Nets.request(inputs, targets),
            null);
    JsonNode json = wellFormed(report);
    assertThat(report.scoredPredictions()).isEqualTo(2);
    assertThat(report.lagProfile().layers().getFirst().count()).containsOnly(1);
    assertThat(json.at("/lag_matrix/layers/0/mean/10/4").isNull()).isTrue();
    assertThat(json.at("/lag_matrix/layers/0/mean/11/4").asDouble()).isPositive();
    assertThat(json.at("/lag_matrix/layers/0/non_finite").size()).isZero();
    assertThat(report.invariants()).allMatch(Invariant::holds);
  }

  @Test
  void diagnose_badInput_saysWhatWasWrong() {
    Parameters parameters =
        Parameters.initialize(Nets.architecture(CellType.RNN, Nonlinearity.TANH, 1, 4, 4), 5, 1);
    int[][] ok = Nets.tokens(3, 2, 5, 1);
    int[][] none = Nets.fill(3, 2, (t, b) -> -1);
    int[][] outside = Nets.fill(3, 2, (t, b) -> 5);
    assertThatThrownBy(() -> diagnose(parameters, ok, none))
        .hasMessage("targets: expected at least one to score, found none");
    assertThatThrownBy(() -> diagnose(parameters, outside, ok))
        .hasMessage("inputs: expected ids from 0 to 4, found 5");
    assertThatThrownBy(() -> diagnose(parameters, ok, Nets.tokens(2, 2, 5, 1)))
        .hasMessage("targets: expected 3 steps, found 2");
    assertThatThrownBy(() -> new DiagnosticsRequest(ok, ok, 0, false))
        .hasMessage("required_lag: expected at least 1, found 0");
    assertThatThrownBy(
            () -> GradientDiagnostics.diagnose(parameters, Nets.request(ok, ok), new float[3]))
        .hasMessageContaining("found 3");
  }

  @Test
  void suggestedArchitecture_ofAVanishingRnn_isOneThatCanBeBuilt() {
    GradientReport report = diagnose(CellType.RNN, 5, Nets.tokens(60, 2, 5, 1), 0.2);
    assertThat(codes(report)).containsExactly(Verdict.Code.VANISHING_TIME);
    SuggestedArchitecture lstm =
        present(report.verdicts().getFirst().recommendations().getFirst().architecture());
    assertThat(lstm.hiddenSize()).isEqualTo(5);
    assertThat(lstm.initialization().recurrent())
        .isEqualTo(SuggestedArchitecture.word(Initialization.Recurrent.ORTHOGONAL))
        .isEqualTo("orthogonal");
    assertThat(lstm.initialization().forgetBias()).isEqualTo(4.06); // ln 58
  }

  @Test
  void estimateBytes_grows_andSaturates() {
    var small = Nets.architecture(CellType.LSTM, Nonlinearity.TANH, 1, 128, 128);
    long one = GradientDiagnostics.estimateBytes(small, 65, 128, 8);
    assertThat(one).isBetween(5_000_000L, 200_000_000L);
    long matrices = 8L * 2 * 2048 * 2048 / 2 * Double.BYTES; // of each sequence, for h and c
    assertThat(GradientDiagnostics.estimateBytes(small, 65, 2048, 8)).isGreaterThan(matrices);
    var huge = Nets.architecture(CellType.LSTM, Nonlinearity.TANH, 1 << 20, 1 << 30, 1 << 30);
    assertThat(GradientDiagnostics.estimateBytes(huge, 65, 1 << 30, 1 << 30))
        .isEqualTo(Long.MAX_VALUE);
  }

  /** The report as JSON: nothing in it is NaN or infinite, and every piece of evidence is there. */
  private static JsonNode wellFormed(GradientReport report) {
    String text = JSON.writeValueAsString(report);
    assertThat(text).doesNotContain("NaN\"", "Infinity\"");
    JsonNode json = JSON.readTree(text);
    assertThat(report.verdicts()).isNotEmpty();
    for (Verdict verdict : report.verdicts()) {
      assertThat(verdict.confidence()).isBetween(0.0, 1.0);
      assertThat(verdict.evidence())
          .isNotEmpty()
          .allSatisfy(
              pointer -> assertThat(json.at(pointer).isMissingNode()).as(pointer).isFalse());
    }
    return json;
  }

  private static JsonNode profile(JsonNode json, JsonNode layer) {
    for (JsonNode profile : json.at("/lag_profile/layers")) {
      if (profile.get("layer").equals(layer.get("layer"))
          && profile.get("state").equals(layer.get("state"))) {
        return profile;
      }
    }
    throw new AssertionError("no profile of " + layer.get("layer") + layer.get("state"));
  }

  private static List<Verdict.Code> codes(GradientReport report) {
    return report.verdicts().stream().map(Verdict::code).toList();
  }

  private static ParameterLayout layout(CellType cell, int hidden) {
    return new ParameterLayout(Nets.architecture(cell, Nonlinearity.TANH, 1, hidden, hidden), 5);
  }

  private static GradientReport diagnose(CellType cell, int hidden, int[][] tokens, double scale) {
    ParameterLayout layout = layout(cell, hidden);
    double[] values = Nets.uniform(layout, 3);
    for (int i = 0; i < values.length; i++) {
      values[i] *= scale;
    }
    return diagnose(layout, values, tokens);
  }

  private static GradientReport diagnose(ParameterLayout layout, double[] values, int[][] tokens) {
    return GradientDiagnostics.diagnose(
        new DoubleWeights(layout, values), Nets.request(tokens, tokens), null);
  }

  private static GradientReport diagnose(Parameters parameters, int[][] inputs, int[][] targets) {
    return GradientDiagnostics.diagnose(parameters, Nets.request(inputs, targets), null);
  }
}
