package io.carousel.reports.contrast;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.carousel.SliceEngine;
import io.carousel.TestStorage;
import io.carousel.engine.gradient.cell.DoubleWeights;
import io.carousel.engine.gradient.cell.ModelWeights;
import io.carousel.engine.gradient.sequence.LogitContrast;
import io.carousel.engine.nn.Architecture;
import io.carousel.engine.nn.CellType;
import io.carousel.engine.nn.Initialization;
import io.carousel.engine.nn.Nonlinearity;
import io.carousel.engine.nn.Parameters;
import io.carousel.engine.tokens.Dataset;
import io.carousel.engine.tokens.Tokenizer;
import io.carousel.engine.tokens.TokenizerSpecification;
import io.carousel.engine.tokens.TokenizerType;
import io.carousel.engine.tokens.UnknownPolicy;
import io.carousel.http.HttpSlice;
import io.carousel.models.Model;
import io.carousel.models.ModelCatalogue;
import io.carousel.models.ModelFixtures;
import io.carousel.reports.ReportParts;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
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

@WebMvcTest(
    controllers = ContrastController.class,
    properties = {
      "carousel.reports.max-bytes=16MB",
      "carousel.contrasts.max-variants=3",
      "carousel.contrasts.max-tokens=8",
      "carousel.contrasts.retained=2"
    })
@HttpSlice
@EnableConfigurationProperties(ContrastSettings.class)
@Import({
  ReportParts.class,
  ContrastService.class,
  ContrastReader.class,
  ContrastStore.class,
  ContrastControllerTest.Engine.class
})
class ContrastControllerTest {
  private static final String PATH = "/v1/gradient-reports/contrasts/";
  private static final String SENTENCES =
      "the writer of the books is . the writers of the book are . the keys near the cabinet are .";
  private static final String ASKED =
      """
      'input': {'text': 'the writer of the books'}, 'contrast': {'expected': 'is', 'other': 'are'},
      'subject': %s, 'attractors': %s
      """;

  @TempDir private static Path directory;

  static class Engine extends SliceEngine {
    Engine() {
      super(directory);
    }
  }

  @Autowired private MockMvcTester mvc;
  @Autowired private ContrastStore store;
  @Autowired private ModelCatalogue models;
  private Model rnn;
  private Model lstm;

  @BeforeEach
  void save() {
    rnn = model(CellType.RNN, 5, words(SENTENCES));
    lstm = model(CellType.LSTM, 7, words(SENTENCES + " the keys of the kings are old ."));
  }

  private static Tokenizer words(String text) {
    return tokenizer(TokenizerType.WORD, null, UnknownPolicy.REJECT, text);
  }

  private static Tokenizer tokenizer(
      TokenizerType type, @Nullable Integer most, UnknownPolicy unknown, String text) {
    return Tokenizer.fit(new TokenizerSpecification(type, most, unknown), new Dataset.Text(text));
  }

  private Model model(CellType cell, int hidden, Tokenizer tokenizer) {
    Architecture architecture =
        new Architecture(cell, 2, hidden, 4, 0, false, Nonlinearity.TANH, Initialization.DEFAULT);
    return models.save(
        null,
        architecture,
        tokenizer,
        Parameters.initialize(architecture, tokenizer.vocabulary().size(), 1),
        ModelFixtures.PROVENANCE);
  }

  private MvcTestResult post(String body) {
    return mvc.post()
        .uri("/v1/gradient-reports/contrast")
        .contentType(MediaType.APPLICATION_JSON)
        .content(body.replace("RNN", rnn.id()).replace("LSTM", lstm.id()).replace('\'', '"'))
        .exchange();
  }

  private MvcTestResult ask(String subject, String attractors) {
    return post(
        "{'variants': [{'name': 'plain', 'model': 'RNN'}, {'name': 'gated', 'model': 'LSTM'}], %s}"
            .formatted(ASKED.formatted(subject, attractors)));
  }

