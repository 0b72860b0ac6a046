package io.carousel.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalManagementPort;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** Actuator endpoints on a port of their own: what is asked for a key there, and what is not. */
@SpringBootTest(
    webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
    properties = {
      "carousel.backend=scalar",
      "carousel.security.api-keys=" + ManagementPortTest.KEY,
      "management.server.port=0"
    })
class ManagementPortTest {
  static final String KEY = "right-3f9c51d0b7";

  @TempDir static Path directory;

  @LocalServerPort private int port;
  @LocalManagementPort private int managementPort;
  private final HttpClient client = HttpClient.newHttpClient();

  @DynamicPropertySource
  static void storage(DynamicPropertyRegistry registry) {
    registry.add("carousel.storage.directory", () -> directory);
  }

  private HttpResponse<String> get(int from, String path, String... headers) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://localhost:" + from + path));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/actuator/prometheus", "/actuator/info", "/actuator", "/actuator/env", "/"})
  void endpoints_onTheirOwnPort_needAKey(String path) throws Exception {
    assertThat(managementPort).isNotEqualTo(port);
    HttpResponse<String> answer = get(managementPort, path);
    assertThat(answer.statusCode()).isEqualTo(401);
    assertThat(answer.body()).contains("missing_api_key");
    assertThat(answer.headers().firstValue("www-authenticate")).isPresent();
    assertThat(get(managementPort, path, "Authorization", "Bearer wrong").body())
        .contains("invalid_api_key");
  }

  @ParameterizedTest
  @CsvSource({"/actuator/prometheus, jvm_memory_used_bytes", "/actuator/info, backend"})
  void endpoints_withAKey_answer(String path, String content) throws Exception {
    HttpResponse<String> answer = get(managementPort, path, "Authorization", "Bearer " + KEY);
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).contains(content);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/actuator/health", "/actuator/health/liveness", "/actuator/health/readiness"})
  void health_isOpen(String path) throws Exception {
    HttpResponse<String> answer = get(managementPort, path);
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).contains("UP").doesNotContain("details");
  }

  /** The same headers as of the main port's answers, and other sites' scripts are kept out. */
  @Test
  void answers_areThoseOfTheMainPort() throws Exception {
    HttpResponse<String> answer = get(managementPort, "/actuator/health");
    assertThat(answer.headers().firstValue("x-request-id")).isPresent();
    assertThat(answer.headers().firstValue("x-content-type-options")).contains("nosniff");
    assertThat(answer.headers().firstValue("cache-control")).contains("no-store");
    HttpRequest changing =
        HttpRequest.newBuilder(URI.create("http://localhost:" + managementPort + "/actuator/info"))
            .headers("Authorization", "Bearer " + KEY, "Origin", "https://evil.example")
            .POST(HttpRequest.BodyPublishers.noBody())
            .build();
    assertThat(client.send(changing, HttpResponse.BodyHandlers.ofString()).body())
        .contains("origin_not_allowed");
  }

  @Test
  void mainPort_hasNoEndpoints_andStillNeedsAKey() throws Exception {
    assertThat(get(port, "/v1/models").statusCode()).isEqualTo(401);
    assertThat(get(port, "/v1/models", "Authorization", "Bearer " + KEY).statusCode())
        .isEqualTo(200);
    assertThat(get(port, "/actuator/prometheus", "Authorization", "Bearer " + KEY).statusCode())
        .isEqualTo(404);
  }
}
