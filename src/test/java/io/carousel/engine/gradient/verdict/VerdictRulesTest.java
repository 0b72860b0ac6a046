package io.carousel.engine.gradient.verdict;

import static io.carousel.engine.gradient.Nets.present;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.carousel.engine.gradient.DiagnosticsRequest;
import io.carousel.engine.gradient.GradientDiagnostics;
import io.carousel.engine.gradient.Nets;
import io.carousel.engine.gradient.TrainingObservations;
import io.carousel.engine.gradient.cell.DoubleWeights;
import io.carousel.engine.gradient.report.Clipping;
import io.carousel.engine.gradient.report.GradientReport;
import io.carousel.engine.gradient.report.Lyapunov;
import io.carousel.engine.gradient.report.SuggestedArchitecture;
import io.carousel.engine.gradient.report.SuggestedTraining;
import io.carousel.engine.gradient.report.Verdict;
import io.carousel.engine.gradient.report.Verdict.Code;
import io.carousel.engine.gradient.report.WeightGradientByLag;
import io.carousel.engine.gradient.sequence.LagBuckets;
import io.carousel.engine.nn.Architecture;
import io.carousel.engine.nn.CellType;
import io.carousel.engine.nn.Connections;
import io.carousel.engine.nn.Nonlinearity;
import io.carousel.engine.nn.ParameterLayout;
import io.carousel.engine.nn.Parameters;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The rules beside those on time, each on what it is about. */
class VerdictRulesTest {

  @ParameterizedTest
  @CsvSource({"0, 40, true", "3, -40, true", "1, -40, true", "1, 40, false", "0, 0, false"})
  void saturatedGates_biasOfAnLstmsGate_isFoundExceptForOpenForgetGates(
      int gate, double bias, boolean found) {
    ParameterLayout layout = layout(CellType.LSTM, Nonlinearity.TANH, 1);
    double[] values = Nets.uniform(layout, 3);
    int h = layout.architecture().hiddenSize();
    for (int j = 0; j < h; j++) {
      values[layout.entry("rnn.bias_ih_l0").offset() + gate * h + j] += bias;
    }
    Optional<Verdict> verdict = verdict(report(layout, values), Code.SATURATED_GATES);
    assertThat(verdict.isPresent()).isEqualTo(found);
    verdict.ifPresent(v -> {
      assertThat(v.severity()).isEqualTo(Verdict.CRITICAL);
      assertThat(v.measured()).isEqualTo(1);
      assertThat(v.evidence()).contains("/gates/layers/%d/saturated_units".formatted(gate));
      assertThat(present(v.recommendations().getFirst().architecture()).cell()).isEqualTo("lstm");
    });
  }

  @Test
  void deadUnits_shutRelu_isCriticalAndRecommendsTanh() {
    ParameterLayout layout = layout(CellType.RNN, Nonlinearity.RELU, 1);
    double[] values = Nets.uniform(layout, 3);
    Nets.fill(layout, values, "rnn.bias_ih_l0", -40);
    Verdict verdict = verdict(report(layout, values), Code.DEAD_UNITS).orElseThrow();
    assertThat(verdict.severity()).isEqualTo(Verdict.CRITICAL);
    assertThat(verdict.evidence()).containsExactly("/gates/layers/0/dead_units");
    assertThat(present(verdict.recommendations().getFirst().architecture()).nonlinearity())
        .isEqualTo("tanh");
  }

  @Test
  void deadUnits_oneOfSixteen_isARemarkBesideHealthy() {
    ParameterLayout layout =
        new ParameterLayout(Nets.architecture(CellType.LSTM, Nonlinearity.TANH, 1, 16, 16), 5);
    double[] values = Nets.uniform(layout, 3);
    for (int j = 0; j < 16; j++) {
      values[layout.entry("rnn.bias_ih_l0").offset() + 16 + j] += 5; // open forget gates
    }
    values[layout.entry("rnn.bias_ih_l0").offset() + 32] += 40;
    List<Verdict> verdicts = report(layout, values).verdicts();
    Verdict verdict =
        verdicts.stream().filter(v -> v.code() == Code.DEAD_UNITS).findFirst().orElseThrow();
    assertThat(verdict.severity()).isEqualTo(Verdict.INFO);
    assertThat(verdict.measured()).isEqualTo(1 / 16.0);
    assertThat(verdicts).extracting(Verdict::code).doesNotContain(Code.SATURATED_GATES);
  }