  @Test
  void create_twoVocabularies_givesForEachWhatTheEngineMeasures() {
    MvcTestResult result = ask("'writer'", "['books']");
    assertThat(result).hasStatus(201);
    JsonNode made = json(result);
    assertThat(made.at("/tokens").valueStream().map(JsonNode::asString))
        .containsExactly("the", "writer", "of", "the", "books");
    assertThat(made.at("/subject").asInt()).isEqualTo(1);
    assertThat(made.at("/attractors/0").asInt()).isEqualTo(4);
    assertThat(made.at("/nearest_attractor").asInt()).isEqualTo(4);
    assertThat(made.at("/rows/0/model").asString()).isEqualTo(rnn.id());
    assertThat(made.at("/rows/1/architecture/cell").asString()).isEqualTo("lstm");
    Model[] asked = {rnn, lstm};
    for (int i = 0; i < 2; i++) {
      LogitContrast exact = exact(asked[i], "the writer of the books");
      JsonNode row = made.at("/rows/" + i);
      assertThat(row.get("log_odds").asDouble()).isEqualTo(exact.logOdds());
      assertThat(row.get("prefers_expected").asBoolean()).isEqualTo(exact.logOdds() > 0);
      assertThat(row.get("expected_probability").asDouble()).isEqualTo(exact.expectedProbability());
      assertThat(row.get("other_probability").asDouble()).isEqualTo(exact.otherProbability());
      assertThat(row.get("subject_gradient").asDouble()).isEqualTo(exact.gradientNorms()[1]);
      assertThat(row.get("attractor_gradient").asDouble()).isEqualTo(exact.gradientNorms()[4]);
      assertThat(row.get("ratio").asDouble())
          .isEqualTo(exact.gradientNorms()[1] / exact.gradientNorms()[4]);
      assertThat(row.get("subject_gradient_times_input").asDouble())
          .isEqualTo(exact.gradientTimesInput()[1]);
      assertThat(row.get("attractor_gradient_times_input").asDouble())
          .isEqualTo(exact.gradientTimesInput()[4]);
      assertThat(row.get("non_finite").isEmpty()).isTrue();
      JsonNode series = made.at("/series/" + i);
      assertThat(series.get("gradient_times_input").valueStream().map(JsonNode::asDouble))
          .containsExactly(boxed(exact.gradientTimesInput()));
      assertThat(series.get("state_gradient_norm").valueStream().map(JsonNode::asDouble))
          .containsExactly(boxed(exact.stateGradientNorms()));
      assertThat(series.get("unknown").isEmpty()).isTrue();
    }
    assertThat(json(ask("1", "[4]")).at("/rows")).isEqualTo(made.at("/rows"));
  }

  @Test
  void create_withoutAttractors_saysNothingOfThem() {
    MvcTestResult result = ask("1", "null");
    assertThat(result).hasStatus(201);
    assertThat(result).bodyJson().extractingPath("$.attractors").asArray().isEmpty();
    assertThat(result).bodyJson().extractingPath("$.nearest_attractor").isNull();
    assertThat(result).bodyJson().extractingPath("$.rows[0].ratio").isNull();
    assertThat(result).bodyJson().extractingPath("$.rows[0].non_finite").asArray().isEmpty();
  }

  @Test
  void create_severalAttractors_theLastIsTheNearest() {
    MvcTestResult result = ask("1", "[4, 2]");
    assertThat(result).bodyJson().extractingPath("$.nearest_attractor").isEqualTo(4);
    assertThat(result).bodyJson().extractingPath("$.attractors").asArray().containsExactly(2, 4);
  }

  @Test
  void create_tokenThatOneModelReadsAsUnknown_isNamedByTheOther() {
    Model small =
        model(
            CellType.GRU,
            4,
            tokenizer(TokenizerType.EVENT, 6, UnknownPolicy.MAP, "the the the is is are are of x"));
    MvcTestResult result =
        post(
            "{'variants': [{'name': 'small', 'model': '%s'}, {'name': 'rnn', 'model': 'RNN'}], %s}"
                .formatted(small.id(), ASKED.formatted("'writer'", "['books']")));
    assertThat(result).hasStatus(201);
    assertThat(result)
        .bodyJson()
        .extractingPath("$.series[0].unknown")
        .asArray()
        .containsExactly(1, 4);
    assertThat(result).bodyJson().extractingPath("$.tokens[1]").isEqualTo("writer");
  }

  @Test
  void create_events_readsTokens() {
    Model clicks =
        model(
            CellType.GRU,
            4,
            tokenizer(TokenizerType.EVENT, null, UnknownPolicy.REJECT, "1 view buy 1 logout"));
    assertThat(
            post(
                """
                {'variants': [{'name': 'a', 'model': '%s'}], 'input': {'tokens': [1, 'view']},
                 'contrast': {'expected': 'buy', 'other': 'logout'}, 'subject': 'view'}
                """
                    .formatted(clicks.id())))
        .hasStatus(201)
        .bodyJson()
        .extractingPath("$.tokens")
        .asArray()
        .containsExactly("1", "view");
  }

