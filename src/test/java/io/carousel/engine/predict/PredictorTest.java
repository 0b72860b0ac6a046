package io.carousel.engine.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.carousel.engine.gradient.cell.ExactGradient;
import io.carousel.engine.kernel.Backend;
import io.carousel.engine.kernel.Kernels;
import io.carousel.engine.nn.Architecture;
import io.carousel.engine.nn.CellType;
import io.carousel.engine.nn.Initialization;
import io.carousel.engine.nn.Nonlinearity;
import io.carousel.engine.nn.Parameters;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PredictorTest {
  private static final int VOCABULARY = 7;

  /** Contexts of many lengths in one request, longer than a window among them. */
  @ParameterizedTest
  @EnumSource(CellType.class)
  void predict_manyContexts_eachAsFloat64SaysAlone(CellType cell) {
    Parameters parameters = parameters(cell);
    List<int[]> contexts = new ArrayList<>();
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 19; i++) {
      contexts.add(random.ints(i == 5 ? 150 : 1 + i, 0, VOCABULARY).toArray());
    }
    List<Prediction> predictions =
        new Predictor(Kernels.of(Backend.AUTO), parameters)
            .predict(new PredictionRequest(contexts, 1, 1, Strategy.GREEDY, 1, 0));
    assertThat(predictions).hasSize(19);
    for (int i = 0; i < contexts.size(); i++) {
      double[] expected = exactLogProbabilities(parameters, contexts.get(i));
      double[] actual = predictions.get(i).logProbabilities();
      double entropy = 0;
      for (int v = 0; v < VOCABULARY; v++) {
        assertThat(actual[v]).isCloseTo(expected[v], within(1e-5));
        entropy -= Math.exp(expected[v]) * expected[v];
      }
      assertThat(predictions.get(i).entropy()).isCloseTo(entropy, within(1e-5));
      assertThat(predictions.get(i).continuation()).isNull();
    }
  }

  @Test
  void predict_greedy_followsTheLikeliest() {
    Parameters parameters = parameters(CellType.LSTM);
    Prediction.Continuation continuation = continuation(parameters, Strategy.GREEDY, 1, 0, 1);
    List<Integer> tokens = new ArrayList<>(List.of(1, 2));
    double logProbability = 0;
    for (int token : continuation.tokens()) {
      double[] expected =
          exactLogProbabilities(parameters, tokens.stream().mapToInt(Integer::intValue).toArray());
      int best =
          IntStream.range(0, VOCABULARY)
              .boxed()
              .max((x, y) -> Double.compare(expected[x], expected[y]))
              .orElseThrow();
      assertThat(token).isEqualTo(best);
      logProbability += expected[token];
      tokens.add(token);
    }
    assertThat(continuation.logProbability()).isCloseTo(logProbability, within(1e-5));
  }

  /** A beam as wide as the vocabulary over two steps sees every continuation. */
  @Test
  void predict_beamOfTwoSteps_findsTheLikeliestPair() {
    Parameters parameters = parameters(CellType.GRU);
    double[] first = exactLogProbabilities(parameters, new int[] {1, 2});
    double best = Double.NEGATIVE_INFINITY;
    int[] pair = new int[2];
    for (int v = 0; v < VOCABULARY; v++) {
      double[] second = exactLogProbabilities(parameters, new int[] {1, 2, v});
      for (int w = 0; w < VOCABULARY; w++) {
        if (first[v] + second[w] > best) {
          best = first[v] + second[w];
          pair = new int[] {v, w};
        }
      }
    }
    PredictionRequest request =
        new PredictionRequest(List.of(new int[] {1, 2}), 1, 2, Strategy.BEAM, VOCABULARY, 0);
    Prediction.Continuation found =
        new Predictor(Kernels.of(Backend.AUTO), parameters)
            .predict(request)
            .getFirst()
            .continuation();
    assertThat(found).isNotNull();
    assertThat(found.tokens()).isEqualTo(pair);
    assertThat(found.logProbability()).isCloseTo(best, within(1e-5));
  }

  @Test
  void predict_sample_seededAndSpreadAsTheDistribution() {
    Parameters parameters = parameters(CellType.RNN);
    assertThat(continuation(parameters, Strategy.SAMPLE, 1, 4, 1).tokens())
        .isEqualTo(continuation(parameters, Strategy.SAMPLE, 1, 4, 1).tokens());
    double[] p = exactLogProbabilities(parameters, new int[] {1, 2});
    int[] counts = new int[VOCABULARY];
    int draws = 4000;
    for (int seed = 0; seed < draws; seed++) {
      counts[continuation(parameters, Strategy.SAMPLE, 1, seed * 7919L, 1).tokens()[0]]++;
    }
    for (int v = 0; v < VOCABULARY; v++) {
      assertThat(counts[v] / (double) draws).isCloseTo(Math.exp(p[v]), within(0.04));
    }
  }

  @Test
  void predict_lowTemperature_isGreedy() {
    Parameters parameters = parameters(CellType.LSTM);
    assertThat(continuation(parameters, Strategy.SAMPLE, 1, 4, 1e-4).tokens())
        .isEqualTo(continuation(parameters, Strategy.GREEDY, 1, 4, 1).tokens());
  }

  @Test
  void predict_tokenOutsideTheVocabulary_isRefused() {
    Predictor predictor = new Predictor(Kernels.of(Backend.AUTO), parameters(CellType.RNN));
    assertThatThrownBy(() ->
            predictor.predict(
                new PredictionRequest(
                    List.of(new int[] {VOCABULARY}), 1, 1, Strategy.GREEDY, 1, 0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("from 0 to 6, found 7");
  }

  private static Prediction.Continuation continuation(
      Parameters parameters, Strategy strategy, int beamWidth, long seed, double temperature) {
    PredictionRequest request =
        new PredictionRequest(List.of(new int[] {1, 2}), temperature, 4, strategy, beamWidth, seed);
    Prediction.Continuation continuation =
        new Predictor(Kernels.of(Backend.AUTO), parameters)
            .predict(request)
            .getFirst()
            .continuation();
    assertThat(continuation).isNotNull();
    return continuation;
  }

  private static double[] exactLogProbabilities(Parameters parameters, int[] context) {
    int[][] inputs =
        Arrays.stream(context).mapToObj(token -> new int[] {token}).toArray(int[][]::new);
    double[] logits = ExactGradient.of(parameters, inputs, inputs).logits();
    double[] last = Arrays.copyOfRange(logits, logits.length - VOCABULARY, logits.length);
    double sum = Arrays.stream(last).map(Math::exp).sum();
    return Arrays.stream(last).map(x -> x - Math.log(sum)).toArray();
  }

  private static Parameters parameters(CellType cell) {
    Architecture a =
        new Architecture(cell, 2, 11, 5, 0, false, Nonlinearity.TANH, Initialization.DEFAULT);
    Parameters parameters = Parameters.initialize(a, VOCABULARY, 2);
    SplittableRandom random = new SplittableRandom(3);
    for (int i = 0; i < parameters.values().length; i++) {
      parameters.values()[i] += (float) (0.6 * random.nextDouble() - 0.3);
    }
    return parameters;
  }
}
