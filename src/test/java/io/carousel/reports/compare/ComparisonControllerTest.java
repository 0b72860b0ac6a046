package io.carousel.reports.compare;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.carousel.SliceEngine;
import io.carousel.http.HttpSlice;
import io.carousel.reports.ReportParts;
import io.carousel.reports.page.StandaloneAssert;
import java.nio.file.Path;
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

@WebMvcTest(
    controllers = ComparisonController.class,
    properties = {
      "carousel.reports.max-sequence-length=64",
      "carousel.reports.max-bytes=16MB",
      "carousel.comparisons.max-variants=3"
    })
@HttpSlice
@EnableConfigurationProperties(ComparisonSettings.class)
@Import({
  ReportParts.class,
  ComparisonService.class,
  ComparisonStore.class,
  ComparisonControllerTest.Engine.class
})
class ComparisonControllerTest {
  private static final String PATH = "/v1/gradient-reports/comparisons/";
  private static final String INPUT = "'input': {'text': '" + "the cat sat. ".repeat(10) + "'}";

  @TempDir private static Path directory;

  static class Engine extends SliceEngine {
    Engine() {
      super(directory);
    }
  }

  @Autowired private MockMvcTester mvc;
  @Autowired private ComparisonStore store;

  private MvcTestResult post(String variants, String fields) {
    String body =
        "{'variants': %s, 'sequence_length': 24, 'batch_size': 3, %s%s}"
            .formatted(variants, INPUT, fields);
    return mvc.post()
        .uri("/v1/gradient-reports/compare")
        .contentType(MediaType.APPLICATION_JSON)
        .content(body.replace('\'', '"'))
        .exchange();
  }

  private static String variant(String name, String architecture) {
    return "{'name': '%s', 'architecture': {'hidden_size': 6, %s}}".formatted(name, architecture);
  }

  private static String twoCells() {
    return "[%s, %s]"
        .formatted(
            variant("dead", "'cell': 'rnn', 'initialization': {'recurrent_gain': 0.1}"),
            variant("open", "'cell': 'lstm', 'initialization': {'forget_bias': 5}"));
  }

  @Test
  void create_deadRnnAndOpenLstm_tellsThemApart() {
    MvcTestResult result = post(twoCells(), "");
    assertThat(result).hasStatus(201);
    assertThat(result)
        .bodyJson()
        .extractingPath("$.rows[*].name")
        .asArray()
        .containsExactly("dead", "open");
    assertThat(result)
        .bodyJson()
        .extractingPath("$.rows[0].verdict.code")
        .isEqualTo("VANISHING_TIME");
    assertThat(result)
        .bodyJson()
        .extractingPath("$.rows[1].verdicts")
        .asArray()
        .doesNotContain("VANISHING_TIME");
    assertThat(result).bodyJson().extractingPath("$.rows[0].state").isEqualTo("h");
    assertThat(result).bodyJson().extractingPath("$.rows[1].state").isEqualTo("c");
    assertThat(result)
        .bodyJson()
        .extractingPath("$.rows[0].lambda_1")
        .asNumber()
        .satisfies(lambda -> assertThat(lambda.doubleValue()).isNegative());
    // V = 8 symbols: 8·6 embedded, 2·6·6 + 2·6 in the cell, 6·8 + 8 projected
    assertThat(result).bodyJson().extractingPath("$.rows[0].parameters").isEqualTo(188);
    assertThat(result).bodyJson().extractingPath("$.profiles[0].log10_ratio").asArray().hasSize(24);

    String location = String.valueOf(result.getResponse().getHeader("Location"));
    assertThat(location).startsWith(PATH + "comparison-");
    assertThat(mvc.get().uri(location)).hasStatusOk().bodyText().isEqualTo(body(result));
  }

  @Test
  void get_asFigureAndPage_standsAlone() throws Exception {
    String hostile = "</script><script>alert(1)</script>";
    MvcTestResult made =
        post(
            "[%s, %s]".formatted(variant(hostile, "'cell': 'rnn'"), variant("b", "'cell': 'gru'")),
            "");
    assertThat(made).hasStatus(201);
    String location = String.valueOf(made.getResponse().getHeader("Location"));

    MvcTestResult page = mvc.get().uri(location).accept(MediaType.TEXT_HTML).exchange();
    assertThat(page).hasStatusOk();
    StandaloneAssert.assertStandalone(body(page));
    assertThat(body(page)).doesNotContain(hostile).contains("<svg", "VANISHING_TIME");

    MvcTestResult depth = mvc.get().uri(location + "?figure=depth").exchange();
    assertThat(depth.getResponse().getContentType()).isEqualTo("image/svg+xml");
    assertThat(body(depth)).contains("layers below the top").doesNotContain("<script");
    assertThat(mvc.get().uri(location + "?figure=gates").exchange())
        .hasStatus(400)
        .bodyJson()
        .extractingPath("$.detail")
        .isEqualTo("figure: expected lag-profile or depth, found \"gates\"");

    MvcTestResult figure = mvc.get().uri(location).header("Accept", "image/svg+xml").exchange();
    assertThat(figure).hasStatusOk();
    assertThat(figure.getResponse().getContentType()).isEqualTo("image/svg+xml");
    assertThat(body(figure)).startsWith("<svg").doesNotContain("<script");
  }

