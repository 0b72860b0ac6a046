package io.carousel.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.webmvc.test.autoconfigure.WebMvcTest;
import org.springframework.context.annotation.Import;
import org.springframework.http.MediaType;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.assertj.MvcTestResult;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

@WebMvcTest(controllers = ProbeController.class, properties = "carousel.limits.max-body-bytes=200B")
@Import(ProbeController.class)
@HttpSlice
@ExtendWith(OutputCaptureExtension.class)
class ProblemsTest {
  private static final TypeReference<Map<String, Object>> OBJECT = new TypeReference<>() {};

  @Autowired private MockMvcTester mvc;
  @Autowired private JsonMapper mapper;

  @Test
  void unmappedPath_anyMethod_is404() {
    assertProblem(mvc.get().uri("/nope").exchange(), 404, "no_such_path", null, "'/nope'");
    assertProblem(mvc.delete().uri("/nope").exchange(), 404, "no_such_path", null, "'/nope'");
  }

  @Test
  void method_wrong_is405WithAllow() {
    MvcTestResult result = mvc.delete().uri("/probe").exchange();
    assertProblem(
        result, 405, "method_not_allowed", null, "Expected the method POST, found DELETE.");
    assertThat(result).headers().hasValue("Allow", "POST");
  }

  @Test
  void contentType_wrong_is415() {
    assertProblem(
        mvc.post().uri("/probe").contentType("text/csv").content("a,b").exchange(),
        415,
        "unsupported_media_type",
        null,
        "expected application/json or application/*+json, found text/csv");
  }

  @Test
  void contentType_yaml_isNoOtherJson() {
    assertProblem(
        mvc.post().uri("/probe").contentType("application/yaml").content("cell: x").exchange(),
        415,
        "unsupported_media_type",
        null,
        "found application/yaml");
  }

  @Test
  void accept_nothingWeHave_is406InJson() {
    assertProblem(
        post("/probe", "{}", "text/xml"), 406, "not_acceptable", null, "application/json");
  }

  @Test
  void mediaTypes_thatAreNone_areSaidToBe() {
    assertProblem(
        mvc.post().uri("/probe").header("Content-Type", "nonsense").content("{}").exchange(),
        415,
        "unsupported_media_type",
        null,
        "found one that cannot be read");
    assertProblem(
        post("/probe", "{}", "nonsense"), 406, "not_acceptable", null, "cannot be read as such");
  }

  @Test
  void body_missing_is400() {
    assertProblem(
        mvc.post().uri("/probe").contentType(MediaType.APPLICATION_JSON).exchange(),
        400,
        "missing_body",
        null,
        "expected JSON, found nothing");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      textBlock =
          """
          {"inner":                                   | at line 1, column
          {"cell":"lstm","cell":"gru"}                | Duplicate
          {} {}                                       | expected its end after the first value
          {"inner":{"rate":NaN}}                      | NaN
          nonsense                                    | Unrecognized token
          """)
  void json_malformed_is400(String body, String detail) {
    assertProblem(post("/probe", body), 400, "malformed_json", null, detail);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      textBlock =
          """
          {"inner":{"batch_size":"12"}}      | inner.batch_size | expected an integer, found "12"
          {"inner":{"batch_size":1.5}}       | inner.batch_size | expected an integer, found
          {"inner":{"batch_size":true}}      | inner.batch_size | expected an integer, found true
          {"inner":{"rate":1}}               | inner.batch_size | expected an integer, found nothing
          {"inner":{"batch_size":null}}      | inner.batch_size | expected an integer, found null
          {"inner":{"batch_size":[1]}}       | inner.batch_size | expected an integer, found an array
          {"inner":{"batch_size":99999999999}} | inner.batch_size | an integer in its range, found 99999999999
          {"inner":{"rate":"0.1"}}           | inner.rate | expected a number, found "0.1"
          {"inner":{"rate":"NaN"}}           | inner.rate | expected a number, found "NaN"
          {"inner":{"rate":"Infinity"}}      | inner.rate | expected a number, found "Infinity"
          {"inner":{"rate":1e999}}           | inner.rate | expected a number in its range, found 1e999
          {"inner":{"rate":-1e999}}          | inner.rate | expected a number in its range, found -1e999
          {"inner":{"rate":null}}            | inner.rate | expected a number, found null
          {"inner":{"on":1}}                 | inner.on   | expected true or false, found
          {"inner":{"on":"true"}}            | inner.on   | expected true or false, found "true"
          {"inner":{"name":7}}               | inner.name | expected a string, found
          {"inner":[]}                       | inner      | expected an object, found an array
          {"inner":"x"}                      | inner      | expected an object, found
          {"inner":""}                       | inner      | expected an object, found
          {"cell":"LSTM"}                    | cell       | expected one of rnn, gru, lstm, mlp, conv, found "LSTM"
          {"cell":2}                         | cell       | expected one of rnn, gru, lstm, mlp, conv, found
          {"cell":""}                        | cell       | expected one of rnn, gru, lstm, mlp, conv, found
          {"sizes":3}                        | sizes      | expected an array, found
          {"sizes":[1,"2"]}                  | sizes[1]   | expected an integer, found "2"
          """)
  void field_wrongType_is400WithItsPath(String body, String param, String detail) {
    assertProblem(post("/probe", body), 400, "wrong_type", param, param + ": ");
    assertProblem(post("/probe", body), 400, "wrong_type", param, detail);
  }