  @Test
  void get_asJsonAndFigure_andTheListAndDelete() {
    MvcTestResult made = ask("1", "[4]");
    String location = String.valueOf(made.getResponse().getHeader("Location"));
    assertThat(location).startsWith(PATH + "contrast-");
    assertThat(mvc.get().uri(location)).hasStatusOk().bodyText().isEqualTo(body(made));
    String browser = "text/html,application/xml;q=0.9,image/webp,*/*;q=0.8";
    assertThat(mvc.get().uri(location).header("Accept", browser))
        .hasStatusOk()
        .bodyText()
        .isEqualTo(body(made));
    for (String accept : new String[] {"image/svg+xml", browser, "*/*"}) {
      MvcTestResult figure =
          mvc.get().uri(location + "?figure=contrast").header("Accept", accept).exchange();
      assertThat(figure).hasStatusOk();
      assertThat(figure.getResponse().getContentType()).isEqualTo("image/svg+xml");
      assertThat(body(figure)).startsWith("<svg").contains("writer", "gated", "plain");
    }
    assertThat(mvc.get().uri(location + "?figure=depth"))
        .hasStatus(400)
        .bodyJson()
        .extractingPath("$.error.param")
        .isEqualTo("figure");

    MvcTestResult list = mvc.get().uri("/v1/gradient-reports/contrasts?limit=1").exchange();
    assertThat(list)
        .bodyJson()
        .extractingPath("$.data[0].id")
        .isEqualTo(location.substring(PATH.length()));
    assertThat(list)
        .bodyJson()
        .extractingPath("$.data[0].variants")
        .asArray()
        .containsExactly("plain", "gated");
    assertThat(mvc.delete().uri(location)).hasStatusOk();
    assertThat(mvc.get().uri(location)).hasStatus(404);
  }