  @Test
  void delete_thenGet_is404_andTheListHasNamesAndReports() {
    String location = String.valueOf(post(twoCells(), "").getResponse().getHeader("Location"));
    MvcTestResult list = mvc.get().uri("/v1/gradient-reports/comparisons?limit=1").exchange();
    assertThat(list)
        .bodyJson()
        .extractingPath("$.data[0].id")
        .isEqualTo(location.substring(PATH.length()));
    assertThat(list)
        .bodyJson()
        .extractingPath("$.data[0].variants")
        .asArray()
        .containsExactly("dead", "open");
    assertThat(mvc.delete().uri(location)).hasStatusOk();
    assertThat(mvc.get().uri(location)).hasStatus(404);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "null | 400 | invalid_value | variants",
        "[] | 400 | invalid_value | variants",
        "[{'name': 'a', 'architecture': {}}] | 400 | invalid_value | variants",
        "[{'name': 'a', 'architecture': {}}, null] | 400 | invalid_value | variants[1]",
        "[{'name': 'a', 'architecture': {}}, {'name': 'a', 'architecture': {}}] | 400 |"
            + " invalid_value | variants[1].name",
        "[{'name': 'a', 'architecture': {}}, {'architecture': {}}] | 400 | invalid_value |"
            + " variants[1].name",
        "[{'name': 'a', 'architecture': {}}, {'name': ' ', 'architecture': {}}] | 400 |"
            + " invalid_value | variants[1].name",
        "[{'name': 'a'}, {'name': 'b', 'architecture': {}}] | 400 | invalid_value |"
            + " variants[0].model",
        "[{'name': 'a', 'architecture': {'hidden_size': 4}}, {'name': 'b', 'model': 'x'}] | 404 | not_found |"
            + " variants[1].model",
        "[{'name': 'a', 'architecture': {'hidden_size': 4}}, {'name': 'b', 'architecture':"
            + " {'hidden_size': -1}}] | 400 | invalid_value | variants[1].architecture.hidden_size",
        "[{'name': 'a', 'architecture': {'hidden_size': 4}}, {'name': 'b', 'architecture':"
            + " {'hidden_size': 900}}] | 422 | out_of_memory_budget | variants[1].sequence_length",
        "[{'name': 'a', 'architecture': {}}, {'name': 'b', 'architecture': {}}, {'name': 'c',"
            + " 'architecture': {}}, {'name': 'd', 'architecture': {}}] | 400 | limit_exceeded |"
            + " variants"
      })
  void create_wrong_namesTheVariant(String variants, int status, String code, String param) {
    int before = store.newestFirst().size();
    MvcTestResult result = post(variants, "");
    assertThat(result).bodyJson().extractingPath("$.error.code").isEqualTo(code);
    assertThat(result).bodyJson().extractingPath("$.error.param").isEqualTo(param);
    assertThat(result).hasStatus(status);
    assertThat(store.newestFirst()).hasSize(before);
  }

  @Test
  void create_inputTooShort_namesTheInputAndTheVariant() {
    MvcTestResult result =
        mvc.post()
            .uri("/v1/gradient-reports/compare")
            .contentType(MediaType.APPLICATION_JSON)
            .content(
                "{'variants': %s, 'input': {'text': 'abab'}}"
                    .formatted(twoCells())
                    .replace('\'', '"'))
            .exchange();
    assertThat(result).hasStatus(422);
    assertThat(result).bodyJson().extractingPath("$.error.param").isEqualTo("input.text");
    assertThat(result)
        .bodyJson()
        .extractingPath("$.detail")
        .asString()
        .contains("variants[0] (dead)");
  }

  private static String body(MvcTestResult result) {
    try {
      return result.getResponse().getContentAsString(UTF_8);
    } catch (java.io.UnsupportedEncodingException e) {
      throw new AssertionError(e);
    }
  }
}
