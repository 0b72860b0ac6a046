package io.carousel.predictions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.carousel.SliceEngine;
import io.carousel.TestStorage;
import io.carousel.engine.nn.Architecture;
import io.carousel.engine.nn.CellType;
import io.carousel.engine.nn.Initialization;
import io.carousel.engine.nn.Nonlinearity;
import io.carousel.engine.nn.ParameterLayout;
import io.carousel.engine.nn.Parameters;
import io.carousel.engine.tokens.Tokenizer;
import io.carousel.engine.tokens.TokenizerSpecification;
import io.carousel.engine.tokens.TokenizerType;
import io.carousel.engine.tokens.UnknownPolicy;
import io.carousel.http.HttpSlice;
import io.carousel.models.ModelCatalogue;
import io.carousel.models.ModelFixtures;
import io.carousel.models.Provenance;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.webmvc.test.autoconfigure.WebMvcTest;
import org.springframework.context.annotation.Import;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.assertj.MvcTestResult;
import tools.jackson.databind.JsonNode;

/** With nets of zeros, whose distribution is that of their output bias: all can be computed. */
@WebMvcTest(
    controllers = PredictionController.class,
    properties = {
      "carousel.predictions.max-scored-inputs=3",
      "carousel.predictions.max-scored-tokens=20"
    })
@HttpSlice
@EnableConfigurationProperties(PredictionSettings.class)
@Import({
  PredictionService.class,
  ScoreService.class,
  PredictionEngine.class,
  PredictionObserver.class,
  ScoreControllerTest.Engine.class
})
class ScoreControllerTest {
  @TempDir private static Path directory;

  static class Engine extends SliceEngine {
    Engine() {
      super(directory);
    }
  }

  @Autowired private MockMvcTester mvc;
  @Autowired private ModelCatalogue models;
  private String letters;

  @BeforeEach
  void fresh() {
    letters = save(TokenizerType.CHAR, List.of("a", "b", "c", "d"), EIGHTHS);
  }

  /** Logits of probabilities 1/8, 1/2, 1/4, 1/8. */
  private static final double[] EIGHTHS = {
    -3 * Math.log(2), -Math.log(2), -2 * Math.log(2), -3 * Math.log(2)
  };

  /** A model of four symbols with these logits, whatever it has read. */
  private String save(TokenizerType type, List<String> symbols, double... logits) {
    UnknownPolicy unknown = symbols.contains("<unk>") ? UnknownPolicy.MAP : UnknownPolicy.REJECT;
    Tokenizer tokenizer = Tokenizer.of(new TokenizerSpecification(type, null, unknown), symbols);
    Architecture architecture =
        new Architecture(
            CellType.LSTM, 1, 2, 2, 0, false, Nonlinearity.TANH, Initialization.DEFAULT);
    Parameters parameters = new Parameters(new ParameterLayout(architecture, 4));
    int bias = parameters.layout().entry("decoder.bias").offset();
    for (int v = 0; v < logits.length; v++) {
      parameters.values()[bias + v] = (float) logits[v];
    }
    Provenance provenance = ModelFixtures.PROVENANCE;
    return models.save(null, architecture, tokenizer, parameters, provenance).id();
  }

  private MvcTestResult score(String model, String body) {
    return mvc.post()
        .uri("/v1/models/{id}/scores", model)
        .contentType(MediaType.APPLICATION_JSON)
        .content(body.replace('\'', '"'))
        .exchange();
  }

  private JsonNode scored(String model, String body) throws Exception {
    MvcTestResult result = score(model, body);
    assertThat(result).hasStatusOk();
    return TestStorage.mapper().readTree(result.getResponse().getContentAsString());
  }

  @Test
  void score_text_isWhatTheDistributionSays() throws Exception {
    JsonNode answer = scored(letters, "{'inputs': ['dabcd', 'bb'], 'top_k': 2}");
    JsonNode first = answer.at("/data/0");
    assertThat(first.at("/tokens").size()).isEqualTo(5);
    assertThat(first.at("/tokens/0").toString())
        .isEqualTo(
            "{\"position\":0,\"token\":\"d\",\"id\":3,\"logprob\":null,\"rank\":null,"
                + "\"surprisal_bits\":null,\"in_top_k\":null}");
    int[] bits = {0, 3, 1, 2, 3};
    int[] ranks = {0, 3, 1, 2, 4};
    for (int i = 1; i < 5; i++) {
      JsonNode token = first.at("/tokens/" + i);
      assertThat(token.at("/position").asInt()).isEqualTo(i);
      assertThat(token.at("/surprisal_bits").asDouble()).isCloseTo(bits[i], within(1e-5));
      assertThat(token.at("/logprob").asDouble()).isCloseTo(-bits[i] * Math.log(2), within(1e-5));
      assertThat(token.at("/rank").asInt()).isEqualTo(ranks[i]);
      assertThat(token.at("/in_top_k").asBoolean()).isEqualTo(ranks[i] <= 2);
    }
    assertThat(first.at("/anomalies").toString()).isEqualTo("[1,4]");
    assertThat(first.at("/scored_tokens").asInt()).isEqualTo(4);
    assertThat(first.at("/logprob").asDouble()).isCloseTo(-9 * Math.log(2), within(1e-5));
    assertThat(first.at("/bits_per_token").asDouble()).isCloseTo(9 / 4.0, within(1e-5));
    assertThat(first.at("/perplexity").asDouble()).isCloseTo(Math.pow(2, 9 / 4.0), within(1e-4));
    assertThat(answer.at("/data/1/anomalies").size()).isZero();
    assertThat(answer.at("/scored_tokens").asInt()).isEqualTo(5);
    assertThat(answer.at("/bits_per_token").asDouble()).isCloseTo(2, within(1e-5));
    assertThat(answer.at("/perplexity").asDouble()).isCloseTo(4, within(1e-4));
    assertThat(answer.at("/anomalous_inputs").asInt()).isEqualTo(1);
    assertThat(answer.at("/top_k").asInt()).isEqualTo(2);
    assertThat(answer.at("/usage/total_tokens").asInt()).isEqualTo(7);
  }

