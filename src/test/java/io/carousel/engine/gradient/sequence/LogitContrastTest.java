package io.carousel.engine.gradient.sequence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.carousel.engine.PyTorchFixture;
import io.carousel.engine.gradient.Nets;
import io.carousel.engine.gradient.cell.DoubleWeights;
import io.carousel.engine.gradient.cell.ModelWeights;
import io.carousel.engine.gradient.cell.RowLosses;
import io.carousel.engine.gradient.numerics.Linear;
import io.carousel.engine.nn.Architecture;
import io.carousel.engine.nn.CellType;
import io.carousel.engine.nn.Connections;
import io.carousel.engine.nn.Nonlinearity;
import io.carousel.engine.nn.ParameterLayout;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The gradient of a contrast against differences of the forward pass alone, and autograd. */
class LogitContrastTest {
  private static final List<String> KINDS = List.of("rnn-tanh", "rnn-relu", "gru", "lstm");
  private static final int STEPS = 6;
  private static final int WIDTH = 4; // E
  private static final int VOCABULARY = STEPS + 3;
  private static final int EXPECTED = VOCABULARY - 2;
  private static final int OTHER = VOCABULARY - 1;
  private static final double STEP = 1e-5;
  private static final double RELATIVE = 1e-12; // of autograd, as in PyTorchOracleTest

  @ParameterizedTest
  @CsvSource({
    "RNN, TANH, 1, NONE",
    "RNN, TANH, 2, NONE",
    "RNN, RELU, 2, NONE",
    "GRU, TANH, 1, NONE",
    "GRU, TANH, 2, NONE",
    "LSTM, TANH, 1, NONE",
    "LSTM, TANH, 2, NONE",
    "RNN, TANH, 3, RESIDUAL",
    "GRU, TANH, 3, DENSE",
    "LSTM, TANH, 3, HIGHWAY",
    "MLP, RELU, 3, RESIDUAL",
    "CONV, TANH, 3, DENSE"
  })
  void gradient_everyEmbedding_isTheSlopeOfTheLogOdds(
      CellType cell, Nonlinearity phi, int layers, Connections connections) {
    Architecture architecture =
        Nets.architecture(cell, phi, layers, 5, WIDTH)
            .withConnections(connections)
            .withContext(4, 2, 2);
    ParameterLayout layout = new ParameterLayout(architecture, VOCABULARY);
    double[] values = Nets.uniform(layout, 3);
    int[] prefix = {0, 1, 2, 3, 4, 5}; // each token once: its embedding's slope is its place's
    LogitContrast contrast = LogitContrast.of(model(layout, values), prefix, EXPECTED, OTHER);

    assertThat(contrast.logOdds()).isCloseTo(logOdds(layout, values, prefix), within(1e-12));
    int embedding = layout.entry("embedding.weight").offset();
    double largest = 0;
    for (int k = 0; k < STEPS; k++) {
      double[] slopes = new double[WIDTH];
      double push = 0;
      for (int j = 0; j < WIDTH; j++) {
        int at = embedding + prefix[k] * WIDTH + j;
        double up = logOdds(layout, moved(values, at, STEP), prefix);
        double down = logOdds(layout, moved(values, at, -STEP), prefix);
        slopes[j] = (up - down) / (2 * STEP);
        push += slopes[j] * values[at];
      }
      largest = Math.max(largest, Linear.norm(slopes));
      // Differences of a log-odds near 1 are good to 1e-10.
      assertThat(contrast.gradientNorms()[k]).isCloseTo(Linear.norm(slopes), within(1e-8));
      assertThat(contrast.gradientTimesInput()[k]).isCloseTo(push, within(1e-8));
    }
    assertThat(largest).isGreaterThan(1e-2);
  }

