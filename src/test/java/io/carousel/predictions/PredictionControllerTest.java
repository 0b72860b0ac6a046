package io.carousel.predictions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.carousel.SliceEngine;
import io.carousel.TestStorage;
import io.carousel.engine.nn.Architecture;
import io.carousel.engine.nn.CellType;
import io.carousel.engine.nn.Initialization;
import io.carousel.engine.nn.Nonlinearity;
import io.carousel.engine.nn.Parameters;
import io.carousel.engine.tokens.Dataset;
import io.carousel.engine.tokens.Tokenizer;
import io.carousel.engine.tokens.TokenizerSpecification;
import io.carousel.http.HttpSlice;
import io.carousel.models.ModelCatalogue;
import io.carousel.models.ModelFixtures;
import io.carousel.models.Provenance;
import java.nio.file.Path;
import java.util.Comparator;
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

/** With the real engine and fresh networks: what is predicted is luck, but always the same. */
@WebMvcTest(
    controllers = PredictionController.class,
    properties = {
      "carousel.predictions.max-inputs=3",
      "carousel.predictions.max-tokens=20",
      "carousel.predictions.max-steps=12",
      "carousel.predictions.max-beam-width=2"
    })
@HttpSlice
@EnableConfigurationProperties(PredictionSettings.class)
@Import({
  PredictionService.class,
  ScoreService.class,
  PredictionEngine.class,
  PredictionObserver.class,
  PredictionControllerTest.Engine.class
})
class PredictionControllerTest {
  @TempDir private static Path directory;

  static class Engine extends SliceEngine {
    Engine() {
      super(directory);
    }
  }

  @Autowired private MockMvcTester mvc;
  @Autowired private ModelCatalogue models;
  private String letters;
  private String events;

  @BeforeEach
  void fresh() {
    letters = save(new Dataset.Text("abcd"));
    events =
        save(new Dataset.EventSequences(List.of(List.of("login", "view"), List.of("view", "buy"))));
  }

  private String save(Dataset data) {
    Tokenizer tokenizer = Tokenizer.fit(TokenizerSpecification.defaultFor(data), data);
    Architecture architecture =
        new Architecture(
            CellType.GRU, 1, 5, 5, 0, false, Nonlinearity.TANH, Initialization.DEFAULT);
    Parameters parameters = Parameters.initialize(architecture, tokenizer.vocabulary().size(), 7);
    Provenance provenance = ModelFixtures.PROVENANCE;
    return models.save(null, architecture, tokenizer, parameters, provenance).id();
  }

  private MvcTestResult predict(String model, String body) {
    return mvc.post()
        .uri("/v1/models/{id}/predictions", model)
        .contentType(MediaType.APPLICATION_JSON)
        .content(body.replace('\'', '"'))
        .exchange();
  }

  @Test
  void predict_topKAboveTheVocabulary_givesAllSortedAndSumsToOne() {
    MvcTestResult result = predict(letters, "{'inputs': ['ab'], 'top_k': 99}");
    assertThat(result).hasStatusOk();
    List<NextTokenResponse.Candidate> all = read(result).data().getFirst().predictions();
    assertThat(all)
        .hasSize(4)
        .isSortedAccordingTo(Comparator.comparingDouble(c -> -c.probability()));
    assertThat(all.stream().mapToDouble(NextTokenResponse.Candidate::probability).sum())
        .isCloseTo(1, within(1e-6));
    assertThat(result).bodyJson().extractingPath("$.data[0].continuation").isNull();
    assertThat(result).bodyJson().extractingPath("$.usage.prompt_tokens").isEqualTo(2);
  }

  @Test
  void predict_textAndItsIds_areTheSame() {
    MvcTestResult result = predict(letters, "{'inputs': ['bad', [1, 0, 3]], 'top_k': 1}");
    List<NextTokenResponse.Next> data = read(result).data();
    assertThat(data.getFirst().predictions()).isEqualTo(data.getLast().predictions());
  }

  @ParameterizedTest
  @CsvSource({"greedy", "sample", "beam"})
  void predict_severalSteps_continuationIsAsLongAsAskedAndRepeatable(String strategy) {
    String body = "{'inputs': ['ab'], 'steps': 3, 'seed': 5, 'strategy': '%s'}".formatted(strategy);
    MvcTestResult first = predict(letters, body);
    assertThat(first)
        .bodyJson()
        .extractingPath("$.data[0].continuation.text")
        .asString()
        .matches("[abcd]{3}");
    assertThat(first).bodyJson().extractingPath("$.usage.completion_tokens").isEqualTo(3);
    assertThat(first).bodyJson().extractingPath("$.usage.total_tokens").isEqualTo(5);
    assertThat(first).bodyText().isEqualTo(bodyOf(predict(letters, body)));
  }