  /** What an mlp or a conv does not see is lost, and it is told how to see it. */
  @ParameterizedTest
  @EnumSource(
      value = CellType.class,
      names = {"MLP", "CONV"})
  void vanishingTime_lagBeyondTheReceptiveField_recommendsToSeeFurther(CellType cell) {
    Architecture a = Nets.architecture(cell, Nonlinearity.TANH, 2, 16, 16).withContext(4, 2, 2);
    int[][] inputs = Nets.tokens(24, 3, 7, 1);
    int[][] targets = Nets.tokens(24, 3, 7, 2);
    GradientReport seen =
        GradientDiagnostics.diagnose(
            Parameters.initialize(a, 7, 1), Nets.request(inputs, targets), null);
    assertThat(verdict(seen, Code.VANISHING_TIME)).isEmpty();
    GradientReport report =
        GradientDiagnostics.diagnose(
            Parameters.initialize(a, 7, 1),
            new DiagnosticsRequest(inputs, targets, 10, false),
            null);
    Verdict verdict = verdict(report, Code.VANISHING_TIME).orElseThrow();
    assertThat(verdict.severity()).isEqualTo(Verdict.CRITICAL);
    assertThat(verdict.measured()).isZero();
    assertThat(verdict.explanation()).contains("A prediction sees 4 tokens.");
    SuggestedArchitecture first = present(verdict.recommendations().getFirst().architecture());
    if (cell == CellType.MLP) {
      assertThat(first.contextSize()).isEqualTo(11);
    } else {
      Architecture further =
          a.withContext(4, first.kernelSize(), first.maxDilation()).withLayers(first.layers());
      assertThat(further.receptiveField()).isGreaterThan(10);
    }
  }

  @ParameterizedTest
  @CsvSource({"MLP, NONE", "MLP, RESIDUAL", "MLP, HIGHWAY", "CONV, NONE", "CONV, RESIDUAL"})
  void vanishingDepth_twentyFeedForwardLayers_isOfThePlainStackOnly(
      CellType cell, Connections connections) {
    Architecture a =
        Nets.architecture(cell, Nonlinearity.TANH, 20, 16, 16).withConnections(connections);
    GradientReport report =
        GradientDiagnostics.diagnose(
            Parameters.initialize(a, 7, 1),
            Nets.request(Nets.tokens(12, 3, 7, 1), Nets.tokens(12, 3, 7, 2)),
            null);
    assertThat(verdict(report, Code.VANISHING_DEPTH).isPresent())
        .isEqualTo(connections == Connections.NONE);
  }

  /** Fresh networks of twenty layers, and what the verdict on the plain one recommends. */
  @ParameterizedTest
  @EnumSource(Connections.class)
  void vanishingDepth_twentyLayers_isOfThePlainStackOnly(Connections connections) {
    Architecture a =
        Nets.architecture(CellType.RNN, Nonlinearity.TANH, 20, 16, 16).withConnections(connections);
    GradientReport report =
        GradientDiagnostics.diagnose(
            Parameters.initialize(a, 7, 1),
            Nets.request(Nets.tokens(12, 3, 7, 1), Nets.tokens(12, 3, 7, 2)),
            null);
    assertThat(verdict(report, Code.VANISHING_DEPTH).isPresent())
        .isEqualTo(connections == Connections.NONE);
  }

  @Test
  void vanishingDepth_weakUpperLayers_isFoundAndHealthyIsNot() {
    ParameterLayout layout = layout(CellType.RNN, Nonlinearity.TANH, 3);
    double[] values = Nets.uniform(layout, 3);
    for (String name : List.of("rnn.weight_ih_l1", "rnn.weight_ih_l2")) {
      Nets.fill(layout, values, name, 1e-3);
    }
    GradientReport report = report(layout, values);
    Verdict verdict = verdict(report, Code.VANISHING_DEPTH).orElseThrow();
    assertThat(verdict.measured()).isEqualTo(report.depth().layers().getFirst().relative());
    assertThat(verdict.evidence()).contains("/depth/layers/0/relative");
    assertThat(verdict.recommendations())
        .extracting(recommendation -> present(recommendation.architecture()).connections())
        .containsExactly("residual", "highway", "dense", "none");
    assertThat(present(verdict.recommendations().getLast().architecture()).layers()).isEqualTo(1);
    assertThat(report.verdicts()).extracting(Verdict::code).doesNotContain(Code.HEALTHY);
    double[] strong = Nets.uniform(layout, 3);
    assertThat(verdict(report(layout, strong), Code.VANISHING_DEPTH)).isEmpty();
  }