  @Test
  void gradient_tokenThatStandsTwice_isKeptApartByItsPlace() {
    ParameterLayout layout =
        new ParameterLayout(
            Nets.architecture(CellType.LSTM, Nonlinearity.TANH, 2, 5, WIDTH), VOCABULARY);
    double[] values = Nets.uniform(layout, 9);
    int embedding = layout.entry("embedding.weight").offset();
    System.arraycopy(values, embedding, values, embedding + 4 * WIDTH, WIDTH); // 4 looks like 0
    ModelWeights model = model(layout, values);
    LogitContrast twice = LogitContrast.of(model, new int[] {0, 1, 2, 0, 3}, EXPECTED, OTHER);
    LogitContrast apart = LogitContrast.of(model, new int[] {0, 1, 2, 4, 3}, EXPECTED, OTHER);
    assertThat(twice.gradientNorms()).containsExactly(apart.gradientNorms());
    assertThat(twice.gradientNorms()[3]).isNotEqualTo(twice.gradientNorms()[0]);
  }

  @ParameterizedTest
  @FieldSource("KINDS")
  void contrast_fixture_agreesWithAutograd(String kind) throws IOException {
    PyTorchFixture fixture = PyTorchFixture.load(kind);
    JsonNode reference = reference(kind);
    int[] prefix = new int[fixture.steps()];
    for (int t = 0; t < prefix.length; t++) {
      prefix[t] = fixture.inputs()[t][reference.at("/sequence").asInt()];
    }
    LogitContrast contrast =
        LogitContrast.of(
            model(fixture.layout(), fixture.parameters()),
            prefix,
            reference.at("/expected").asInt(),
            reference.at("/other").asInt());

    assertThat(contrast.logOdds())
        .isCloseTo(reference.at("/log_odds").asDouble(), within(RELATIVE));
    assertThat(contrast.expectedProbability())
        .isCloseTo(reference.at("/probabilities/0").asDouble(), within(RELATIVE));
    assertThat(contrast.otherProbability())
        .isCloseTo(reference.at("/probabilities/1").asDouble(), within(RELATIVE));
    assertSeries(contrast.gradientNorms(), reference.at("/gradient_norm"));
    assertSeries(contrast.gradientTimesInput(), reference.at("/gradient_times_input"));
    assertSeries(contrast.stateGradientNorms(), reference.at("/state_gradient_norm"));
  }

  @Test
  void of_wrong_saysWhatWasExpected() {
    ParameterLayout layout =
        new ParameterLayout(
            Nets.architecture(CellType.GRU, Nonlinearity.TANH, 1, 3, WIDTH), VOCABULARY);
    ModelWeights model = model(layout, Nets.uniform(layout, 1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LogitContrast.of(model, new int[0], 0, 1))
        .withMessageContaining("at least 1 token");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LogitContrast.of(model, new int[] {VOCABULARY}, 0, 1))
        .withMessageContaining("from 0 to 8, found 9");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LogitContrast.of(model, new int[] {0}, 1, 1))
        .withMessageContaining("found 1 twice");
  }

  private static ModelWeights model(ParameterLayout layout, double[] values) {
    return new ModelWeights(new DoubleWeights(layout, values));
  }

  /** From the losses of both continuations, in a forward pass that keeps nothing. */
  private static double logOdds(ParameterLayout layout, double[] values, int[] prefix) {
    int last = prefix.length - 1;
    int[][] inputs = Nets.fill(prefix.length, 2, (t, b) -> prefix[t]);
    int[][] targets =
        Nets.fill(prefix.length, 2, (t, b) -> t < last ? -1 : b == 0 ? EXPECTED : OTHER);
    double[] losses = RowLosses.of(model(layout, values), inputs, targets);
    return losses[1] - losses[0];
  }

  private static double[] moved(double[] values, int index, double by) {
    double[] moved = values.clone();
    moved[index] += by;
    return moved;
  }

  private static void assertSeries(double[] found, JsonNode expected) {
    assertThat(expected.size()).isEqualTo(found.length);
    double largest = Linear.largest(found, 0, found.length);
    assertThat(largest).isPositive();
    for (int k = 0; k < found.length; k++) {
      assertThat(found[k]).isCloseTo(expected.get(k).asDouble(), within(RELATIVE * largest));
    }
  }

  private static JsonNode reference(String kind) throws IOException {
    try (InputStream in = LogitContrastTest.class.getResourceAsStream("/fixtures/contrast.json")) {
      return JsonMapper.builder().build().readTree(Objects.requireNonNull(in)).at("/" + kind);
    }
  }
}