  @Test
  void predict_events_continuationHasTokensAndNoText() {
    MvcTestResult result = predict(events, "{'inputs': [['login', 'view']], 'steps': 2}");
    assertThat(result).bodyJson().extractingPath("$.data[0].continuation.text").isNull();
    assertThat(result)
        .bodyJson()
        .extractingPath("$.data[0].continuation.tokens")
        .asArray()
        .hasSize(2);
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
        "{'inputs': [[0, -1]]} | 422 | unknown_symbol | inputs[0]",
        "{'inputs': [[0, 4294967296]]} | 422 | unknown_symbol | inputs[0]",
        "{'inputs': [[0, 1.5]]} | 400 | invalid_value | inputs[0]",
        "{'inputs': [['a', 0]]} | 400 | invalid_value | inputs[0]",
        "{'inputs': [1.5]} | 400 | invalid_value | inputs[0]",
        "{'inputs': [null]} | 400 | invalid_value | inputs[0]",
        "{'inputs': [['a', 'b']]} | 400 | invalid_value | inputs[0]",
        "{'inputs': 'a'} | 400 | wrong_type | inputs",
        "{'inputs': ['a'], 'top_k': 0} | 400 | invalid_value | top_k",
        "{'inputs': ['a'], 'temperature': 0} | 400 | invalid_value | temperature",
        "{'inputs': ['a'], 'steps': 0} | 400 | invalid_value | steps",
        "{'inputs': ['a'], 'steps': 13} | 400 | limit_exceeded | steps",
        "{'inputs': ['a', 'b'], 'steps': 7} | 400 | limit_exceeded | steps",
        "{'inputs': ['a'], 'steps': 7, 'strategy': 'beam'} | 400 | limit_exceeded | steps",
        "{'inputs': ['a'], 'steps': 2, 'strategy': 'beam', 'beam_width': 3} | 400 |"
            + " limit_exceeded | beam_width",
        "{'inputs': ['a', 'a', 'a', 'a']} | 400 | limit_exceeded | inputs",
        "{'inputs': ['abcdabcdabcdabcdabcda']} | 400 | limit_exceeded | inputs",
        "{'inputs': ['a'], 'strategy': 'best'} | 400 | wrong_type | strategy",
        "{'inputs': ['a'], 'topk': 1} | 400 | unknown_field | topk"
      })
  void predict_wrong_isAProblem(String body, int status, String code, String param) {
    MvcTestResult result = predict(letters, body);
    assertThat(result).bodyJson().extractingPath("$.error.code").isEqualTo(code);
    assertThat(result).bodyJson().extractingPath("$.error.param").isEqualTo(param);
    assertThat(result).hasStatus(status);
  }

  /** The default of beam_width is 4: where fewer are allowed, nobody has asked for that many. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'inputs': ['a']}",
        "{'inputs': ['a'], 'steps': 6, 'strategy': 'beam'}",
        "{'inputs': ['a'], 'steps': 12, 'strategy': 'greedy', 'beam_width': 3}"
      })
  void predict_beamsAboveTheLimit_areRefusedOnlyWhereTheyWereAskedFor(String body) {
    assertThat(predict(letters, body)).hasStatusOk();
  }

  @Test
  void predict_unknownSymbol_saysWhichAndWhere() {
    assertThat(predict(letters, "{'inputs': ['abX']}"))
        .bodyJson()
        .extractingPath("$.detail")
        .asString()
        .contains("\"X\" (U+0058) at position 2");
  }

  @Test
  void predict_inputsThatAreNoContexts_saysWhatWasFound() {
    assertThat(predict(letters, "{'inputs': ['a', {'text': 'b'}]}"))
        .bodyJson()
        .extractingPath("$.detail")
        .asString()
        .startsWith("inputs[1]: expected a string or an array")
        .endsWith("found an object");
    assertThat(predict(letters, "{'inputs': [['a', 0]]}"))
        .bodyJson()
        .extractingPath("$.detail")
        .isEqualTo("inputs[0]: expected only strings or only integers, found \"a\" at position 0");
  }

  @Test
  void predict_unknownModel_is404() {
    assertThat(predict("gru-00000000", "{'inputs': ['a']}")).hasStatus(404);
  }

  private static NextTokenResponse read(MvcTestResult result) {
    return TestStorage.mapper().readValue(bodyOf(result), NextTokenResponse.class);
  }

  private static String bodyOf(MvcTestResult result) {
    try {
      return result.getResponse().getContentAsString();
    } catch (java.io.UnsupportedEncodingException e) {
      throw new AssertionError(e);
    }
  }
}
