package io.carousel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectContainerResponse.ContainerState;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Volume;
import io.carousel.ServiceClient.Answer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The image, built from the Dockerfile with the jar of this build and started for real.
 *
 * <p>Without a container engine it is skipped, and says so; with {@code
 * -Dcarousel.test.containers=required} that is a failure. {@code -Dcarousel.test.docker} is the
 * client that builds, by default {@code docker}. {@code -Dcarousel.test.jar=source} has the image
 * compile the sources itself, for which Maven loads all dependencies there.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class ImageIT {
  private static final String IMAGE = "carousel:test-" + UUID.randomUUID();
  private static final String JOBS = "/v1/training/jobs";
  private static final long MEMORY = 1L << 30;

  /** Not all that the host has: the JVM's own memory grows with them. */
  private static final long PROCESSORS = Math.min(2, Runtime.getRuntime().availableProcessors());

  private static final int GRACE_SECONDS = 60;
  private static final String TEXT = "the cat sat on a mat and ran ".repeat(150).strip();

  private static final JsonMapper MAPPER = TestStorage.mapper();
  private static final String VOLUME = "carousel-test-" + UUID.randomUUID();
  private boolean built;

  @BeforeEach
  void build() throws IOException, InterruptedException {
    boolean required = "required".equals(System.getProperty("carousel.test.containers"));
    assumeTrue(
        required || DockerClientFactory.instance().isDockerAvailable(),
        "No container engine: the image is not tested");
    Path log = Path.of("target/image-build.log");
    ProcessBuilder build =
        new ProcessBuilder(
                System.getProperty("carousel.test.docker", "docker"),
                "build",
                "--build-arg",
                "JAR=" + System.getProperty("carousel.test.jar", "built"),
                "--tag",
                IMAGE,
                ".")
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    build.environment().put("DOCKER_BUILDKIT", "1");
    assertThat(build.start().waitFor()).as("exit code of docker build, see %s", log).isZero();
    built = true;
    docker().createVolumeCmd().withName(VOLUME).exec();
  }

  @AfterEach
  void remove() {
    if (built) {
      try {
        docker().removeVolumeCmd(VOLUME).exec();
      } finally {
        docker().removeImageCmd(IMAGE).exec(); // a gigabyte; its layers stay in the build cache
      }
    }
  }

  private static DockerClient docker() {
    return DockerClientFactory.instance().client();
  }

  /**
   * A container as careful operators run it: no root, nothing writable but the volumes, and /tmp as
   * Docker's {@code --tmpfs} mounts it, where nothing can be executed and ND4J's 400 MB of native
   * libraries have no room.
   */
  private static GenericContainer<?> container(Map<String, String> environment) {
    return new GenericContainer<>(IMAGE)
        .withEnv(environment)
        .withExposedPorts(8080)
        .withCreateContainerCmdModifier(command -> {
          HostConfig host = command.getHostConfig();
          assertThat(host).isNotNull();
          host.withReadonlyRootfs(true)
              .withMemory(MEMORY)
              .withMemorySwap(MEMORY)
              .withNanoCPUs(1_000_000_000L * PROCESSORS)
              .withCapDrop(Capability.ALL)
              .withSecurityOpts(List.of("no-new-privileges"))
              .withTmpFs(Map.of("/tmp", "rw,noexec,nosuid,size=128m"))
              .withBinds(new Bind(VOLUME, new Volume("/data")));
        })
        .waitingFor(
            Wait.forHttp("/actuator/health/readiness").withStartupTimeout(Duration.ofSeconds(60)));
  }

  private static ServiceClient client(GenericContainer<?> container) {
    return new ServiceClient(container.getHost(), container.getMappedPort(8080), MAPPER);
  }

  private static List<String> follow(ServiceClient client, String job, Runnable onLine) {
    return client.lines(
        JOBS + "/" + job + "/events", Map.of("Accept", "text/event-stream"), line -> onLine.run());
  }

  private static Answer train(ServiceClient client, String fields) {
    Answer created = client.post(JOBS, "{'dataset': {'text': '%s'}, %s}".formatted(TEXT, fields));
    assertThat(created.status()).as(created.body()).isEqualTo(202);
    return created;
  }

  private static Answer ended(ServiceClient client, Answer created) {
    follow(client, created.text("/id"), () -> {});
    Answer job = client.get(JOBS + "/" + created.text("/id"));
    assertThat(job.text("/status")).as(job.body()).isEqualTo("succeeded");
    return job;
  }

  /** Stops as an orchestrator does, and returns how it ended. */
  private static ContainerState stop(GenericContainer<?> container) {
    String id = container.getContainerId();
    docker().stopContainerCmd(id).withTimeout(GRACE_SECONDS).exec();
    return docker().inspectContainerCmd(id).exec().getState();
  }

  @Test
  void image_trainsPredictsReports_keepsWhatAStopInterrupts_andGoesOnAfterARestart()
      throws Exception {
    String finished;
    String interrupted;
    try (GenericContainer<?> first =
        container(Map.of("LOGGING_STRUCTURED_FORMAT_CONSOLE", "ecs"))) {
      first.start();
      ServiceClient client = client(first);
      Answer trained =
          train(
              client,
              "'architecture': {'hidden_size': 32}, 'suffix': 'cats', 'training': {'epochs': 4,"
                  + " 'batch_size': 8, 'sequence_length': 16, 'optimizer': {'type': 'adam',"
                  + " 'learning_rate': 0.02}}, 'diagnostics': {'every_steps': 50}");
      finished = ended(client, trained).text("/fine_tuned_model");
      assertPredictsAndReports(client, finished);
      assertIsConfined(first, client);

      Answer endless =
          train(
              client,
              "'architecture': {'hidden_size': 64}, 'suffix': 'half', 'training': {'epochs': 1000,"
                  + " 'batch_size': 4, 'sequence_length': 64}");
      String job = JOBS + "/" + endless.text("/id");
      while (client.get(job).json().at("/progress/step").asInt() < 20) {
        Thread.sleep(100);
      }
      CountDownLatch open = new CountDownLatch(1);
      CompletableFuture<List<String>> events =
          CompletableFuture.supplyAsync(() -> follow(client, endless.text("/id"), open::countDown));
      assertThat(open.await(10, TimeUnit.SECONDS)).as("a line of the stream").isTrue();
      ContainerState state = stop(first);
      assertThat(state.getExitCodeLong()).isIn(0L, 143L);
      assertThat(state.getOOMKilled()).isFalse();
      String last =
          events.get(10, TimeUnit.SECONDS).stream()
              .filter(line -> line.startsWith("data:"))
              .toList()
              .getLast();
      JsonNode told = MAPPER.readTree(last.substring("data:".length()));
      var named = Pattern.compile("'(half-[0-9a-f]{8})'").matcher(told.path("message").asString());
      assertThat(named.find()).as(last).isTrue();
      interrupted = named.group(1);
      assertLogIsStructured(first.getLogs(), endless.text("/id"));
    }

    try (GenericContainer<?> second = container(Map.of("CAROUSEL_BACKEND", "nd4j"))) {
      second.start();
      ServiceClient client = client(second);
      assertThat(client.get("/actuator/info").text("/engine/backend")).isEqualTo("nd4j");
      assertThat(client.get("/v1/models").json().at("/data").findValuesAsString("id"))
          .contains(finished, interrupted);
      Answer kept = client.get("/v1/models/" + interrupted);
      assertThat(kept.json().at("/provenance/steps").asInt()).as(kept.body()).isGreaterThan(19);
      Answer job =
          ended(
              client,
              train(
                  client,
                  "'model': '%s', 'training': {'epochs': 1, 'batch_size': 4, 'sequence_length': 64}"
                      .formatted(interrupted)));
      assertThat(client.get("/v1/models/" + job.text("/fine_tuned_model")).body())
          .contains("\"parent_model\":\"" + interrupted + "\"");
      assertThat(stop(second).getExitCodeLong()).isIn(0L, 143L);
    }
  }

  private static void assertPredictsAndReports(ServiceClient client, String model) {
    Answer next =
        client.post("/v1/models/" + model + "/predictions", "{'inputs': ['the c'], 'steps': 3}");
    assertThat(next.text("/data/0/continuation/text")).as(next.body()).isEqualTo("at ");
    Answer report =
        client.post(
            "/v1/gradient-reports",
            "{'model': '%s', 'input': {'text': '%s'}, 'sequence_length': 16, 'batch_size': 4}"
                .formatted(model, TEXT));
    assertThat(report.status()).as(report.body()).isEqualTo(201);
    Answer figure =
        client.get(
            "/v1/gradient-reports/" + report.text("/id") + "?figure=lag-profile", "image/svg+xml");
    assertThat(figure.body()).as("figure, status %d", figure.status()).contains("<svg");
    String metrics = client.get("/actuator/prometheus", "text/plain").body();
    assertThat(metrics)
        .contains("carousel_jobs{status=\"succeeded\"} 1.0")
        .contains(ChartTest.dashboardMetrics());
    assertThat(client.get("/actuator/env").status()).isEqualTo(404);
  }

  private static void assertIsConfined(GenericContainer<?> container, ServiceClient client)
      throws Exception {
    assertThat(container.execInContainer("id", "-u").getStdout().strip()).isEqualTo("10001");
    assertThat(container.execInContainer("touch", "/app/x").getExitCode()).isNotZero();
    List<String> check =
        docker().inspectImageCmd(IMAGE).exec().getConfig().getHealthcheck().getTest();
    assertThat(check).startsWith("CMD");
    String[] command = check.subList(1, check.size()).toArray(String[]::new);
    var healthy = container.execInContainer(command);
    assertThat(healthy.getExitCode()).as(healthy.getStderr()).isZero();
    double heap =
        client
            .get("/actuator/prometheus", "text/plain")
            .body()
            .lines()
            .filter(line -> line.startsWith("jvm_memory_max_bytes{area=\"heap\",id=\"G1 Old"))
            .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
            .sum();
    assertThat(heap).isBetween(0.55 * MEMORY, 0.65 * MEMORY);
  }

  /** Every line is JSON after what the JVM itself says, and the job's lines bear its id. */
  private static void assertLogIsStructured(String log, String job) {
    List<JsonNode> lines =
        log.lines().filter(line -> line.startsWith("{")).map(MAPPER::readTree).toList();
    assertThat(log.lines().filter(line -> line.contains(job)))
        .isNotEmpty()
        .allMatch(line -> line.startsWith("{"));
    assertThat(lines)
        .anyMatch(line ->
            line.path("job_id").asString("").equals(job)
                && line.path("message").asString().contains("interrupted"))
        .anyMatch(line ->
            line.path("job_id").asString("").equals(job)
                && line.path("request_id").asString("").startsWith("req-"));
  }
}