  @Test
  void truncation_shareBeyond_isShortLongOrRight() {
    // lags 0, 1, 2–3, 4–7, 8–15, 16–31
    Verdict tooShort = truncation(4, 1, .9, .8, .5, .05, 0).orElseThrow();
    assertThat(tooShort.code()).isEqualTo(Code.TRUNCATION_SHORT);
    assertThat(tooShort.measured()).isEqualTo(.5);
    assertThat(tooShort.evidence())
        .containsExactly("/weight_gradient_by_lag/layers/0/buckets/3/tail_share");
    assertThat(length(tooShort)).isEqualTo(16);
    Verdict tooLong = truncation(16, 1, .9, .5, 1e-4, 1e-5, 0).orElseThrow();
    assertThat(tooLong.code()).isEqualTo(Code.TRUNCATION_LONG);
    assertThat(length(tooLong)).isEqualTo(4);
    assertThat(truncation(4, 1, .9, .5, 1e-4, 1e-5, 0)).isEmpty(); // just right
    assertThat(truncation(8, 1, .9, .5, .4, .05, 0)).isEmpty();
    assertThat(truncation(32, 1, .9, .5, .4, .2, 0)).isEmpty(); // the window is not longer
  }

  @Test
  void truncation_ofAReport_isSaidWhereItIsKnown() {
    ParameterLayout layout = layout(CellType.LSTM, Nonlinearity.TANH, 1);
    int[][] tokens = Nets.tokens(32, 2, 5, 1);
    DoubleWeights weights = new DoubleWeights(layout, Nets.uniform(layout, 3));
    GradientReport report =
        GradientDiagnostics.diagnose(weights, Nets.request(tokens, tokens).withTruncation(1), null);
    List<WeightGradientByLag.Bucket> buckets =
        present(report.weightGradientByLag()).layers().getFirst().buckets();
    assertThat(buckets.getFirst().tailShare()).isCloseTo(1, within(1e-12));
    assertThat(verdict(report, Code.TRUNCATION_SHORT).orElseThrow().measured())
        .isEqualTo(buckets.get(1).tailShare());
  }

  @Test
  void updateRatios_medianOfTheMatrices_decides() {
    assertThat(ratios(-3, -3.2, -2.8)).isEmpty();
    Verdict high = ratios(-1.5, -1.4, -3).orElseThrow();
    assertThat(high.code()).isEqualTo(Code.LEARNING_RATE_HIGH);
    assertThat(high.measured()).isEqualTo(-1.5);
    assertThat(high.evidence()).containsExactly("/parameters/0", "/parameters/1");
    assertThat(present(present(high.recommendations().getFirst().training()).optimizer()))
        .isEqualTo(new SuggestedTraining.SuggestedOptimizer("adam", 6.3e-5)); // 0.002 · 10^-1.5
    assertThat(ratios(-5, -4.5, -3).orElseThrow().code()).isEqualTo(Code.LEARNING_RATE_LOW);
    assertThat(
            UpdateVerdicts.ofRatios(
                Map.of("rnn.bias_ih_l0", 3.0, "embedding.weight", Double.NaN), 1, "sgd", n -> n))
        .isEmpty();
  }

  @Test
  void norms_nan_isNonFinite() {
    Clipping.Training nan =
        new TrainingObservations(Map.of(), List.of(1.0, Double.NaN), 1.0, 0.1, "sgd").clipping();
    assertThat(UpdateVerdicts.ofNorms(present(nan), "/x").orElseThrow().code())
        .isEqualTo(Code.NON_FINITE);
  }

  @Test
  void training_observed_isInTheReport() {
    ParameterLayout layout = layout(CellType.RNN, Nonlinearity.TANH, 1);
    int[][] tokens = Nets.tokens(8, 2, 5, 1);
    List<Double> norms = new ArrayList<>();
    for (int i = 0; i < 101; i++) {
      norms.add(i < 90 ? 1.0 : 20.0);
    }
    GradientReport report =
        GradientDiagnostics.diagnose(
            new DoubleWeights(layout, Nets.uniform(layout, 3)),
            Nets.request(tokens, tokens)
                .withTraining(
                    new TrainingObservations(
                        Map.of("rnn.weight_hh_l0", -0.5), norms, 10.0, 0.1, "sgd")),
            null);
    Clipping.Training training = present(present(report.clipping()).training());
    assertThat(training.steps()).isEqualTo(101);
    assertThat(training.clippedShare()).isEqualTo(11 / 101.0);
    assertThat(training.p50()).isEqualTo(1);
    assertThat(training.p99()).isEqualTo(20);
    Verdict high = verdict(report, Code.LEARNING_RATE_HIGH).orElseThrow();
    assertThat(high.severity()).isEqualTo(Verdict.CRITICAL);
    assertThat(high.evidence()).containsExactly("/parameters/2/update_ratio_log10");
    assertThat(report.parameters().get(2).updateRatioLog10()).isEqualTo(-0.5);
    assertThat(report.parameters().get(1).updateRatioLog10()).isNull();
    // The norms have a long tail, but this network's gradient does not grow with the lag.
    assertThat(verdict(report, Code.EXPLODING_TIME)).isEmpty();
  }

