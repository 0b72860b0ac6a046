package io.carousel.engine.gradient.verdict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.carousel.engine.gradient.Nets;
import io.carousel.engine.gradient.numerics.ScaledTriangle;
import io.carousel.engine.gradient.report.Clipping;
import io.carousel.engine.gradient.report.SuggestedTraining;
import io.carousel.engine.gradient.report.Verdict;
import io.carousel.engine.gradient.report.WeightGradientByLag;
import io.carousel.engine.gradient.sequence.LagBuckets;
import io.carousel.engine.gradient.sequence.LagMeasurement;
import io.carousel.engine.gradient.sequence.LagStatistics;
import io.carousel.engine.nn.Architecture;
import io.carousel.engine.nn.CellType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The rules, on profiles made for them; a profile is A[t,t−τ] of each sequence for every t. */
class TimeVerdictsTest {
  // The longest lag, 32, begins an octave that the one before it, 31, is not in.
  private static final int STEPS = 33;

  @Test
  void verdict_ratioBelowThreshold_isVanishing() {
    Verdict verdict = verdict(null, 5, geometric("h", 0.5, 0.5));
    assertThat(verdict.code()).isEqualTo(Verdict.Code.VANISHING_TIME);
    assertThat(verdict.rule()).isEqualTo("r(R) < 1e-3");
    assertThat(verdict.measured()).isCloseTo(Math.pow(0.5, 32), withinPercentage(1e-9));
    assertThat(verdict.evidence()).contains("/lag_profile/layers/0/ratio/32");
  }

  @Test
  void verdict_signalOfTheLagBelowTheNoise_isCritical() {
    assertThat(verdict(null, 0.9, geometric("h", 0.5, 0.5)).severity()).isEqualTo(Verdict.CRITICAL);
    assertThat(verdict(null, 1.1, geometric("h", 0.5, 0.5)).severity()).isEqualTo(Verdict.WARNING);
  }

  @Test
  void verdict_oneSequence_isLessSure() {
    double two = verdict(null, 5, geometric("h", 0.5, 0.5)).confidence();
    double one = verdict(null, 5, geometric("h", 0.5)).confidence();
    assertThat(one).isLessThan(two);
  }

  @Test
  void verdict_oneOfTwoPathsAlive_isHealthy() {
    Verdict verdict = verdict(null, 5, geometric("h", 0.5, 0.5), geometric("c", 0.99, 0.98));
    assertThat(verdict.code()).isEqualTo(Verdict.Code.HEALTHY);
    assertThat(verdict.evidence()).contains("/lag_profile/layers/1/ratio/32");
  }

  @Test
  void verdict_flatProfile_isHealthyAlthoughThereIsNothingToFit() {
    IntToDoubleFunction jagged = lag -> 1 + 0.01 * (lag % 2);
    assertThat(verdict(null, 5, path("h", jagged, jagged)).code()).isEqualTo(Verdict.Code.HEALTHY);
  }

  @Test
  void verdict_sequencesDisagreeAcrossTheThreshold_isInconclusive() {
    Verdict verdict = verdict(null, 5, geometric("h", 0.7, 0.95));
    assertThat(verdict.code()).isEqualTo(Verdict.Code.INCONCLUSIVE);
    assertThat(verdict.explanation()).contains("spans");
  }

  @Test
  void verdict_windowShorterThanTwiceTheLagAskedFor_isInconclusive() {
    Verdict verdict = verdict(21, 5, geometric("h", 0.95, 0.95));
    assertThat(verdict.code()).isEqualTo(Verdict.Code.INCONCLUSIVE);
    SuggestedTraining training = verdict.recommendations().getFirst().training();
    assertThat(training).isEqualTo(SuggestedTraining.window(42));
    assertThat(verdict(16, 5, geometric("h", 0.95, 0.95)).code()).isEqualTo(Verdict.Code.HEALTHY);
  }

  @Test
  void verdict_lagBeyondTheWindow_isInconclusiveAndSaysWhatTheLineWouldMakeOfIt() {
    for (double ratio : new double[] {0.5, 0.9, 0.99}) {
      Verdict verdict = verdict(100, 5, geometric("h", ratio, ratio));
      assertThat(verdict.code()).isEqualTo(Verdict.Code.INCONCLUSIVE);
      assertThat(verdict.explanation()).contains("required lag is 100", "would make it");
      assertThat(verdict.recommendations().getFirst().training())
          .isEqualTo(SuggestedTraining.window(200));
    }
  }

  @Test
  void verdict_growth_isExploding() {
    Verdict verdict = verdict(null, 5, geometric("h", 1.2, 1.2));
    assertThat(verdict.code()).isEqualTo(Verdict.Code.EXPLODING_TIME);
    SuggestedTraining training = verdict.recommendations().getFirst().training();
    assertThat(training).isEqualTo(SuggestedTraining.clip(1));
  }