  @Test
  void body_wrongType_is400() {
    assertProblem(
        post("/probe", "[]"), 400, "wrong_type", null, "expected an object, found an array");
  }

  @Test
  void field_unknown_is400WithTheKnownOnes() {
    assertProblem(
        post("/probe", "{\"inner\":{\"batch_size\":1,\"rate\":0,\"on\":true,\"batchSize\":1}}"),
        400,
        "unknown_field",
        "inner.batchSize",
        "inner.batchSize: unknown field; expected one of batch_size, rate, on, name");
  }

  @Test
  void validation_failed_is400InSnakeCase() {
    assertProblem(
        post("/probe", "{\"percent_rate\":101}"),
        400,
        "invalid_value",
        "percent_rate",
        "percent_rate: must be less than or equal to 100, found 101");
  }

  @Test
  void specification_invalid_is400WithItsField() {
    assertProblem(
        mvc.get().uri("/probe/specification").exchange(),
        400,
        "invalid_value",
        "layers",
        "layers: expected at least 1, found 0");
  }

  @Test
  void specification_invalidInsideJson_is400WithItsField() {
    assertProblem(
        post(
            "/probe/architecture",
            """
            {"layers":0,"hidden_size":1,"embedding_size":1,"dropout":0,"tie_weights":false,
             "context_size":8,"kernel_size":2,"max_dilation":64}\
            """),
        400,
        "invalid_value",
        "layers",
        "layers: expected at least 1, found 0");
  }

  @ParameterizedTest
  @CsvSource({"/probe/bug", "/probe/failure", "/probe/error"})
  void failure_ofOurs_is500AndTellsNothing(String path) {
    assertProblem(mvc.get().uri(path).exchange(), 500, "internal_error", null, "failed to answer");
  }

  @Test
  void parameter_enumThatIsNone_is400() {
    assertThat(mvc.get().uri("/probe/cells?cell=gru")).bodyJson().isEqualTo("[\"gru\"]");
    assertProblem(
        mvc.get().uri("/probe/cells?cell=tree").exchange(),
        400,
        "invalid_value",
        "cell",
        "cell: expected one of rnn, gru, lstm, mlp, conv, found \"tree\"");
    assertProblem(
        mvc.get().uri("/probe/cells").exchange(), 400, "missing_parameter", "cell", "found none");
  }

  @Test
  void bodyTooLarge_announcedOrNot_is413() {
    String body = "{\"inner\":" + " ".repeat(300) + "null}";
    assertProblem(
        post("/probe", body),
        413,
        "body_too_large",
        null,
        "at most 200 bytes (the setting carousel.limits.max-body-bytes), found 314");
    MvcTestResult unannounced =
        mvc.post()
            .uri("/probe")
            .with(request ->
                new MockHttpServletRequest() {
                  {
                    setMethod("POST");
                    setRequestURI("/probe");
                    setContentType("application/json");
                    setContent(body.getBytes(UTF_8));
                  }

                  @Override
                  public long getContentLengthLong() {
                    return -1;
                  }

                  @Override
                  public int getContentLength() {
                    return -1;
                  }
                })
            .exchange();
    assertProblem(
        unannounced,
        413,
        "body_too_large",
        null,
        "at most 200 bytes (the setting carousel.limits.max-body-bytes), found at least");
  }