  @Test
  void exploding_lyapunovIntervalWellAboveZero_isFound() {
    assertThat(explosion(lyapunov(0.3, 0.2), null).orElseThrow().evidence())
        .containsExactly("/lyapunov/layers/0/exponents/0", "/lyapunov/layers/0/lower/0");
    // ln 10 / 32 = 0.072
    assertThat(explosion(lyapunov(0.3, 0.05), null)).isEmpty();
    assertThat(explosion(lyapunov(0.3, null), null)).isEmpty();
  }

  @Test
  void exploding_rawStepLeapsWhereTheClippedOneDescends_isFound() {
    assertThat(explosion(null, cliff(2, 3.1, 1.9)).orElseThrow().measured()).isEqualTo(1.55);
    assertThat(explosion(null, cliff(2, null, 1.9)).orElseThrow().nonFinite()).hasSize(1);
    assertThat(explosion(null, cliff(2, 2.9, 1.9))).isEmpty();
    assertThat(explosion(null, cliff(2, 4.0, 2.1))).isEmpty();
  }

  private static Optional<Verdict> explosion(
      @Nullable Lyapunov lyapunov, @Nullable Clipping clipping) {
    return new Explosion(
            Nets.architecture(CellType.RNN, Nonlinearity.TANH, 1, 4, 4),
            List.of(),
            31,
            lyapunov,
            clipping)
        .verdict();
  }

  private static Lyapunov lyapunov(double exponent, @Nullable Double lower) {
    List<@Nullable Double> lowers = new ArrayList<>();
    lowers.add(lower);
    return new Lyapunov(
        List.of(
            new Lyapunov.Layer(
                0, 1, 1, 0, 32, List.of(exponent), lowers, List.of(1.0), 0.3, 0.3, List.of())));
  }

  private static Clipping cliff(double before, @Nullable Double raw, double clipped) {
    List<@Nullable Double> losses = new ArrayList<>();
    losses.add(before);
    losses.add(raw);
    return new Clipping(
        0.1, 1, 20.0, true, List.of(0.0, 1.0), losses, List.of(before, clipped), null, List.of());
  }

  private static Optional<Verdict> ratios(double first, double second, double third) {
    Map<String, Double> byName = Map.of("w0", first, "w1", second, "w2", third, "bias", 5.0);
    return UpdateVerdicts.ofRatios(
            byName, 0.002, "adam", name -> "/parameters/" + name.substring(1))
        .map(VerdictRulesTest::sorted);
  }

  /** A map has no order. */
  private static Verdict sorted(Verdict v) {
    return new Verdict(
        v.code(),
        v.severity(),
        v.confidence(),
        v.rule(),
        v.threshold(),
        v.measured(),
        v.evidence().stream().sorted().toList(),
        v.explanation(),
        v.recommendations(),
        v.nonFinite());
  }

  private static Optional<Verdict> truncation(int steps, double... tails) {
    List<WeightGradientByLag.Bucket> buckets = new ArrayList<>();
    for (int i = 0; i < tails.length; i++) {
      buckets.add(
          new WeightGradientByLag.Bucket(
              LagBuckets.first(i), LagBuckets.last(i, 32), 1.0, 1.0, tails[i], 1.0, 1.0));
    }
    WeightGradientByLag.Layer layer =
        new WeightGradientByLag.Layer(0, "rnn.weight_hh_l0", 1.0, 1.0, buckets, List.of());
    return new TruncationVerdicts(new WeightGradientByLag(List.of(layer)), steps, 32).verdict();
  }

  private static Integer length(Verdict verdict) {
    return present(present(verdict.recommendations().getFirst().training()).sequenceLength());
  }

  private static Optional<Verdict> verdict(GradientReport report, Code code) {
    return report.verdicts().stream().filter(verdict -> verdict.code() == code).findFirst();
  }

  private static GradientReport report(ParameterLayout layout, double[] values) {
    return GradientDiagnostics.diagnose(
        new DoubleWeights(layout, values),
        Nets.request(Nets.tokens(32, 2, 5, 1), Nets.tokens(32, 2, 5, 2)),
        null);
  }

  private static ParameterLayout layout(CellType cell, Nonlinearity phi, int layers) {
    return new ParameterLayout(Nets.architecture(cell, phi, layers, 4, 4), 5);
  }
}