  @Test
  void create_moreThanAreRetained_forgetsTheOldest() {
    String first = String.valueOf(ask("1", "[4]").getResponse().getHeader("Location"));
    ask("1", "[4]");
    assertThat(mvc.get().uri(first)).hasStatusOk();
    ask("1", "[4]");
    assertThat(mvc.get().uri(first)).hasStatus(404);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "null | [4] | subject | found null",
        "5 | [4] | subject | from 0 to 4 or a token of the input, found 5",
        "-1 | [4] | subject | found -1",
        "1.5 | [4] | subject | found 1.5",
        "true | [4] | subject | found true",
        "'cat' | [4] | subject | found \"cat\"",
        "'the' | [4] | subject | found \"the\" at the positions [0, 3]",
        "1 | [4, 9] | attractors[1] | from 0 to 4",
        "1 | [null] | attractors[0] | found null",
        "1 | ['writer'] | attractors[0] | found position 1 twice",
        "1 | [4, 'books'] | attractors[1] | found position 4 twice"
      })
  void create_wrongPlace_saysWhatWasExpected(
      String subject, String attractors, String param, String detail) {
    assertProblem(ask(subject, attractors), 400, "invalid_value", param, detail);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'input': null | 400 | invalid_value | input | found neither",
        "'input': {'text': 'the', 'tokens': ['the']} | 400 | invalid_value | input | found both",
        "'input': {'text': ''} | 400 | invalid_value | input.text | variants[0] (plain)",
        "'input': {'text': 'the cat'} | 422 | unknown_symbol | input.text | \"cat\" at position 1",
        "'input': {'text': 'the of the of the of the of the'} | 400 | limit_exceeded | input.text |"
            + " carousel.contrasts.max-tokens",
        "'input': {'tokens': ['the']} | 400 | invalid_value | input.tokens | type word",
        "'contrast': null | 400 | invalid_value | contrast | expected an object",
        "'contrast': {'expected': 'is'} | 400 | invalid_value | contrast.other | found null",
        "'contrast': {'other': 'is'} | 400 | invalid_value | contrast.expected | found null",
        "'contrast': {'expected': 'is', 'other': 'is'} | 400 | invalid_value | contrast.other |"
            + " found \"is\" twice",
        "'contrast': {'expected': 'is', 'other': 'old'} | 422 | unknown_symbol | contrast.other |"
            + " variants[0] (plain): contrast.other: expected one of the 12 symbols",
        "'variants': [] | 400 | invalid_value | variants | at least 1",
        "'variants': [null] | 400 | invalid_value | variants[0] | found null",
        "'variants': [{'name': 'a'}] | 400 | invalid_value | variants[0].model | found null",
        "'variants': [{'name': 'a', 'model': 'x'}] | 404 | not_found | variants[0].model | 'x'",
        "'variants': [{'model': 'RNN'}] | 400 | invalid_value | variants[0].name | found null",
        "'variants': [{'name': 'a', 'model': 'RNN'}, {'name': 'a', 'model': 'RNN'}] | 400 |"
            + " invalid_value | variants[1].name | each name once",
        "'variants': [null, null, null, null] | 400 | limit_exceeded | variants |"
            + " carousel.contrasts.max-variants"
      })
  void create_wrong_saysWhereAndWhatWasExpected(
      String field, int status, String code, String param, String detail) {
    String variants = "'variants': [{'name': 'plain', 'model': 'RNN'}]";
    String input = "'input': {'text': 'the writer'}";
    String forms = "'contrast': {'expected': 'is', 'other': 'are'}";
    String body =
        "{%s, %s, %s, 'subject': 0}"
            .formatted(
                field.startsWith("'variants'") ? field : variants,
                field.startsWith("'input'") ? field : input,
                field.startsWith("'contrast'") ? field : forms);
    int before = store.newestFirst().size();
    assertProblem(post(body), status, code, param, detail);
    assertThat(store.newestFirst()).hasSize(before);
  }

  @Test
  void create_modelOfCharacters_splitsOtherwise() {
    Model characters =
        model(
            CellType.GRU,
            4,
            tokenizer(TokenizerType.CHAR, null, UnknownPolicy.REJECT, "the writer"));
    String variants = "[{'name': 'a', 'model': 'RNN'}, {'name': 'b', 'model': '%s'}]";
    assertProblem(
        post(
            "{'variants': %s, 'input': {'text': 'the'}, "
                    .formatted(variants.formatted(characters.id()))
                + "'contrast': {'expected': 'is', 'other': 'are'}, 'subject': 0}"),
        422,
        "unknown_symbol",
        "contrast.expected",
        "(type char), found \"is\"");
    Model letters =
        model(
            CellType.GRU,
            4,
            tokenizer(TokenizerType.EVENT, null, UnknownPolicy.REJECT, "the. writer. is are"));
    Model punctuated =
        model(
            CellType.GRU,
            4,
            tokenizer(TokenizerType.WORD, null, UnknownPolicy.REJECT, "the. writer. is are"));
    assertProblem(
        post(
            "{'variants': [{'name': 'a', 'model': '%s'}, {'name': 'b', 'model': '%s'}], "
                    .formatted(letters.id(), punctuated.id())
                + "'input': {'text': 'the.'}, 'contrast': {'expected': 'is', 'other': 'are'},"
                + " 'subject': 0}"),
        400,
        "invalid_value",
        "variants[1].model",
        "same tokens as variants[0] (a), found 2 tokens instead of 1");
  }

  @Test
  void create_modelTooBigOrNotFinite_isRefused() {
    Model big = model(CellType.LSTM, 200, words(SENTENCES));
    assertProblem(
        post(
            "{'variants': [{'name': 'big', 'model': '%s'}], %s}"
                .formatted(big.id(), ASKED.formatted("1", "[4]"))),
        422,
        "out_of_memory_budget",
        "variants[0].model",
        "carousel.reports.max-bytes");
    Tokenizer tokenizer = words(SENTENCES);
    Architecture architecture = rnn.architecture();
    Parameters broken = Parameters.initialize(architecture, tokenizer.vocabulary().size(), 1);
    broken.values()[3] = Float.NaN;
    Model sick = models.save(null, architecture, tokenizer, broken, rnn.provenance());
    assertProblem(
        post(
            "{'variants': [{'name': 'sick', 'model': '%s'}], %s}"
                .formatted(sick.id(), ASKED.formatted("1", "[4]"))),
        422,
        "non_finite_weights",
        "variants[0].model",
        "embedding.weight");
  }

  private static LogitContrast exact(Model model, String text) {
    Tokenizer tokenizer = model.tokenizer();
    return LogitContrast.of(
        new ModelWeights(DoubleWeights.of(model.parameters())),
        tokenizer.encode(text),
        tokenizer.vocabulary().idOf("is").orElseThrow(),
        tokenizer.vocabulary().idOf("are").orElseThrow());
  }

  private static void assertProblem(
      MvcTestResult result, int status, String code, String param, String detail) {
    assertThat(result).bodyJson().extractingPath("$.error.code").isEqualTo(code);
    assertThat(result).bodyJson().extractingPath("$.error.param").isEqualTo(param);
    assertThat(result).bodyJson().extractingPath("$.detail").asString().contains(detail);
    assertThat(result).hasStatus(status);
  }

  private static Double[] boxed(double[] values) {
    return Arrays.stream(values).boxed().toArray(Double[]::new);
  }

  private static JsonNode json(MvcTestResult result) {
    return TestStorage.mapper().readTree(body(result));
  }

  private static String body(MvcTestResult result) {
    try {
      return result.getResponse().getContentAsString(UTF_8);
    } catch (java.io.UnsupportedEncodingException e) {
      throw new AssertionError(e);
    }
  }
}
