package io.carousel.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.carousel.engine.gradient.report.Verdict;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What only a real server shows: bytes on the wire, errors that never reach Spring, uploads. */
@SpringBootTest(
    webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
    properties = {
      "carousel.limits.max-file-bytes=100KB",
      "carousel.limits.max-model-bytes=150KB",
      "carousel.limits.max-body-bytes=1KB"
    })
@Import(ProbeController.class)
@ExtendWith(OutputCaptureExtension.class)
class ContainerTest {
  @TempDir static Path directory;

  @LocalServerPort private int port;
  @Autowired private JsonMapper mapper;

  @DynamicPropertySource
  static void storage(DynamicPropertyRegistry registry) {
    registry.add("carousel.storage.directory", () -> directory);
  }

  private record Reply(int status, String head, String body) {}

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          GARBAGE                         | 400
          GET /a¦b HTTP/1.1               | 400
          GET /%zz HTTP/1.1               | 400
          GET /v1/models/%2e%2e%2fx HTTP/1.1 | 400
          GET /v1/files HTTP/9.9          | 505
          TRACE /v1/files HTTP/1.1        | 405
          GET /nope HTTP/1.1              | 404
          DELETE /v1/files HTTP/1.1       | 405
          """)
  void request_refusedAnywhere_isAProblem(String line, int status) throws IOException {
    assertProblem(
        send(line.replace('¦', '|') + "\r\nHost: x\r\nConnection: close\r\n\r\n"), status);
  }

  @Test
  void pathThatIsNotThere_leavesNothingInTheLog(CapturedOutput output) throws IOException {
    int before = output.getAll().length();
    for (String path : List.of("/wp-login.php", "/v1/nothing", "/actuator/env")) {
      assertProblem(send(get(path, "Connection: close")), 404);
    }
    assertThat(output.getAll().substring(before)).doesNotContain("WARN", "ERROR", "wp-login");
  }

  private static String get(String path, String... headers) {
    return request("GET", path, headers);
  }

  private static String request(String method, String path, String... headers) {
    return method
        + " "
        + path
        + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
        + String.join("", Arrays.stream(headers).map(header -> header + "\r\n").toList())
        + "\r\n";
  }

  private void assertLimit(Reply reply, int status, String code, String detail) {
    assertProblem(reply, status);
    JsonNode problem = mapper.readTree(reply.body());
    assertThat(problem.at("/error/code").asString()).isEqualTo(code);
    assertThat(problem.get("detail").asString()).contains(detail);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          GET /v1/files?=                 |                         | 400 | malformed_query
          GET /v1/files?a=%zz             |                         | 400 | malformed_query
          GET /v1/files?%                 |                         | 400 | malformed_query
          GET /v1/files                   | Accept: */json          | 406 | not_acceptable
          POST /v1/models/x/scores        | Content-Type: */*       | 415 | unsupported_media_type
          GET /v1/gradient-reports/comparisons | Accept: image/svg+xml | 406 | not_acceptable
          GET /v1/gradient-reports/contrasts   | Accept: text/html  | 406 | not_acceptable
          """)
  void request_thatTheFrameworkCannotRead_isTheClientsProblem(
      String line, @Nullable String header, int status, String code) throws IOException {
    Reply reply =
        send(
            line
                + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 2\r\n"
                + (header == null ? "" : header + "\r\n")
                + "\r\n{}");
    assertProblem(reply, status);
    assertThat(reply.body()).contains(code);
  }

  @Test
  void download_ofARange_isThatRangeOrAProblem() throws IOException {
    String id =
        mapper
            .readTree(send(upload("/v1/files", "b", "range", "0123456789", false)).body())
            .get("id")
            .asString();
    String get =
        "GET /v1/files/" + id + "/content HTTP/1.1\r\nHost: x\r\nConnection: close\r\nRange: ";
    Reply part = send(get + "bytes=2-4\r\n\r\n");
    assertThat(part.status()).isEqualTo(206);
    assertThat(part.body()).isEqualTo("234");
    for (String range : List.of("bytes=abc", "bytes=10-", "bytes=5-2", "")) {
      assertProblem(send(get + range + "\r\n\r\n"), 416);
    }
  }

  /** Chunks without the last one: no client takes them for the whole answer. */
  @Test
  void answer_thatFailsInTheMiddle_isBrokenOff() throws IOException {
    Reply reply = send("GET /probe/half HTTP/1.1\r\nHost: x\r\n\r\n");
    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.head()).containsIgnoringCase("transfer-encoding: chunked");
    assertThat(reply.body()).isNotEmpty().doesNotEndWith("\r\n0\r\n\r\n");
  }

  @Test
  void requestLineAndHeaders_overALimit_nameTheSetting() throws IOException {
    String size = "at most 8192 bytes";
    assertLimit(send(get("/" + "x".repeat(10_000))), 414, "uri_too_long", size);
    assertLimit(send(get("/v1/files?x=" + "x".repeat(10_000))), 414, "uri_too_long", size);
    assertLimit(send(get("/v1/files", "X: " + "x".repeat(10_000))), 431, "headers_too_large", size);
    String[] many = new String[101];
    Arrays.setAll(many, i -> "X-" + i + ": 1");
    Reply reply = send(get("/v1/files", many));
    assertLimit(reply, 431, "too_many_headers", "at most 100 (the setting carousel.limits.max-");
  }

  @Test
  void parametersAndParts_overALimit_nameTheSetting() throws IOException {
    String query = "a&".repeat(1001);
    assertLimit(
        send(get("/v1/files?" + query)),
        400,
        "too_many_parameters",
        "at most 1000 (the setting server.tomcat.max-parameter-count)");
    assertLimit(send(get("/v1/files?limit=%zz")), 400, "malformed_query", "hexadecimal");
    String part = "--b\r\nContent-Disposition: form-data; name=\"x\"\r\n\r\n1\r\n";
    assertLimit(
        send(multipart(part.repeat(11))),
        413,
        "too_many_parts",
        "at most 10 (the setting server.tomcat.max-part-count)");
    String long_ = part.replace("\r\n\r\n", "\r\nX: " + "x".repeat(600) + "\r\n\r\n");
    assertLimit(
        send(multipart(long_)),
        413,
        "part_headers_too_large",
        "at most 512 bytes (the setting server.tomcat.max-part-header-size)");
  }

  private static String multipart(String parts) {
    String body = parts + "--b--\r\n";
    return "POST /v1/files HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
        + "Content-Type: multipart/form-data; boundary=b\r\nContent-Length: "
        + body.length()
        + "\r\n\r\n"
        + body;
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /v1/files, 200",
    "GET, /v1/files/none, 404",
    "GET, /none, 404",
    "POST, /v1/training/jobs, 400",
    "DELETE, /v1/files, 405",
    "TRACE, /v1/files, 405",
    "GET, /%zz, 400",
    "GET, /actuator/health, 200",
    "GET, /actuator/prometheus, 200",
    "GET, /actuator/info, 200",
    "GET, /actuator/env, 404",
    "GET, /v3/api-docs, 200"
  })
  void everyAnswer_tellsABrowserToKeepOut(String method, String path, int status)
      throws IOException {
    Reply reply = send(request(method, path));
    assertThat(reply.status()).isEqualTo(status);
    assertThat(headers(reply))
        .contains(
            "x-content-type-options: nosniff",
            "x-frame-options: deny",
            "referrer-policy: no-referrer",
            "cache-control: no-store",
            "content-security-policy: default-src 'none'; frame-ancestors 'none'");
  }

  private static List<String> headers(Reply reply) {
    return reply.head().toLowerCase(java.util.Locale.ROOT).lines().skip(1).toList();
  }

  /** What a resource says of itself stands alone: of two policies a browser obeys both. */
  @Test
  void pages_haveOnePolicy_whichLetsThemWork() throws IOException {
    Reply ui = send(get("/swagger-ui/index.html"));
    assertThat(ui.status()).isEqualTo(200);
    assertThat(headers(ui))
        .filteredOn(header -> header.startsWith("content-security-policy:"))
        .singleElement()
        .asString()
        .contains("script-src 'self';", "connect-src 'self'", "frame-ancestors 'none'");
    assertThat(ui.body()).doesNotContain("<script>").contains("<script src=\"./");
    String report =
        "{\"architecture\": {\"hidden_size\": 4}, \"input\": {\"synthetic\": \"reber\"},"
            + " \"sequence_length\": 8, \"batch_size\": 1, \"include\": [\"bound\"]}";
    Reply made =
        send(
            request(
                    "POST",
                    "/v1/gradient-reports",
                    "Content-Type: application/json",
                    "Content-Length: " + report.length())
                + report);
    assertThat(made.status()).as(made.body()).isEqualTo(201);
    String id = made.body().replaceAll("(?s).*?\"id\":\"(report-[^\"]*)\".*", "$1");
    Reply page = send(get("/v1/gradient-reports/" + id, "Accept: text/html"));
    assertThat(headers(page))
        .filteredOn(header -> header.startsWith("content-security-policy:"))
        .singleElement()
        .asString()
        .contains("script-src 'sha256-", "frame-ancestors 'none'");
  }

  /** No other site is allowed here: none gets leave, and none has anything changed. */
  @Test
  void otherSites_areRefused_unlessAllowed() throws IOException {
    String evil = "Origin: https://evil.example";
    Reply asked =
        send(
            request(
                "OPTIONS",
                "/v1/training/jobs",
                evil,
                "Access-Control-Request-Method: POST",
                "Access-Control-Request-Headers: content-type"));
    assertProblem(asked, 403);
    assertThat(asked.body()).contains("origin_not_allowed", "evil.example");
    Reply simple = send(multipart("").replace("Host: x", "Host: x\r\n" + evil));
    assertProblem(simple, 403);
    assertProblem(send(multipart("").replace("Host: x", "Host: x\r\nOrigin: null")), 403);
    assertProblem(
        send(multipart("").replace("Host: x", "Host: x\r\nSec-Fetch-Site: same-site")), 403);
    Reply read = send(get("/v1/files", evil));
    assertThat(read.status()).isEqualTo(200); // which the browser keeps from the script
    for (Reply reply : List.of(asked, simple, read)) {
      assertThat(reply.head()).doesNotContainIgnoringCase("access-control-allow");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "Origin: http://x",
    "Origin: https://X",
    "Sec-Fetch-Site: same-origin",
    "Sec-Fetch-Site: none",
    "X: no browser"
  })
  void ownSiteAndOtherClients_areServed(String header) throws IOException {
    String part = "--b\r\nContent-Disposition: form-data; name=\"x\"\r\n\r\n1\r\n";
    Reply reply = send(multipart(part).replace("Host: x", "Host: x\r\n" + header));
    assertProblem(reply, 400);
    assertThat(reply.body()).contains("missing_p"); // of what is not there, it misses one
  }

  /** Between the limit of files and that of models, the container itself stops nothing. */
  @ParameterizedTest
  @CsvSource({
    "/v1/files, 170_000, 102400",
    "/v1/files, 300_000, 102400",
    "/v1/models, 300_000, 153600"
  })
  void upload_tooLarge_is413_announcedOrNot(String path, String size, int limit)
      throws IOException {
    String file = "x".repeat(Integer.parseInt(size.replace("_", "")));
    for (boolean chunked : List.of(false, true)) {
      Reply reply = send(upload(path, "b1", "k", file, chunked));
      assertProblem(reply, 413);
      assertThat(reply.body()).contains("at most " + limit + " bytes");
    }
  }

  /** What is no directory any more fails like a mount that is gone, and does so for root, too. */
  @ParameterizedTest
  @ValueSource(strings = {"files", "spool"})
  void upload_whereTheStorageIsLost_is503_untilItIsBack(String part) throws IOException {
    Path lost = directory.resolve(part);
    Path aside = Files.move(lost, directory.resolve("aside"));
    Files.writeString(lost, "no directory");
    try {
      Reply reply = send(upload("/v1/files", "b1", "lost-" + part, "To be", false));
      assertProblem(reply, 503);
      assertThat(reply.body())
          .contains("storage_unavailable")
          .doesNotContain(directory.toString(), "malformed");
    } finally {
      Files.delete(lost);
      Files.move(aside, lost);
    }
    assertThat(send(upload("/v1/files", "b1", "lost-" + part, "To be", false)).status())
        .isEqualTo(200);
  }

  @Test
  void upload_betweenTheLimits_isStoppedByTheResource() throws IOException {
    String file = "x".repeat(120_000);
    Reply chunked = send(upload("/v1/files", "b1", "k", file, true));
    assertProblem(chunked, 413);
    assertThat(chunked.body()).contains("at most 102400 bytes", "found 120000 bytes");
    assertProblem(send(upload("/v1/models", "b1", "k", file, true)), 400);
  }

  @Test
  void upload_broken_isAProblem() throws IOException {
    for (String body : List.of("garbage", "--b\r\nContent-Disposition: form-data; name=\"file\"")) {
      assertProblem(
          send(
              "POST /v1/files HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                  + "Content-Type: multipart/form-data; boundary=b\r\nContent-Length: "
                  + body.length()
                  + "\r\n\r\n"
                  + body),
          400);
    }
  }

  @Test
  void upload_repeatedWithTheSameKey_isOneFile() throws IOException {
    Reply first = send(upload("/v1/files", "boundary-1", "key-1", "To be", false));
    Reply again = send(upload("/v1/files", "boundary-2", "key-1", "To be", false));
    Reply other = send(upload("/v1/files", "boundary-3", "key-1", "not to be", false));
    assertThat(first.status()).isEqualTo(200);
    assertThat(again.status()).isEqualTo(200);
    assertThat(again.body()).isEqualTo(first.body());
    assertThat(again.head()).containsIgnoringCase("idempotent-replayed: true");
    assertProblem(other, 422);
  }

  @Test
  void description_isSnakeCaseAndComplete() throws IOException {
    JsonNode api =
        mapper.readTree(
            send("GET /v3/api-docs HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").body());
    JsonNode schemas = api.get("components").get("schemas");
    List<String> strange = new ArrayList<>();
    for (Map.Entry<String, JsonNode> schema : schemas.properties()) {
      JsonNode properties = schema.getValue().path("properties");
      for (Map.Entry<String, JsonNode> property : properties.properties()) {
        if (!property.getKey().matches("[a-z][a-z0-9_]*")) {
          strange.add(schema.getKey() + "." + property.getKey());
        }
        for (JsonNode constant : property.getValue().path("enum")) {
          boolean verdict =
              Arrays.stream(Verdict.Code.values())
                  .anyMatch(code -> code.name().equals(constant.asString()));
          if (!verdict
              && !constant
                  .asString()
                  .equals(constant.asString().toLowerCase(java.util.Locale.ROOT))) {
            strange.add(schema.getKey() + "." + property.getKey() + ": " + constant);
          }
        }
      }
    }
    assertThat(strange).isEmpty();
    assertThat(schemas.get("Problem").get("properties").propertyNames())
        .contains("detail", "error");
    assertThat(schemas.get("Optimizer").get("oneOf").size()).isEqualTo(4);
    assertThat(schemas.get("OptimizerAdam").get("properties").propertyNames())
        .contains("type", "learning_rate");
    JsonNode request = schemas.get("TrainingJobRequest").get("properties");
    assertThat(request.get("suffix").get("type").toString()).contains("string", "null");
    assertThat(
            schemas
                .at("/StepMetrics/properties/gradient_norms/additionalProperties/type")
                .toString())
        .contains("number", "null");
    assertThat(request.get("method").propertyNames()).contains("anyOf").doesNotContain("$ref");
    assertThat(request.get("method").get("anyOf").get(1).toString()).contains("null");
    List<String> silent = new ArrayList<>();
    List<String> ids = new ArrayList<>();
    for (Map.Entry<String, JsonNode> path : api.get("paths").properties()) {
      for (Map.Entry<String, JsonNode> operation : path.getValue().properties()) {
        JsonNode described = operation.getValue();
        ids.add(described.path("operationId").asString());
        boolean complete =
            !described.path("summary").asString("").isEmpty()
                && described
                    .path("responses")
                    .propertyNames()
                    .containsAll(expected(path, described))
                && described.path("tags").size() == 1;
        for (JsonNode parameter : described.path("parameters")) {
          for (JsonNode constant : parameter.path("schema").path("enum")) {
            assertThat(constant.asString()).isLowerCase();
          }
        }
        if (!complete) {
          silent.add(operation.getKey() + " " + path.getKey());
        }
      }
    }
    assertThat(silent).isEmpty();
    assertThat(ids).contains("file_upload", "model_list").doesNotHaveDuplicates();
  }

  /** The errors that an operation has by its form alone. */
  private static List<String> expected(Map.Entry<String, JsonNode> path, JsonNode operation) {
    List<String> statuses = new ArrayList<>(List.of("default", "400", "406", "414", "431"));
    if (path.getKey().contains("{")) {
      statuses.add("404");
    }
    if (operation.has("requestBody")) {
      statuses.addAll(List.of("408", "413", "415"));
    }
    if (operation.path("parameters").toString().contains("Idempotency-Key")) {
      statuses.addAll(List.of("409", "422"));
    }
    return statuses;
  }

  private static String upload(
      String path, String boundary, String key, String content, boolean chunked) {
    String body =
        "--%s\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\ntrain\r\n"
                .formatted(boundary)
            + "--%s\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\n"
                .formatted(boundary)
            + content
            + "\r\n--%s--\r\n".formatted(boundary);
    String head =
        "POST "
            + path
            + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nIdempotency-Key: "
            + key
            + "\r\nContent-Type: multipart/form-data; boundary="
            + boundary
            + "\r\n";
    return chunked
        ? head
            + "Transfer-Encoding: chunked\r\n\r\n"
            + Integer.toHexString(body.length())
            + "\r\n"
            + body
            + "\r\n0\r\n\r\n"
        : head + "Content-Length: " + body.length() + "\r\n\r\n" + body;
  }

  private Reply send(String request) throws IOException {
    try (Socket socket = new Socket("localhost", port)) {
      socket.getOutputStream().write(request.getBytes(ISO_8859_1));
      socket.getOutputStream().flush();
      String reply = new String(socket.getInputStream().readAllBytes(), UTF_8);
      int end = reply.indexOf("\r\n\r\n");
      assertThat(end).as(reply).isPositive();
      return new Reply(
          Integer.parseInt(reply.substring(9, 12)),
          reply.substring(0, end),
          reply.substring(end + 4));
    }
  }

  private void assertProblem(Reply reply, int status) {
    assertThat(reply.status()).as(reply.head()).isEqualTo(status);
    assertThat(reply.head())
        .containsIgnoringCase("content-type: application/problem+json")
        .containsIgnoringCase("x-request-id: req-");
    // A setting may bear the server's name; nothing else does.
    assertThat((reply.head() + reply.body()).replace("server.tomcat.", ""))
        .doesNotContainIgnoringCase("tomcat", "<html");
    JsonNode problem = mapper.readTree(reply.body().substring(reply.body().indexOf('{')));
    assertThat(problem.propertyNames())
        .containsExactlyInAnyOrder("type", "title", "status", "detail", "instance", "error");
    assertThat(problem.get("status").intValue()).isEqualTo(status);
    assertThat(problem.get("error").propertyNames())
        .containsExactlyInAnyOrder("message", "type", "param", "code");
  }
}
