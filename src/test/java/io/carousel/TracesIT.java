package io.carousel;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import tools.jackson.databind.json.JsonMapper;

/** A collector that is configured gets the trace that a request belongs to. */
@SpringBootTest(
    webEnvironment = WebEnvironment.RANDOM_PORT,
    properties = {
      "carousel.backend=scalar",
      "management.opentelemetry.tracing.export.schedule-delay=50ms"
    })
class TracesIT {
  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final String PREDICTION_TRACE = "1bf7651916cd43dd8448eb211c80319c";

  @TempDir private static Path directory;
  private static final SpanCollector COLLECTOR = new SpanCollector();

  @LocalServerPort private int port;
  @Autowired private JsonMapper mapper;

  @DynamicPropertySource
  static void settings(DynamicPropertyRegistry registry) {
    registry.add("carousel.storage.directory", directory::toString);
    COLLECTOR.register(registry);
  }

  private HttpResponse<String> traced(String path, String trace, HttpRequest.Builder request)
      throws Exception {
    return HttpClient.newHttpClient()
        .send(
            request
                .uri(URI.create("http://localhost:" + port + path))
                .header("traceparent", "00-" + trace + "-b7ad6b7169203331-01")
                .build(),
            HttpResponse.BodyHandlers.ofString());
  }

  /** What the collector got of that trace, from the first span on that has the text. */
  private static String sent(String trace, String text) throws InterruptedException {
    String id = new String(HexFormat.of().parseHex(trace), ISO_8859_1);
    for (String spans; (spans = COLLECTOR.received().poll(10, TimeUnit.SECONDS)) != null; ) {
      if (spans.contains(id) && spans.contains(text)) {
        return spans;
      }
    }
    throw new AssertionError("no span of trace " + trace + " with " + text);
  }

  @Test
  void request_ofASampledTrace_isSentToTheCollector() throws Exception {
    assertThat(traced("/v1/models", TRACE, HttpRequest.newBuilder()).statusCode()).isEqualTo(200);

    assertThat(sent(TRACE, "/v1/models")).contains("carousel");
  }

  @Test
  void prediction_ofASampledTrace_namesModelAndTokens() throws Exception {
    ServiceClient client = new ServiceClient(port, mapper);
    String job =
        client
            .post(
                "/v1/training/jobs",
                """
                {'dataset': {'text': '%s'}, 'architecture': {'hidden_size': 4},
                 'training': {'epochs': 1, 'batch_size': 2, 'sequence_length': 8}}
                """
                    .formatted("the cat sat on a mat ".repeat(10)))
            .text("/id");
    client.lines("/v1/training/jobs/" + job + "/events", Map.of("Accept", "text/event-stream"));
    String model = client.get("/v1/training/jobs/" + job).text("/fine_tuned_model");
    HttpResponse<String> response =
        traced(
            "/v1/models/" + model + "/predictions",
            PREDICTION_TRACE,
            HttpRequest.newBuilder()
                .header("Content-Type", "application/json")
                .POST(
                    HttpRequest.BodyPublishers.ofString(
                        "{\"inputs\": [\"the cat\"], \"steps\": 3}")));
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);

    assertThat(sent(PREDICTION_TRACE, "gen_ai.request.model"))
        .contains("text_completion " + model)
        .containsPattern("gen_ai.usage.input_tokens\\W+7")
        .containsPattern("gen_ai.usage.output_tokens\\W+3");
    assertExemplarsAreWhereEveryPrometheusReadsThem();
  }

  private void assertExemplarsAreWhereEveryPrometheusReadsThem() throws Exception {
    String metrics =
        traced(
                "/actuator/prometheus",
                TRACE,
                HttpRequest.newBuilder()
                    .header("Accept", "application/openmetrics-text;version=1.0.0"))
            .body();
    assertThat(metrics.lines().filter(line -> line.contains("# {")))
        .isNotEmpty()
        .allMatch(line -> line.substring(0, line.indexOf('{')).matches("\\w+_(bucket|total)"));
  }
}
