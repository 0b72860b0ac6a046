package io.carousel.engine.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.carousel.engine.PyTorchFixture;
import io.carousel.engine.gradient.cell.ExactGradient;
import io.carousel.engine.kernel.Backend;
import io.carousel.engine.kernel.Kernels;
import io.carousel.engine.nn.Architecture;
import io.carousel.engine.nn.CellType;
import io.carousel.engine.nn.Initialization;
import io.carousel.engine.nn.Nonlinearity;
import io.carousel.engine.nn.ParameterLayout;
import io.carousel.engine.nn.Parameters;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.FieldSource;

class ScorerTest {
  private static final List<String> KINDS = PyTorchFixture.KINDS;
  private static final Kernels KERNELS = Kernels.of(Backend.AUTO);

  @ParameterizedTest
  @FieldSource("KINDS")
  void score_fixture_isTheLossOfPyTorch(String kind) {
    PyTorchFixture fixture = PyTorchFixture.load(kind);
    int steps = fixture.steps();
    int lanes = fixture.batchSize();
    int vocabulary = fixture.vocabularySize();
    double[] logits = fixture.logits();
    List<SequenceScore> scores =
        new Predictor(KERNELS, fixture.floatParameters()).score(sequences(fixture));
    double sum = 0;
    for (int i = 0; i < scores.size(); i++) {
      SequenceScore score = scores.get(i);
      int lane = i % lanes;
      assertThat(score.scored()).isEqualTo(i / lanes + 1);
      for (int t = 0; t < score.scored(); t++) {
        int at = (t * lanes + lane) * vocabulary;
        double[] row = Arrays.copyOfRange(logits, at, at + vocabulary);
        double own = row[score.tokens()[t + 1]];
        double logSum = Math.log(Arrays.stream(row).map(Math::exp).sum());
        assertThat((double) score.logProbabilities()[t + 1]).isCloseTo(own - logSum, within(2e-6));
        assertThat(score.ranks()[t + 1])
            .isEqualTo((int) Arrays.stream(row).filter(x -> x > own).count());
      }
      sum += score.logProbabilities()[score.scored()];
    }
    assertThat(-sum / (steps * lanes)).isCloseTo(fixture.loss(), within(1e-6));
  }

  /** What each lane has read up to each step, and then that step's target. */
  private static List<int[]> sequences(PyTorchFixture fixture) {
    List<int[]> sequences = new ArrayList<>();
    for (int step = 0; step < fixture.steps(); step++) {
      for (int lane = 0; lane < fixture.batchSize(); lane++) {
        int[] tokens = new int[step + 2];
        for (int t = 0; t <= step; t++) {
          tokens[t] = fixture.inputs()[t][lane];
        }
        tokens[step + 1] = fixture.targets()[step][lane];
        sequences.add(tokens);
      }
    }
    return sequences;
  }

  /** More than fill the lanes, of many lengths, several windows long among them. */
  @ParameterizedTest
  @EnumSource(CellType.class)
  void score_manySequences_eachAsFloat64SaysAlone(CellType cell) {
    Architecture architecture =
        new Architecture(cell, 2, 11, 5, 0, false, Nonlinearity.TANH, Initialization.DEFAULT);
    Parameters parameters = Parameters.initialize(architecture, 7, 2);
    SplittableRandom random = new SplittableRandom(1);
    List<int[]> sequences = new ArrayList<>();
    for (int i = 0; i < 35; i++) {
      int length = i == 5 ? 150 : i == 20 ? 64 : i == 21 ? 65 : i == 22 ? 129 : 1 + i;
      sequences.add(random.ints(length, 0, 7).toArray());
    }
    List<SequenceScore> scores = new Predictor(KERNELS, parameters).score(sequences);
    assertThat(scores).hasSize(35);
    for (int i = 0; i < sequences.size(); i++) {
      int[] tokens = sequences.get(i);
      SequenceScore score = scores.get(i);
      assertThat(score.tokens()).isSameAs(tokens);
      assertThat(score.logProbabilities()[0]).isNaN();
      assertThat(score.ranks()[0]).isEqualTo(-1);
      int[][] inputs = Arrays.stream(tokens).mapToObj(t -> new int[] {t}).toArray(int[][]::new);
      double[] logits = ExactGradient.of(parameters, inputs, inputs).logits();
      for (int at = 1; at < tokens.length; at++) {
        double[] row = Arrays.copyOfRange(logits, (at - 1) * 7, at * 7);
        double logSum = Math.log(Arrays.stream(row).map(Math::exp).sum());
        assertThat((double) score.logProbabilities()[at])
            .as("%d of sequence %d", at, i)
            .isCloseTo(row[tokens[at]] - logSum, within(1e-5));
      }
    }
  }

  /** A net of zeros says what its output bias says, whatever came before. */
  @Test
  void score_zeroNet_isTheDistributionOfTheBias() {
    Architecture architecture =
        new Architecture(
            CellType.RNN, 1, 2, 2, 0, false, Nonlinearity.TANH, Initialization.DEFAULT);
    Parameters parameters = new Parameters(new ParameterLayout(architecture, 4));
    int bias = parameters.layout().entry("decoder.bias").offset();
    double[] p = {0.125, 0.5, 0.25, 0.125};
    for (int v = 0; v < p.length; v++) {
      parameters.values()[bias + v] = (float) Math.log(p[v]);
    }
    SequenceScore score =
        new Predictor(KERNELS, parameters).score(List.of(new int[] {3, 0, 1, 2, 3})).getFirst();
    int[] ranks = {-1, 2, 0, 1, 3}; // of equals the first leads
    assertThat(score.ranks()).isEqualTo(ranks);
    for (int at = 1; at < 5; at++) {
      assertThat((double) score.logProbabilities()[at])
          .isCloseTo(Math.log(p[score.tokens()[at]]), within(1e-6));
    }
    assertThat(score.logProbability()).isCloseTo(Math.log(1 / 512.0), within(1e-5)); // 3+1+2+3 bits
    assertThat(IntStream.rangeClosed(1, 4).mapToObj(score::outsideTop))
        .containsExactly(new int[] {1, 3, 4}, new int[] {1, 4}, new int[] {4}, new int[0]);
  }

  @Test
  void score_oneToken_hasNothingToScore() {
    Parameters parameters = Parameters.initialize(Architecture.DEFAULT, 3, 1);
    SequenceScore score =
        new Predictor(KERNELS, parameters).score(List.of(new int[] {2})).getFirst();
    assertThat(score.scored()).isZero();
    assertThat(score.logProbability()).isZero();
    assertThat(score.outsideTop(1)).isEmpty();
  }

  @Test
  void score_emptyOrUnknown_isRefused() {
    Predictor predictor = new Predictor(KERNELS, Parameters.initialize(Architecture.DEFAULT, 3, 1));
    assertThatThrownBy(() -> predictor.score(List.of(new int[] {2}, new int[0])))
        .hasMessage("inputs[1]: expected at least 1 token, found 0");
    assertThatThrownBy(() -> predictor.score(List.of(new int[] {0, 3})))
        .hasMessage("inputs: expected token ids from 0 to 2, found 3");
  }
}
