package io.carousel.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.carousel.CarouselApplication;
import io.carousel.SpanCollector;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A service with keys: who gets in, what is to be seen without one, and that no key gets out. */
@SpringBootTest(
    webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
    properties = {
      "carousel.backend=scalar",
      "carousel.security.api-keys=" + KeysTest.FIRST + "," + KeysTest.SECOND,
      "carousel.security.cors.allowed-origins=https://notebook.example.com",
      "management.tracing.sampling.probability=1",
      "management.opentelemetry.tracing.export.schedule-delay=50ms"
    })
@ExtendWith(OutputCaptureExtension.class)
class KeysTest {
  static final String FIRST = "right-3f9c51d0b7";
  static final String SECOND = "other-key-that-is-longer-wqzk81";
  private static final String WRONG = "wrong-77e0c2a94d";
  private static final String ORIGIN = "https://notebook.example.com";

  @TempDir private static Path directory;
  private static final SpanCollector COLLECTOR = new SpanCollector();

  @LocalServerPort private int port;
  @Autowired private JsonMapper mapper;
  private final HttpClient client = HttpClient.newHttpClient();

  @DynamicPropertySource
  static void settings(DynamicPropertyRegistry registry) {
    registry.add("carousel.storage.directory", directory::toString);
    COLLECTOR.register(registry);
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://localhost:" + port + path));
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private HttpResponse<String> get(String path, String authorization) throws Exception {
    return send(request(path).header("Authorization", authorization));
  }

  @Test
  void keys_each_letIn() throws Exception {
    for (String key : List.of(FIRST, SECOND)) {
      assertThat(get("/v1/files", "Bearer " + key).statusCode()).isEqualTo(200);
      assertThat(get("/v1/files", "bearer  " + key).statusCode()).isEqualTo(200);
    }
    for (String wrong :
        List.of(WRONG, FIRST + "x", FIRST.substring(1), FIRST + "," + SECOND, "", "ü")) {
      HttpResponse<String> answer = get("/v1/files", "Bearer " + wrong);
      assertThat(answer.statusCode()).as(wrong).isEqualTo(401);
      assertThat(answer.headers().firstValue("cache-control")).contains("no-store");
    }
  }

  /** Whatever is not said to be open asks for a key, also where a path only looks open. */
  @Test
  void paths_withoutAKey_onlyProbesAndDescription() throws Exception {
    for (String open :
        List.of(
            "/actuator/health",
            "/actuator/health/liveness",
            "/actuator/health/readiness",
            "/v3/api-docs",
            "/swagger-ui/index.html")) {
      assertThat(send(request(open)).statusCode()).as(open).isEqualTo(200);
    }
    for (String closed :
        List.of(
            "/",
            "/error",
            "/actuator",
            "/actuator/info",
            "/actuator/prometheus",
            "/actuator/env",
            "/v1/models",
            "/v1/models?x=/actuator/health",
            "/v3/api-docs/%2e%2e/%2e%2e/v1/models",
            "/actuator/health/../prometheus",
            "/v1/models;/actuator/health",
            "/actuator/healthy")) {
      assertThat(raw("GET " + closed + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
          .as(closed)
          .startsWith("HTTP/1.1 401");
    }
  }

  private String raw(String request) throws IOException {
    try (Socket socket = new Socket("localhost", port)) {
      socket.getOutputStream().write(request.getBytes(ISO_8859_1));
      socket.getOutputStream().flush();
      return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
    }
  }

  @Test
  void health_tellsAStrangerNothingButItsState() throws Exception {
    JsonNode health = mapper.readTree(send(request("/actuator/health")).body());
    assertThat(health.propertyNames()).containsExactlyInAnyOrder("status", "groups");
  }

  @Test
  void actuator_exposes_onlyHealthInfoAndPrometheus() throws Exception {
    JsonNode links = mapper.readTree(get("/actuator", "Bearer " + FIRST).body()).get("_links");
    assertThat(links.propertyNames())
        .containsExactlyInAnyOrder("self", "health", "health-path", "info", "prometheus");
    for (String hidden :
        List.of(
            "env",
            "env/carousel.security.api-keys",
            "configprops",
            "configprops/carousel.security",
            "heapdump",
            "threaddump",
            "beans",
            "conditions",
            "loggers",
            "logfile",
            "mappings",
            "metrics",
            "httpexchanges",
            "scheduledtasks",
            "sbom",
            "shutdown")) {
      String path = "/actuator/" + hidden;
      assertThat(get(path, "Bearer " + FIRST).statusCode()).as(hidden).isEqualTo(404);
      assertThat(
              send(request(path)
                      .header("Authorization", "Bearer " + FIRST)
                      .POST(HttpRequest.BodyPublishers.noBody()))
                  .statusCode())
          .as(hidden)
          .isEqualTo(404);
    }
  }

  @Test
  void info_saysWhatRunsHere_andNoMore() throws Exception {
    JsonNode info = mapper.readTree(get("/actuator/info", "Bearer " + FIRST).body());
    assertThat(info.propertyNames()).containsExactlyInAnyOrder("build", "engine");
    assertThat(info.get("engine").propertyNames())
        .containsExactlyInAnyOrder("backend", "vector_bits", "threads");
    assertThat(info.at("/engine/backend").asString()).isEqualTo("scalar");
    assertThat(info.at("/engine/threads").asInt()).isPositive();
    assertThat(info.at("/build/version").asString()).matches("\\d+\\.\\d+\\.\\d+.*");
    assertThat(info.get("build").propertyNames())
        .containsExactlyInAnyOrder("artifact", "group", "name", "time", "version");
  }

  private HttpRequest.Builder asks(String origin, String method, String headers) {
    return request("/v1/training/jobs")
        .method("OPTIONS", HttpRequest.BodyPublishers.noBody())
        .header("Origin", origin)
        .header("Access-Control-Request-Method", method)
        .header("Access-Control-Request-Headers", headers);
  }

  /** A browser asks without a key, and asks again with it. */
  @Test
  void cors_allowedOrigin_asksAndIsAnswered() throws Exception {
    HttpResponse<String> leave = send(asks(ORIGIN, "POST", "authorization,content-type"));
    assertThat(leave.statusCode()).isEqualTo(200);
    assertThat(leave.headers().firstValue("access-control-allow-origin")).contains(ORIGIN);
    assertThat(leave.headers().firstValue("access-control-allow-methods").orElseThrow())
        .contains("POST");
    assertThat(leave.headers().firstValue("access-control-allow-headers").orElseThrow())
        .contains("authorization", "content-type");
    assertThat(leave.headers().firstValue("access-control-allow-credentials")).isEmpty();
    HttpResponse<String> answer =
        send(
            request("/v1/files")
                .header("Origin", ORIGIN)
                .header("Authorization", "Bearer " + FIRST));
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("access-control-allow-origin")).contains(ORIGIN);
    assertThat(answer.headers().firstValue("access-control-expose-headers").orElseThrow())
        .contains("x-request-id", "Location");
    HttpResponse<String> keyless = send(request("/v1/files").header("Origin", ORIGIN));
    assertThat(keyless.statusCode()).isEqualTo(401);
    assertThat(keyless.headers().firstValue("access-control-allow-origin")).contains(ORIGIN);
  }

  @Test
  void cors_whatIsNotAllowed_is403() throws Exception {
    for (HttpRequest.Builder refused :
        List.of(
            asks("https://evil.example", "POST", "content-type"),
            asks(ORIGIN + ".evil.example", "POST", "content-type"),
            asks("http://notebook.example.com", "POST", "content-type"),
            asks(ORIGIN, "PUT", "content-type"),
            asks(ORIGIN, "POST", "x-strange"),
            request("/v1/files")
                .header("Origin", "https://evil.example")
                .header("Authorization", "Bearer " + FIRST))) {
      HttpResponse<String> answer = send(refused);
      assertThat(answer.statusCode()).isEqualTo(403);
      assertThat(answer.headers().firstValue("content-type")).contains("application/problem+json");
      assertThat(answer.headers().firstValue("access-control-allow-origin")).isEmpty();
      assertThat(mapper.readTree(answer.body()).at("/error/code").asString())
          .isEqualTo("origin_not_allowed");
    }
  }

  /** Requests that are answered, refused, malformed and failed at; then all that was said. */
  @Test
  void keys_rightAndWrong_standInNoLogAnswerMetricOrTrace(CapturedOutput output) throws Exception {
    COLLECTOR.received().clear();
    List<String> said = new ArrayList<>();
    for (String key : List.of(FIRST, SECOND, WRONG)) {
      for (String scheme : List.of("Bearer ", "bearer ", "Basic ", "")) {
        for (String path : List.of("/v1/files", "/v1/models/none", "/none", "/v1/training/jobs")) {
          for (String method : List.of("GET", "POST", "DELETE", "PATCH")) {
            HttpResponse<String> answer =
                send(
                    request(path)
                        .header("Authorization", scheme + key)
                        .header("Content-Type", "application/json")
                        .header("Idempotency-Key", "k")
                        .method(method, HttpRequest.BodyPublishers.ofString("{\"x\": 1}")));
            said.add(answer.statusCode() + " " + answer.headers().map() + answer.body());
          }
        }
      }
      String authorization = "Authorization: Bearer " + key + "\r\n";
      for (String line :
          List.of("GARBAGE", "GET /%zz HTTP/1.1", "GET /v1/files HTTP/9.9", "GET / HTTP/1.1")) {
        said.add(raw(line + "\r\nHost: x\r\nConnection: close\r\n" + authorization + "\r\n"));
      }
      said.add(
          raw(
              "GET /v1/files HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                  + authorization
                  + "X: "
                  + "x".repeat(10_000)
                  + "\r\n\r\n"));
      said.add(raw("GET /v1/files HTTP/1.1\r\nHost: x\r\n" + authorization + ": broken\r\n\r\n"));
    }
    assertThat(said.toString()).contains("200 {", "400 {", "401 {", "404 {", "405 {");
    said.add(get("/actuator/prometheus", "Bearer " + FIRST).body());
    said.add(send(request("/actuator/health")).body());
    said.add(send(request("/v3/api-docs")).body());
    said.add(new SecuritySettings(List.of(FIRST)).toString());
    assertThat(get("/v1/models/the-last", "Bearer " + FIRST).statusCode()).isEqualTo(404);
    String spans = spansUntil("/v1/models/the-last");
    assertThat(spans).contains("/v1/files", "/v1/models/none");
    said.add(spans);
    said.add(output.getAll());
    assertThat(said).noneMatch(text -> text.contains("3f9c51d0b7"));
    assertThat(said).noneMatch(text -> text.contains("wqzk81"));
    assertThat(said).noneMatch(text -> text.contains("77e0c2a94d"));
  }

  /** What the collector gets up to the batch that has the text; they come in the spans' order. */
  private static String spansUntil(String text) throws InterruptedException {
    StringBuilder spans = new StringBuilder();
    while (spans.indexOf(text) < 0) {
      String batch = COLLECTOR.received().poll(10, TimeUnit.SECONDS);
      assertThat(batch).as("a batch of spans, after %s", spans).isNotNull();
      spans.append(batch);
    }
    return spans.toString();
  }

  /** A key that cannot be is told by its place; the text of the failure goes into a log. */
  @ParameterizedTest
  @CsvSource({
    "se cret-qzxk,expected visible ASCII",
    "secret-qzxkü,expected visible ASCII",
    "qzxka,'expected at least 16 characters, found 5'"
  })
  void start_withAKeyThatCannotBe_failsWithoutSayingIt(
      String key, String reason, CapturedOutput output) {
    SpringApplication application = new SpringApplication(CarouselApplication.class);
    Throwable failure =
        catchThrowable(() ->
            application.run(
                "--server.port=0",
                "--carousel.backend=scalar",
                "--carousel.storage.directory=" + directory.resolve("other"),
                "--carousel.security.api-keys=fine-key-2d04c8e1," + key));
    StringBuilder said = new StringBuilder(output.getAll());
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      said.append(cause).append(Arrays.toString(cause.getSuppressed()));
    }
    assertThat(said.toString())
        .contains("carousel.security.api-keys: " + reason, "key 2 of 2")
        .doesNotContain("qzxk", "fine-key");
  }
}