  @Test
  void verdict_growthToLessThanTenTimesLagZero_isNoExplosion() {
    assertThat(verdict(null, 5, geometric("h", 1.03, 1.03)).code()).isEqualTo(Verdict.Code.HEALTHY);
    IntToDoubleFunction recovers = lag -> lag == 0 ? 1 : 1e-2 * Math.exp(0.2 * lag); // to 6
    assertThat(verdict(null, 5, path("h", recovers, recovers)).code())
        .isEqualTo(Verdict.Code.HEALTHY);
  }

  @Test
  void verdict_normsWithALongTail_explodeOnlyWhereTheGradientGrowsWithTheLag() {
    LagStatistics growing = geometric("h", 1.03, 1.03);
    Verdict clipped = verdict(norms(0.02, 30), growing);
    assertThat(clipped.code()).isEqualTo(Verdict.Code.EXPLODING_TIME);
    assertThat(clipped.severity()).isEqualTo(Verdict.WARNING);
    assertThat(clipped.measured()).isEqualTo(30);
    assertThat(clipped.evidence())
        .contains("/clipping/training/p99", "/lag_profile/layers/0/log_slope/lower");
    assertThat(clipped.recommendations().getFirst().training())
        .isEqualTo(SuggestedTraining.clip(2));
    assertThat(verdict(norms(0, 30), growing).severity()).isEqualTo(Verdict.CRITICAL);
    assertThat(verdict(norms(0.5, 9), growing).code()).isEqualTo(Verdict.Code.HEALTHY);
    assertThat(verdict(norms(0, 30), geometric("h", 0.98, 0.97)).code())
        .isEqualTo(Verdict.Code.HEALTHY);
  }

  @Test
  void verdict_unclearGrowth_isInconclusive() {
    IntToDoubleFunction erratic = lag -> Math.exp(0.2 * lag + 3 * Math.sin(2.0 * lag));
    Verdict verdict = verdict(null, 5, path("h", erratic, erratic));
    assertThat(verdict.code()).isEqualTo(Verdict.Code.INCONCLUSIVE);
    assertThat(verdict.explanation()).contains("R²");
  }

  private static Verdict verdict(
      @Nullable Integer requiredLag, double signalToNoise, LagStatistics... paths) {
    return verdict(requiredLag, signalToNoise, null, paths);
  }

  private static Verdict verdict(Clipping clipping, LagStatistics path) {
    return verdict(null, 5, clipping, path);
  }

  /** Norms of 500 steps with a median of 1. */
  private static Clipping norms(double clippedShare, double p99) {
    return new Clipping(
        0.1,
        1,
        1.0,
        false,
        List.of(),
        List.of(),
        List.of(),
        new Clipping.Training(500, clippedShare, 1.0, p99, 50.0, List.of()),
        List.of());
  }

  private static Verdict verdict(
      @Nullable Integer requiredLag,
      double signalToNoise,
      @Nullable Clipping clipping,
      LagStatistics... paths) {
    List<WeightGradientByLag.Bucket> buckets = new ArrayList<>();
    for (int bucket = 0; bucket < LagBuckets.count(STEPS); bucket++) {
      // Lag 32 has no share in dW, for the first step starts from a zero state.
      double signal = bucket == LagBuckets.of(31) ? signalToNoise : 0;
      buckets.add(new WeightGradientByLag.Bucket(0, 0, 1.0, 1.0, 1.0, 1.0, signal));
    }
    WeightGradientByLag.Layer layer =
        new WeightGradientByLag.Layer(0, "rnn.weight_hh_l0", 1.0, 1.0, buckets, List.of());
    Architecture a = Nets.architecture(CellType.RNN, Architecture.DEFAULT.nonlinearity(), 1, 8, 8);
    WeightGradientByLag byLag = new WeightGradientByLag(List.of(layer));
    return new TimeVerdicts(a, requiredLag, List.of(paths), byLag, null, clipping).verdict();
  }

  /** A path whose sequences fall by constant factors. */
  private static LagStatistics geometric(String state, double... factors) {
    IntToDoubleFunction[] profiles = new IntToDoubleFunction[factors.length];
    for (int b = 0; b < factors.length; b++) {
      double factor = factors[b];
      profiles[b] = lag -> Math.pow(factor, lag);
    }
    return path(state, profiles);
  }

  private static LagStatistics path(String state, IntToDoubleFunction... profiles) {
    LagMeasurement measurement = new LagMeasurement(0, state, STEPS);
    boolean[] scored = new boolean[STEPS];
    Arrays.fill(scored, true);
    for (IntToDoubleFunction profile : profiles) {
      ScaledTriangle triangle = new ScaledTriangle(STEPS);
      for (int t = 0; t < STEPS; t++) {
        for (int k = 0; k <= t; k++) {
          triangle.add(t, k, profile.applyAsDouble(t - k), 0);
        }
      }
      measurement.add(triangle, scored, false);
    }
    measurement.finish();
    return new LagStatistics(measurement);
  }
}
