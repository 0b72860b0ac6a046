package io.carousel.reports;

import static org.assertj.core.api.Assertions.assertThat;

import io.carousel.SliceEngine;
import io.carousel.http.HttpSlice;
import io.carousel.reports.page.StandaloneAssert;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.webmvc.test.autoconfigure.WebMvcTest;
import org.springframework.context.annotation.Import;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.assertj.MvcTestResult;

@WebMvcTest(
    controllers = ReportController.class,
    properties = {
      "carousel.reports.max-sequence-length=64",
      "carousel.reports.max-batch-size=16",
      "carousel.reports.max-bytes=16MB"
    })
@HttpSlice
@Import({ReportParts.class, ReportControllerTest.Engine.class})
class ReportControllerTest {
  private static final String INPUT = "'input': {'text': '" + "the cat sat. ".repeat(10) + "'}";

  @TempDir private static Path directory;

  static class Engine extends SliceEngine {
    Engine() {
      super(directory);
    }
  }

  @Autowired private MockMvcTester mvc;

  private MvcTestResult post(String body) {
    return mvc.post()
        .uri("/v1/gradient-reports")
        .contentType(MediaType.APPLICATION_JSON)
        .content(body.replace('\'', '"'))
        .exchange();
  }

  @Test
  void create_halfOrthogonalRnn_is201AndVanishes() {
    MvcTestResult result =
        post(
            """
            {"architecture": {"cell": "rnn", "hidden_size": 8,
              "initialization": {"recurrent": "orthogonal", "recurrent_gain": 0.5}},
             "sequence_length": 32, "batch_size": 3, %s}
            """
                .formatted(INPUT));
    assertThat(result).hasStatus(201);
    String location = result.getResponse().getHeader("Location");
    assertThat(location).startsWith("/v1/gradient-reports/report-");
    assertThat(result).bodyJson().extractingPath("$.verdicts[0].code").isEqualTo("VANISHING_TIME");
    assertThat(result).bodyJson().extractingPath("$.batch_size").isEqualTo(3);
    assertThat(result).bodyJson().extractingPath("$.lag_matrix.layers").asArray().isNotEmpty();
    assertThat(mvc.get().uri(String.valueOf(location)))
        .hasStatusOk()
        .bodyText()
        .isEqualTo(body(result));
  }

  @Test
  void create_allParts_areThereWithTheNamesOfInclude() {
    String names =
        "jacobian, lyapunov, carousel, gates, depth, context, clipping, state_gradient, bound";
    MvcTestResult result =
        post(
            "{'architecture': {'hidden_size': 4, 'layers': 2}, 'sequence_length': 16,"
                + " 'learning_rate': 0.5, 'clipping_threshold': 0.25, 'truncation': 4,"
                + (" 'include': ['" + names.replace(", ", "', '") + "'], ")
                + INPUT
                + "}");
    assertThat(result).hasStatus(201);
    for (String name : names.split(", ")) {
      assertThat(result).bodyJson().extractingPath("$." + name).isNotNull();
    }
    assertThat(result).bodyJson().extractingPath("$.lyapunov.layers[1].state_size").isEqualTo(8);
    assertThat(result).bodyJson().extractingPath("$.clipping.learning_rate").isEqualTo(0.5);
    assertThat(result).bodyJson().extractingPath("$.clipping.threshold").isEqualTo(0.25);
    assertThat(result).bodyJson().extractingPath("$.gates.layers[5].gate").isEqualTo("f");
    assertThat(result).bodyJson().extractingPath("$.parameters").isNull();
  }

  @Test
  void create_synthetic_onlyScoredSymbolsAreLossSources() {
    MvcTestResult result =
        post(
            "{'architecture': {'hidden_size': 4}, 'batch_size': 3,"
                + " 'input': {'synthetic': 'temporal-order', 'length': 20}}");
    assertThat(result).hasStatus(201);
    assertThat(result).bodyJson().extractingPath("$.sequence_length").isEqualTo(20);
    assertThat(result).bodyJson().extractingPath("$.scored_predictions").isEqualTo(3);
    String mean = "$.lag_matrix.layers[0].mean";
    assertThat(result).bodyJson().extractingPath(mean + "[18][0]").isNull();
    assertThat(result).bodyJson().extractingPath(mean + "[19][0]").isNotNull();
    assertThat(result).bodyJson().extractingPath(mean + "[19][19]").isNotNull();
    String location = String.valueOf(result.getResponse().getHeader("Location"));
    assertThat(mvc.get().uri(location).accept(MediaType.TEXT_HTML)).hasStatusOk();
    for (String figure :
        new String[] {"lag-profile", "lag-matrix", "depth", "context", "clipping"}) {
      assertThat(mvc.get().uri(location + "?figure=" + figure).accept("image/svg+xml"))
          .hasStatusOk();
    }
  }