  @Test
  void score_onlyAnomalies_describesOnlyThem() throws Exception {
    String body = "{'inputs': ['dabcd', 'bb'], 'top_k': 3, 'include_tokens': '%s'}";
    JsonNode answer = scored(letters, body.formatted("anomalies"));
    assertThat(answer.at("/data/0/tokens").size()).isEqualTo(1);
    assertThat(answer.at("/data/0/tokens/0/position").asInt()).isEqualTo(4);
    assertThat(answer.at("/data/0/tokens/0/token").asString()).isEqualTo("d");
    assertThat(answer.at("/data/1/tokens").size()).isZero();
    JsonNode none = scored(letters, body.formatted("none"));
    assertThat(none.at("/data/0/tokens").size()).isZero();
    assertThat(none.at("/data/0/anomalies").toString()).isEqualTo("[4]");
  }

  @Test
  void score_default_isDeepLogsNine_andEventsAndIdsAreTheSame() throws Exception {
    String events = save(TokenizerType.EVENT, List.of("E1", "E2", "E3", "<unk>"), EIGHTHS);
    JsonNode answer = scored(events, "{'inputs': [['E2', 'E3', 'new'], [1, 2, 3], 'E2 E3 newer']}");
    assertThat(answer.at("/top_k").asInt()).isEqualTo(9);
    assertThat(answer.at("/data/0/tokens/2/token").asString()).isEqualTo("<unk>");
    assertThat(answer.at("/data/0/tokens")).isEqualTo(answer.at("/data/1/tokens"));
    assertThat(answer.at("/data/0/tokens")).isEqualTo(answer.at("/data/2/tokens"));
  }

  @Test
  void score_oneToken_hasNoPerplexity() throws Exception {
    JsonNode answer = scored(letters, "{'inputs': ['a']}");
    assertThat(answer.at("/data/0/scored_tokens").asInt()).isZero();
    assertThat(answer.at("/data/0/perplexity").isNull()).isTrue();
    assertThat(answer.at("/data/0/perplexity_flag").isNull()).isTrue();
    assertThat(answer.at("/bits_per_token").isNull()).isTrue();
  }

  @Test
  void score_perplexityBeyondDouble_isNullWithItsFlag() throws Exception {
    String sure = save(TokenizerType.CHAR, List.of("a", "b", "c", "d"), -1e4, 0, -1e4, -1e4);
    JsonNode answer = scored(sure, "{'inputs': ['bab']}");
    assertThat(answer.at("/data/0/tokens/1/logprob").asDouble()).isCloseTo(-1e4, within(1e-2));
    assertThat(answer.at("/data/0/perplexity").isNull()).isTrue();
    assertThat(answer.at("/data/0/perplexity_flag").asString()).isEqualTo("inf");
    assertThat(answer.at("/data/0/bits_per_token").asDouble())
        .isCloseTo(5e3 / Math.log(2), within(1e-2));
  }

  @Test
  void score_weightsTooGreat_is422() {
    double most = Float.MAX_VALUE;
    String overflowing = save(TokenizerType.CHAR, List.of("a", "b", "c", "d"), -most, most, 0, 0);
    MvcTestResult result = score(overflowing, "{'inputs': ['bab']}");
    assertThat(result).hasStatus(422);
    assertThat(result).bodyJson().extractingPath("$.error.code").isEqualTo("non_finite_output");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{} | 400 | invalid_value | inputs",
        "{'inputs': []} | 400 | invalid_value | inputs",
        "{'inputs': ['a', '']} | 400 | invalid_value | inputs[1]",
        "{'inputs': ['a', 'aXb']} | 422 | unknown_symbol | inputs[1]",
        "{'inputs': [[0, 4]]} | 422 | unknown_symbol | inputs[0]",
        "{'inputs': [1.5]} | 400 | invalid_value | inputs[0]",
        "{'inputs': ['a'], 'top_k': 0} | 400 | invalid_value | top_k",
        "{'inputs': ['a'], 'top_k': 1.5} | 400 | wrong_type | top_k",
        "{'inputs': ['a'], 'include_tokens': 'some'} | 400 | wrong_type | include_tokens",
        "{'inputs': ['a', 'a', 'a', 'a']} | 400 | limit_exceeded | inputs",
        "{'inputs': ['abcdabcdabcdabcdabcda']} | 400 | limit_exceeded | inputs",
        "{'inputs': ['a'], 'k': 1} | 400 | unknown_field | k"
      })
  void score_wrong_isAProblem(String body, int status, String code, String param) {
    MvcTestResult result = score(letters, body);
    assertThat(result).bodyJson().extractingPath("$.error.code").isEqualTo(code);
    assertThat(result).bodyJson().extractingPath("$.error.param").isEqualTo(param);
    assertThat(result).hasStatus(status);
  }

  @Test
  void score_unknownModel_is404() {
    assertThat(score("gru-00000000", "{'inputs': ['a']}")).hasStatus(404);
  }
}