  @Test
  void nullField_inAnswer_isPresent() {
    assertThat(post("/probe", "{\"cell\":\"gru\"}"))
        .hasStatusOk()
        .bodyText()
        .isEqualTo("{\"inner\":null,\"cell\":\"gru\",\"sizes\":null,\"percent_rate\":null}");
  }

  @Test
  void number_notFinite_isNull() {
    assertThat(mvc.get().uri("/probe/numbers"))
        .bodyText()
        .isEqualTo("[null,null,0.5,[1.0,null],[0.1,null]]");
  }

  private MvcTestResult post(String uri, String body) {
    return post(uri, body, "application/json");
  }

  private MvcTestResult post(String uri, String body, String accept) {
    return mvc.post()
        .uri(uri)
        .contentType(MediaType.APPLICATION_JSON)
        .header("Accept", accept)
        .content(body)
        .exchange();
  }

  @ParameterizedTest
  @ValueSource(strings = {"write", "model", "quota", "spool"})
  void storageFull_isSaidToBe(String how) {
    MvcTestResult result = mvc.get().uri("/probe/full-disk?how=" + how).exchange();
    assertProblem(result, 507, "storage_full", null, "The storage is full");
    assertThat(result).bodyText().doesNotContain("secret");
  }

  /** Whatever the request was: an upload that cannot be spooled is not a malformed one. */
  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "read-only,'read-only file system'",
        "denied,'permission denied'",
        "write,'input/output error'",
        "spool,'read-only file system'",
        "location,that it fails",
        "directory,that it fails",
        "other,that it fails"
      })
  void storageThatFails_isSaidTo_withTheReasonAndWithoutThePath(
      String how, String reason, CapturedOutput output) {
    MvcTestResult result = mvc.get().uri("/probe/broken-disk?how=" + how).exchange();
    assertProblem(
        result, 503, "storage_unavailable", null, "The storage cannot be used: expected to read");
    assertThat(result).bodyText().contains("found " + reason);
    assertThat(result).headers().containsHeader("Retry-After");
    assertThat(output)
        .contains("ERROR", "GET /probe/broken-disk failed at the storage (storage_unavailable)");
  }

  @Test
  void file_deletedMeanwhile_isNotAFaultOfTheStorage() {
    assertProblem(
        mvc.get().uri("/probe/deleted").exchange(), 404, "no_such_path", null, "nothing at");
  }

  private void assertProblem(
      MvcTestResult result, int status, String code, @Nullable String param, String detail) {
    assertThat(result).hasStatus(status).hasContentType("application/problem+json");
    String text = new String(result.getResponse().getContentAsByteArray(), UTF_8);
    assertThat(text)
        .doesNotContain("io.carousel", "tools.jackson", "java.", "Exception", "secret", "Secret");
    Map<String, Object> body = mapper.readValue(text, OBJECT);
    assertThat(body.keySet())
        .containsExactlyInAnyOrderElementsOf(
            List.of("type", "title", "status", "detail", "instance", "error"));
    assertThat(body.get("status")).isEqualTo(status);
    assertThat((String) body.get("detail")).contains(detail);
    assertThat((String) body.get("instance")).isEqualTo(result.getRequest().getRequestURI());
    Map<String, Object> error = mapper.convertValue(body.get("error"), OBJECT);
    assertThat(error.keySet())
        .containsExactlyInAnyOrderElementsOf(List.of("message", "type", "param", "code"));
    assertThat(error.get("message")).isEqualTo(body.get("detail"));
    assertThat(error.get("type"))
        .isEqualTo(status >= 500 ? "server_error" : "invalid_request_error");
    assertThat(error.get("code")).isEqualTo(code);
    assertThat(error.get("param")).isEqualTo(param);
  }
}