  @Test
  void create_include_leavesTheOthersNull() {
    MvcTestResult result =
        post(
            "{'architecture': {'hidden_size': 4}, 'sequence_length': 8, 'include': ['bound'], "
                + INPUT
                + "}");
    assertThat(result).bodyJson().extractingPath("$.bound").isNotNull();
    assertThat(result).bodyJson().hasPath("$.lag_matrix");
    assertThat(result).bodyJson().extractingPath("$.lag_matrix").isNull();
    assertThat(result).bodyJson().extractingPath("$.verdicts").isNull();
  }

  @Test
  void create_sequenceOfEvents_isMeasured() {
    MvcTestResult result =
        post(
            "{'architecture': {'hidden_size': 4}, 'sequence_length': 3,"
                + " 'input': {'tokens': ['a', 'b', 'a', 7, 'a']}}");
    assertThat(result).hasStatus(201);
    assertThat(result).bodyJson().extractingPath("$.tokenizer").isEqualTo("event");
    assertThat(result).bodyJson().extractingPath("$.vocabulary_size").isEqualTo(3);
  }

  @Test
  void delete_thenGet_is404() {
    MvcTestResult made =
        post("{'architecture': {'hidden_size': 4}, 'sequence_length': 4, " + INPUT + "}");
    String location = String.valueOf(made.getResponse().getHeader("Location"));
    assertThat(mvc.get().uri("/v1/gradient-reports?limit=1"))
        .bodyJson()
        .extractingPath("$.data[0].id")
        .isEqualTo(location.substring(location.lastIndexOf('/') + 1));
    assertThat(mvc.delete().uri(location)).hasStatusOk();
    assertThat(mvc.get().uri(location)).hasStatus(404);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "| | application/json",
        "*/* | | application/json",
        "application/json | | application/json",
        "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8 | |"
            + " text/html;charset=UTF-8",
        "text/html;q=0.5, application/json | | application/json",
        "image/svg+xml | ?figure=lag-profile | image/svg+xml",
        "image/avif,image/webp,image/*,*/*;q=0.8 | ?figure=lag-matrix | image/svg+xml",
        "*/* | ?figure=lag-profile | image/svg+xml",
        "application/json | ?figure=lag-profile | application/json"
      })
  void get_accept_decidesWhatIsAnswered(String accept, String query, String contentType) {
    String location = created("");
    var request = mvc.get().uri(location + (query == null ? "" : query));
    MvcTestResult result =
        accept == null ? request.exchange() : request.header("Accept", accept).exchange();
    assertThat(result).hasStatusOk();
    assertThat(result.getResponse().getContentType()).isEqualTo(contentType);
    assertThat(result.getResponse().getHeader("Vary")).contains("Accept");
  }

  @Test
  void get_html_standsAloneAndSaysWhatTheReportSays() throws Exception {
    MvcTestResult page = mvc.get().uri(created("")).accept(MediaType.TEXT_HTML).exchange();
    assertThat(page).hasStatusOk();
    StandaloneAssert.assertStandalone(body(page));
    assertThat(body(page))
        .contains("VANISHING_TIME", "&quot;forget_bias&quot;", "production_gradient", "uPlot")
        .contains("<svg", "How to read this");
    assertThat(page.getResponse().getHeader("Content-Security-Policy"))
        .contains("default-src 'none'", "frame-ancestors 'none'");
    assertThat(page.getResponse().getHeader("X-Content-Type-Options")).isEqualTo("nosniff");
  }

  @Test
  void get_htmlOfAFewParts_showsThoseOnly() throws Exception {
    MvcTestResult page =
        mvc.get().uri(created(", 'include': ['bound']")).accept(MediaType.TEXT_HTML).exchange();
    assertThat(page).hasStatusOk();
    StandaloneAssert.assertStandalone(body(page));
    assertThat(body(page))
        .contains("Bound", "not asked for verdicts", "not asked for a part that is drawn")
        .doesNotContain("<svg", "production_gradient");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "?figure=pie | 400 | invalid_value",
        "? | 400 | invalid_value",
        "?figure=lag-matrix | 422 | part_not_included",
        "?figure=carousel | 422 | part_not_available"
      })
  void get_figureThatIsNotThere_isAProblem(String query, int status, String code) {
    String location = created(", 'include': ['lag_profile', 'carousel']");
    MvcTestResult result =
        mvc.get().uri(location + query).header("Accept", "image/svg+xml").exchange();
    assertThat(result).bodyJson().extractingPath("$.error.code").isEqualTo(code);
    assertThat(result).bodyJson().extractingPath("$.error.param").isEqualTo("figure");
    assertThat(result).hasStatus(status);
    if (status == 400) {
      assertThat(result)
          .bodyJson()
          .extractingPath("$.detail")
          .asString()
          .contains("lag-profile, lag-matrix, gates, spectrum, depth");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"lag-profile", "lag-matrix", "gates", "spectrum", "depth", "context", "clipping"})
  void get_figure_isAPictureThatRunsNothing(String figure) {
    MvcTestResult result =
        mvc.get()
            .uri(created("") + "?figure=" + figure)
            .header("Accept", "image/svg+xml")
            .exchange();
    assertThat(result).hasStatusOk();
    assertThat(body(result)).startsWith("<svg").doesNotContain("<script");
    assertThat(result.getResponse().getHeader("Content-Security-Policy"))
        .contains("default-src 'none'");
  }

  @Test
  void get_whatNoReportIs_is406() {
    assertThat(mvc.get().uri("/v1/gradient-reports/report-1").accept(MediaType.APPLICATION_PDF))
        .hasStatus(406);
  }

  private String created(String fields) {
    MvcTestResult made =
        post(
            "{'architecture': {'cell': 'rnn', 'hidden_size': 6, 'initialization':"
                + " {'recurrent': 'orthogonal', 'recurrent_gain': 0.5}}, 'sequence_length': 24,"
                + " 'batch_size': 3, "
                + INPUT
                + fields
                + "}");
    assertThat(made).hasStatus(201);
    return String.valueOf(made.getResponse().getHeader("Location"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'input': {'text': 'abab'} | 400 | invalid_value | model",
        "'model': 'x', 'architecture': {} | 400 | invalid_value | model",
        "'model': 'x', 'input': {'text': 'abab'} | 404 | not_found | model",
        "'architecture': {} | 400 | invalid_value | input",
        "'architecture': {}, 'input': {'text': 'a', 'file': 'b'} | 400 | invalid_value | input",
        "'architecture': {}, 'input': {'file': 'file-0'} | 404 | not_found | input.file",
        "'architecture': {}, 'input': {'synthetic': 'copy', 'order': 1} | 400 | invalid_value |"
            + " input.order",
        "'architecture': {}, 'input': {'synthetic': 'copy'}, 'sequence_length': 30 | 422 |"
            + " window_too_short | input.synthetic",
        "'architecture': {}, 'input': {'text': 'abab'} | 422 | corpus_too_short | input.text",
        "'architecture': {}, 'input': {'text': ''} | 422 | vocabulary_too_small | input.text",
        "'architecture': {}, 'input': {'text': 'aaaaaaaa'} | 422 | vocabulary_too_small | input.text",
        "'architecture': {}, 'include': ['nope'], 'input': {'text': 'abab'} | 400 |"
            + " invalid_value | include[0]",
        "'architecture': {}, 'include': ['bound', null], 'input': {'text': 'abab'} | 400 |"
            + " invalid_value | include[1]",
        "'architecture': {}, 'sequence_length': 65, 'input': {'text': 'a'} | 400 |"
            + " limit_exceeded | sequence_length",
        "'architecture': {}, 'batch_size': 0, 'input': {'text': 'a'} | 400 | invalid_value |"
            + " batch_size",
        "'architecture': {}, 'required_lag': 0, 'input': {'text': 'a'} | 400 | invalid_value |"
            + " required_lag",
        "'architecture': {}, 'truncation': 0, 'input': {'text': 'a'} | 400 | invalid_value |"
            + " truncation",
        "'architecture': {}, 'learning_rate': 0, 'input': {'text': 'a'} | 400 | invalid_value |"
            + " learning_rate",
        "'architecture': {}, 'clipping_threshold': -1, 'input': {'text': 'a'} | 400 |"
            + " invalid_value | clipping_threshold",
        "'architecture': {'hidden_size': 9000}, 'input': {'text': 'ab'} | 400 | limit_exceeded |"
            + " architecture.hidden_size",
        "'architecture': {'hidden_size': 512}, 'sequence_length': 2, 'input': {'text': 'ababab'} |"
            + " 422 | out_of_memory_budget | sequence_length"
      })
  void create_wrong_isAProblem(String fields, int status, String code, String param) {
    MvcTestResult result = post("{" + fields + "}");
    assertThat(result).bodyJson().extractingPath("$.error.code").isEqualTo(code);
    assertThat(result).bodyJson().extractingPath("$.error.param").isEqualTo(param);
    assertThat(result).hasStatus(status);
  }

  private static String body(MvcTestResult result) {
    try {
      return result.getResponse().getContentAsString(StandardCharsets.UTF_8);
    } catch (java.io.UnsupportedEncodingException e) {
      throw new AssertionError(e);
    }
  }
}
