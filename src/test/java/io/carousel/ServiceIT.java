package io.carousel;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.carousel.ServiceClient.Answer;
import io.carousel.jobs.state.JobStatus;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The whole service over real HTTP: upload, train, follow, predict, diagnose, delete. */
@SpringBootTest(
    webEnvironment = WebEnvironment.RANDOM_PORT,
    properties = {"carousel.jobs.queue-capacity=2", "carousel.jobs.heartbeat=200ms"})
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class ServiceIT {
  private static final String JOBS = "/v1/training/jobs";

  @TempDir private static Path directory;

  @DynamicPropertySource
  static void settings(DynamicPropertyRegistry registry) {
    registry.add("carousel.storage.directory", directory::toString);
    // A host with very many processors must not make it another test.
    registry.add("carousel.threads", () -> Math.min(4, Runtime.getRuntime().availableProcessors()));
  }

  @LocalServerPort private int port;
  @Autowired private JsonMapper mapper;
  private ServiceClient client;

  @BeforeEach
  void connect() {
    client = new ServiceClient(port, mapper);
  }

  /** Words of a little language, drawn; there is something to learn in it. */
  private static String text(int words) {
    String[] vocabulary = {"the", "cat", "sat", "on", "a", "mat", "and", "ran"};
    SplittableRandom random = new SplittableRandom(1);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < words; i++) {
      text.append(vocabulary[random.nextInt(vocabulary.length)]).append(' ');
    }
    return text.toString();
  }

  /** Lines of a job's stream, to its end. */
  private List<String> follow(String job, String lastEventId) {
    return client.lines(
        JOBS + "/" + job + "/events",
        Map.of("Accept", "text/event-stream", "Last-Event-ID", lastEventId));
  }

  private static List<String> ids(List<String> stream) {
    return stream.stream().filter(line -> line.startsWith("id:")).map(l -> l.substring(3)).toList();
  }

  private Answer ended(Answer created) throws Exception {
    assertThat(created.status()).as(created.body()).isEqualTo(202);
    follow(created.text("/id"), "");
    return client.get(JOBS + "/" + created.text("/id"));
  }

  private Answer tiny(String fields) {
    return client.post(
        JOBS,
        """
        {'dataset': {'text': '%s'}, 'architecture': {'hidden_size': 8},
         'training': {'epochs': 1, 'batch_size': 4, 'sequence_length': 8}%s}
        """
            .formatted(text(100), fields));
  }

  /** A job that runs until it is cancelled. */
  private Answer endless() {
    return client.post(
        JOBS,
        """
        {'dataset': {'text': '%s'}, 'architecture': {'hidden_size': 64},
         'training': {'epochs': 1000, 'batch_size': 4, 'sequence_length': 64}}
        """
            .formatted(text(3000)));
  }

  @Test
  void mainJob_uploadTrainFollowPredictReportDelete() throws Exception {
    Answer file = client.upload("cats.txt", text(2000).getBytes(UTF_8));
    assertThat(file.status()).isEqualTo(200);

    Answer created =
        client.post(
            JOBS,
            """
            {'training_file': '%s', 'model': 'lstm', 'architecture': {'hidden_size': 32},
             'training': {'epochs': 6, 'batch_size': 8, 'sequence_length': 16,
                          'optimizer': {'type': 'adam', 'learning_rate': 0.02}},
             'suffix': 'cats', 'metadata': {'team': 'a'}}
            """
                .formatted(file.text("/id")));
    assertThat(created.status()).as(created.body()).isEqualTo(202);
    String id = created.text("/id");
    assertThat(created.response().headers().firstValue("location")).hasValue(JOBS + "/" + id);

    List<String> stream = follow(id, "");
    List<String> events = ids(stream);
    assertThat(events).doesNotHaveDuplicates().hasSizeGreaterThan(8);
    assertThat(stream).filteredOn(line -> line.contains("\"type\":\"metrics\"")).hasSize(6);
    assertThat(ids(follow(id, events.get(3)))).isEqualTo(events.subList(4, events.size()));

    Answer job = client.get(JOBS + "/" + id);
    assertThat(job.text("/status")).isEqualTo("succeeded");
    assertThat(job.json().at("/progress/percentage").asDouble()).isEqualTo(100);
    // Eight words, equally likely: ln 8 nats a word of 3.5 characters with its space; ln V = 2.6.
    assertThat(job.json().at("/metrics/valid_loss").asDouble()).isLessThan(1.0);
    assertThat(job.json().at("/metrics/top_k_accuracy").asDouble()).isGreaterThan(0.99);
    Answer metrics = client.get("/v1/fine_tuning/jobs/" + id + "/metrics?points=10");
    assertThat(metrics.json().at("/steps").size()).isEqualTo(10);
    assertThat(metrics.json().at("/epochs").size()).isEqualTo(6);
    assertThat(metrics.json().at("/steps/0/gradient_norms").has("rnn.weight_hh_l0")).isTrue();

    String model = job.text("/fine_tuned_model");
    assertThat(model).startsWith("cats-");
    assertThat(client.get("/v1/models/" + model).status()).isEqualTo(200);
    Answer next =
        client.post("/v1/models/" + model + "/predictions", "{'inputs': ['the c'], 'steps': 3}");
    assertThat(next.text("/data/0/predictions/0/token")).isEqualTo("a");
    assertThat(next.text("/data/0/continuation/text")).isEqualTo("at ");

    Answer report =
        client.post(
            "/v1/gradient-reports",
            "{'model': '%s', 'input': {'file': '%s'}, 'sequence_length': 24, 'batch_size': 4}"
                .formatted(model, file.text("/id")));
    assertThat(report.status()).as(report.body()).isEqualTo(201);
    assertThat(report.json().at("/lag_matrix/layers").size()).isEqualTo(2);
    assertThat(report.json().at("/invariants").size()).isPositive();

    assertThat(client.get(JOBS + "?metadata%5Bteam%5D=a").json().at("/data").size()).isEqualTo(1);
    assertThat(client.get(JOBS + "?metadata%5Bteam%5D=b").json().at("/data").size()).isZero();
    for (String path :
        List.of(
            JOBS + "/" + id,
            "/v1/models/" + model,
            "/v1/files/" + file.text("/id"),
            "/v1/gradient-reports/" + report.text("/id"))) {
      assertThat(client.delete(path).json().at("/deleted").asBoolean()).isTrue();
      assertThat(client.get(path).status()).isEqualTo(404);
    }
  }

  @Test
  void synthetic_agreement_isLearnedToItsFloorAndNamedInTheModel() throws Exception {
    Answer job =
        ended(
            client.post(
                JOBS,
                """
                {'dataset': {'synthetic': 'agreement', 'max_attractors': 1, 'count': 2000},
                 'architecture': {'cell': 'lstm', 'hidden_size': 16},
                 'training': {'epochs': 6, 'batch_size': 32,
                              'optimizer': {'learning_rate': 0.02}}}
                """));
    assertThat(job.text("/status")).as(job.body()).isEqualTo("succeeded");
    JsonNode reached = job.json().at("/metrics/synthetic");
    assertThat(reached.at("/floor").asDouble()).isZero();
    assertThat(reached.at("/baseline").asDouble()).isEqualTo(Math.log(2));
    assertThat(reached.at("/scored_loss").asDouble()).isLessThan(0.05);
    assertThat(reached.at("/accuracy").asDouble()).isGreaterThan(0.98);
    assertThat(reached.at("/error_by_attractors").size()).isEqualTo(2);
    String model = job.text("/fine_tuned_model");
    Answer kept = client.get("/v1/models/" + model);
    assertThat(kept.json().at("/provenance/synthetic/synthetic").asString()).isEqualTo("agreement");
    assertThat(kept.json().at("/provenance/synthetic/count").asInt()).isEqualTo(2000);
    Answer next =
        client.post(
            "/v1/models/" + model + "/predictions", "{'inputs': ['the writer of the books']}");
    assertThat(next.text("/data/0/predictions/0/token")).isEqualTo("is");
  }

  @Test
  void warmStart_fromAModel_namesItsParent() throws Exception {
    String parent = ended(tiny("")).text("/fine_tuned_model");
    String grown = ended(tiny(", 'model': '" + parent + "'")).text("/fine_tuned_model");
    assertThat(client.get("/v1/models/" + grown).body())
        .contains("\"parent_model\":\"" + parent + "\"");
    assertThat(
            client
                .post(
                    JOBS,
                    "{'dataset': {'text': 'the cat'}, 'model': '%s', 'architecture': {'layers': 3}}"
                        .formatted(parent))
                .text("/error/param"))
        .isEqualTo("architecture");
  }

  @Test
  void freshArchitecture_halfOrthogonalRnn_vanishesAndLstmWithOpenGatesDoesNot() {
    String request =
        """
        {'architecture': %s, 'input': {'text': '%s'}, 'sequence_length': 40, 'batch_size': 4,
         'include': ['verdicts']}
        """;
    String rnn = "{'cell': 'rnn', 'hidden_size': 32, 'initialization': {'recurrent_gain': 0.5}}";
    String lstm = "{'cell': 'lstm', 'hidden_size': 32, 'initialization': {'forget_bias': 5}}";

    Answer vanishing = client.post("/v1/gradient-reports", request.formatted(rnn, text(300)));
    Answer healthy = client.post("/v1/gradient-reports", request.formatted(lstm, text(300)));

    assertThat(vanishing.text("/verdicts/0/code")).isEqualTo("VANISHING_TIME");
    assertThat(healthy.body()).doesNotContain("VANISHING_TIME");
  }

  @Test
  void compare_cells_givesATableAPageAFigureAndAReportOfEach() {
    Answer made =
        client.post(
            "/v1/gradient-reports/compare",
            """
            {'variants': [
               {'name': 'rnn', 'architecture': {'cell': 'rnn', 'hidden_size': 16,
                'initialization': {'recurrent_gain': 0.5}}},
               {'name': 'lstm', 'architecture': {'cell': 'lstm', 'hidden_size': 16,
                'initialization': {'forget_bias': 5}}}],
             'input': {'text': '%s'}, 'sequence_length': 32, 'batch_size': 2}
            """
                .formatted(text(100)));
    assertThat(made.status()).as(made.body()).isEqualTo(201);
    assertThat(made.text("/rows/0/verdict/code")).isEqualTo("VANISHING_TIME");
    assertThat(made.json().at("/rows/1/lambda_1").isNumber()).isTrue();
    String path = made.response().headers().firstValue("location").orElseThrow();
    for (String accept : List.of("text/html,*/*;q=0.8", "image/svg+xml")) {
      Answer drawn = client.get(path, accept);
      assertThat(drawn.status()).as(drawn.body()).isEqualTo(200);
      assertThat(drawn.body()).contains("<svg", "lstm");
    }
    for (int row = 0; row < 2; row++) {
      String report = "/v1/gradient-reports/" + made.text("/rows/" + row + "/report");
      assertThat(client.get(report, "text/html").body())
          .contains("lag-matrix", "gates", "spectrum");
      assertThat(client.get(report + "?figure=spectrum", "image/svg+xml").body())
          .startsWith("<svg");
    }
  }

  @Test
  void learningRateOfAMillion_jobFailsAndTheServiceLives() throws Exception {
    Answer failed =
        ended(
            client.post(
                JOBS,
                """
                {'dataset': {'text': '%s'}, 'architecture': {'hidden_size': 16},
                 'training': {'epochs': 20, 'batch_size': 4, 'sequence_length': 16,
                              'optimizer': {'learning_rate': 1e6}}}
                """
                    .formatted(text(300))));
    assertThat(failed.text("/status")).isEqualTo("failed");
    assertThat(failed.text("/error/code")).isEqualTo("loss_non_finite");
    assertThat(failed.text("/error/message")).contains("at step");
    assertThat(failed.json().at("/fine_tuned_model").isNull()).isTrue();

    assertThat(ended(tiny("")).text("/status")).isEqualTo("succeeded");
  }

  @Test
  void diagnosed_vanishingRnn_saysSoAtStepZeroInTheStreamAndListsItsReports() throws Exception {
    Answer created =
        client.post(
            JOBS,
            """
            {'dataset': {'text': '%s'},
             'architecture': {'cell': 'rnn', 'hidden_size': 16,
                              'initialization': {'recurrent': 'orthogonal', 'recurrent_gain': 0.5}},
             'training': {'epochs': 2, 'batch_size': 4, 'sequence_length': 32},
             'diagnostics': {'every_steps': 5}}
            """
                .formatted(text(300)));
    assertThat(created.status()).as(created.body()).isEqualTo(202);
    String id = created.text("/id");
    List<String> stream = follow(id, "");
    assertThat(stream)
        .anyMatch(line ->
            line.contains("\"type\":\"verdict\"")
                && line.contains("\"level\":\"warn\"")
                && line.contains(
                    "\"code\":\"VANISHING_TIME\",\"change\":\"appeared\",\"step\":0,"));

    Answer reports = client.get(JOBS + "/" + id + "/gradient-reports?limit=100");
    JsonNode list = reports.json().at("/data");
    assertThat(list.size()).as(reports.body()).isGreaterThan(2);
    JsonNode first = list.get(list.size() - 1);
    assertThat(first.get("step").asLong()).isZero();
    assertThat(first.at("/verdicts/0").asString()).isEqualTo("VANISHING_TIME");
    assertThat(first.at("/layers/0/log10_ratio").asDouble()).isLessThan(31 * Math.log10(0.5));
    assertThat(first.at("/available").asBoolean()).isTrue();
    assertThat(reports.json().at("/series/steps").size()).isEqualTo(list.size());
    Answer report = client.get("/v1/gradient-reports/" + first.get("id").asString());
    assertThat(report.text("/job")).isEqualTo(id);
    assertThat(report.json().at("/step").asLong()).isZero();
    assertThat(report.text("/verdicts/0/code")).isEqualTo("VANISHING_TIME");
    assertThat(report.json().at("/lag_matrix/layers/0/mean").size()).isEqualTo(32);
    assertThat(client.get(JOBS + "/" + id).text("/status")).isEqualTo("succeeded");
  }

  @Test
  void diagnosed_rnnWithALargeGain_isStoppedWithTheVerdictAsEvidence() throws Exception {
    Answer failed =
        ended(
            client.post(
                JOBS,
                """
                {'dataset': {'text': '%s'},
                 'architecture': {'cell': 'rnn', 'nonlinearity': 'relu', 'hidden_size': 16,
                                  'initialization': {'recurrent': 'identity', 'recurrent_gain': 2}},
                 'training': {'epochs': 2, 'batch_size': 4, 'sequence_length': 32},
                 'diagnostics': {'every_steps': 5, 'stop_on': ['NON_FINITE', 'EXPLODING_TIME']}}
                """
                    .formatted(text(300))));
    assertThat(failed.text("/status")).isEqualTo("failed");
    assertThat(failed.text("/error/code")).isEqualTo("gradient_exploding");
    assertThat(failed.text("/error/evidence/code")).isEqualTo("EXPLODING_TIME");
    assertThat(failed.json().at("/error/evidence/evidence").size()).isPositive();
    String report = failed.text("/error/evidence/report");
    assertThat(client.get("/v1/gradient-reports/" + report).body()).contains("EXPLODING_TIME");
    assertThat(client.get("/v3/api-docs").body()).contains("TrainingDiagnosticsRequest");
  }

  @Test
  void queue_full_is429_andCancellingTwiceGivesTheJobAgain() {
    List<String> jobs = new ArrayList<>();
    Answer refused = endless();
    while (refused.status() == 202) {
      jobs.add(refused.text("/id"));
      assertThat(jobs).hasSizeLessThan(5);
      refused = endless();
    }
    assertThat(refused.status()).isEqualTo(429);
    assertThat(refused.text("/error/code")).isEqualTo("queue_full");
    int retryAfter =
        Integer.parseInt(refused.response().headers().firstValue("retry-after").orElseThrow());
    assertThat(retryAfter).isBetween(1, 120);

    assertThat(client.delete(JOBS + "/" + jobs.getLast()).text("/error/code"))
        .isEqualTo("invalid_state");
    for (String id : jobs) {
      for (int time = 1; time <= 2; time++) {
        Answer cancelled = client.post(JOBS + "/" + id + "/cancel", "");
        assertThat(cancelled.status()).as(cancelled.body()).isEqualTo(200);
        assertThat(cancelled.text("/status")).isEqualTo("cancelled");
      }
      assertThat(client.delete(JOBS + "/" + id).status()).isEqualTo(200);
    }
  }

  @Test
  void deletingAModel_whileItPredicts_everyAnswerIsWholeOrA404() throws Exception {
    String model = ended(tiny("")).text("/fine_tuned_model");
    String path = "/v1/models/" + model + "/predictions";
    CountDownLatch predicting = new CountDownLatch(2);
    try (ExecutorService clients = Executors.newFixedThreadPool(2)) {
      List<Future<Integer>> last = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        last.add(
            clients.submit(() -> {
              int status = 200;
              while (status == 200) {
                Answer answer = client.post(path, "{'inputs': ['the '], 'steps': 200}");
                status = answer.status();
                assertThat(status).as(answer.body()).isIn(200, 404);
                predicting.countDown();
              }
              return status;
            }));
      }
      predicting.await();
      assertThat(client.delete("/v1/models/" + model).status()).isEqualTo(200);
      for (Future<Integer> status : last) {
        assertThat(status.get()).isEqualTo(404);
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{} | 400 | invalid_value",
        "{'training_file': 'file-none'} | 404 | not_found",
        "{'training_file': 7} | 400 | wrong_type",
        "{'training_fil': 'x'} | 400 | unknown_field",
        "{'dataset': {'text': 'abababababab'}} | 422 | corpus_too_short",
        "{'dataset': {'text': 'aaaaaaaaaaaaa'}} | 422 | vocabulary_too_small",
        "{'dataset': {'text': 'ab'}, 'training': {'epochs': '3'}} | 400 | wrong_type",
        "{'dataset': {'text': 'ab'}, 'training': {'epochs': 1.5}} | 400 | wrong_type",
        "{'dataset': {'text': 'ab'}, 'training': {'batch_size': -1}} | 400 | invalid_value",
        "{'dataset': {'text': 'ab'}, 'training': {'sequence_length': 0}} | 400 | invalid_value",
        "{'dataset': {'text': 'ab'}, 'architecture': {'layers': -2}} | 400 | invalid_value",
        "{'dataset': {'text': 'ab'}, 'architecture': {'hidden_size': 99999999999}} | 400 |"
            + " wrong_type",
        "{'dataset': {'text': 'ab'}, 'architecture': {'hidden_size': 2147483647}} | 400 |"
            + " limit_exceeded",
        "{'dataset': {'text': 'ab'}, 'training': {'optimizer': {'type': 'magic'}}} | 400 |"
            + " wrong_type",
        "{'dataset': {'text': 'ab'}, 'model': 'lstm-00000000'} | 404 | not_found",
        "{'dataset': | 400 | malformed_json"
      })
  void badRequests_areProblems(String body, int status, String code) {
    Answer answer = client.post(JOBS, body);
    assertThat(answer.text("/error/code")).as(answer.body()).isEqualTo(code);
    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.response().headers().firstValue("content-type"))
        .hasValue("application/problem+json");
    assertThat(answer.body()).doesNotContain("io.carousel", "java.", directory.toString());
  }

  @Test
  void badFiles_areRefusedWhenUploadedOrWhenTrainedOn() {
    Answer latin = client.upload("latin.txt", "café au lait".getBytes(ISO_8859_1));
    assertThat(latin.status()).isEqualTo(400);
    assertThat(latin.text("/error/code")).isEqualTo("not_utf8");
    Answer empty = client.upload("empty.txt", new byte[0]);
    assertThat(empty.status()).isEqualTo(400);
    assertThat(empty.text("/error/code")).isEqualTo("empty_file");

    Answer same = client.upload("same.txt", "a".repeat(500).getBytes(UTF_8));
    Answer oneSymbol = client.post(JOBS, "{'training_file': '%s'}".formatted(same.text("/id")));
    assertThat(oneSymbol.status()).isEqualTo(422);
    assertThat(oneSymbol.text("/error/code")).isEqualTo("vocabulary_too_small");

    Answer words = client.upload("words.txt", text(200).getBytes(UTF_8));
    Answer events = client.upload("events.dat", "login view\nlogin logout\n".getBytes(UTF_8));
    Answer otherKind =
        client.post(
            JOBS,
            "{'training_file': '%s', 'validation_file': '%s'}"
                .formatted(words.text("/id"), events.text("/id")));
    assertThat(otherKind.status()).isEqualTo(422);
    assertThat(otherKind.text("/error/code")).isEqualTo("unusable_data");
    assertThat(otherKind.text("/error/param")).isEqualTo("validation_file");
  }

  @Test
  void unknownSymbolInAPrompt_is422_andUnknownModelIs404() throws Exception {
    String model = ended(tiny("")).text("/fine_tuned_model");
    Answer unknown =
        client.post("/v1/models/" + model + "/predictions", "{'inputs': ['the cat!']}");
    assertThat(unknown.status()).isEqualTo(422);
    assertThat(unknown.text("/detail")).contains("\"!\" (U+0021) at position 7");
    assertThat(client.post("/v1/models/lstm-0/predictions", "{'inputs': ['a']}").status())
        .isEqualTo(404);
    assertThat(Files.list(directory.resolve("models"))).isNotEmpty();
  }

  @Test
  void documentedExamples_allRun() throws Exception {
    JsonNode api = client.get("/v3/api-docs").json();
    for (String path : List.of(JOBS, "/v1/gradient-reports", "/v1/gradient-reports/compare")) {
      JsonNode examples =
          api.at("/paths").get(path).at("/post/requestBody/content/application~1json/examples");
      assertThat(examples.size()).as("%s: %s", path, api.at("/paths").get(path)).isPositive();
      for (String name : examples.propertyNames()) {
        if (name.equals("file")) {
          continue; // its id is not there
        }
        JsonNode value = examples.get(name).get("value");
        String body = value.isString() ? value.asString() : value.toString();
        Answer answer = client.post(path, body);
        assertThat(answer.status()).as("%s: %s", name, answer.body()).isIn(201, 202);
        if (path.equals(JOBS)) {
          assertThat(ended(answer).text("/status")).isEqualTo("succeeded");
        }
      }
    }
  }

  @Test
  void documentedExamples_ofAModel_allRun() throws Exception {
    String job =
        "{'dataset': %s, 'architecture': {'hidden_size': 4}, 'training': {'epochs': 1,"
            + " 'batch_size': 1, 'sequence_length': 8}, 'validation_split': 0}";
    String text = "{'text': '" + "the quick brown fox jumps over the lazy dog ".repeat(3) + "'}";
    String events = "{'sequences': [['login','view','buy','logout'], ['login','view','logout']]}";
    String texts = ended(client.post(JOBS, job.formatted(text))).text("/fine_tuned_model");
    String clicks = ended(client.post(JOBS, job.formatted(events))).text("/fine_tuned_model");
    JsonNode api = client.get("/v3/api-docs").json();
    for (String what : List.of("predictions", "scores")) {
      JsonNode examples =
          api.at("/paths")
              .get("/v1/models/{id}/" + what)
              .at("/post/requestBody/content/application~1json/examples");
      assertThat(examples.size()).isGreaterThan(1);
      for (String name : examples.propertyNames()) {
        JsonNode value = examples.get(name).get("value");
        String body = value.isString() ? value.asString() : value.toString();
        String model = body.contains("login") ? clicks : texts;
        Answer answer = client.post("/v1/models/" + model + "/" + what, body);
        assertThat(answer.status()).as("%s: %s", name, answer.body()).isEqualTo(200);
      }
    }
  }

  @Test
  void documentedExamples_ofAContrast_allRunOnTrainedModels() throws Exception {
    String job =
        """
        {'dataset': {'sequences': ['the writer of the books is', 'the writers of the book are']},
         'model': '%s', 'tokenizer': {'type': 'word'}, 'architecture': {'hidden_size': 8},
         'training': {'epochs': 1, 'batch_size': 1}, 'validation_split': 0}
        """;
    String rnn = ended(client.post(JOBS, job.formatted("rnn"))).text("/fine_tuned_model");
    String lstm = ended(client.post(JOBS, job.formatted("lstm"))).text("/fine_tuned_model");
    String path = "/v1/gradient-reports/contrast";
    JsonNode examples =
        client
            .get("/v3/api-docs")
            .json()
            .at("/paths")
            .get(path)
            .at("/post/requestBody/content/application~1json/examples");
    assertThat(examples.size()).isEqualTo(2);
    for (String name : examples.propertyNames()) {
      JsonNode value = examples.get(name).get("value");
      String body = value.isString() ? value.asString() : value.toString();
      Answer made =
          client.post(path, body.replace("rnn-1f0c3a5d", rnn).replace("lstm-1f0c3a5d", lstm));
      assertThat(made.status()).as("%s: %s", name, made.body()).isEqualTo(201);
      assertThat(made.json().at("/rows/0/ratio").asDouble()).isPositive();
      String location = made.response().headers().firstValue("location").orElseThrow();
      assertThat(client.get(location + "?figure=contrast", "*/*").body())
          .startsWith("<svg")
          .contains("writer");
    }
  }

  @Test
  void operations_metricsAndInfo() throws Exception {
    Answer job = ended(tiny(", 'diagnostics': {'every_steps': 5}"));
    String model = job.text("/fine_tuned_model");
    assertThat(client.post("/v1/models/" + model + "/predictions", "{'inputs': ['the']}").status())
        .isEqualTo(200);
    String report =
        client
            .post(
                "/v1/gradient-reports",
                "{'model': '%s', 'input': {'text': '%s'}, 'sequence_length': 8, 'batch_size': 2}"
                    .formatted(model, text(100)))
            .text("/id");
    List<String> metrics = client.get("/actuator/prometheus").body().lines().toList();

    assertThat(metrics)
        .contains(
            "# TYPE carousel_jobs gauge",
            "# TYPE carousel_queue_depth gauge",
            "# TYPE carousel_training_tokens_total counter",
            "# TYPE carousel_training_step_seconds histogram",
            "# TYPE carousel_training_loss gauge",
            "# TYPE carousel_training_gradient_norm gauge",
            "# TYPE carousel_verdicts_total counter",
            "# TYPE carousel_predictions_seconds histogram",
            "# TYPE carousel_gradient_reports_seconds summary",
            "# TYPE carousel_figures_seconds summary",
            "# TYPE gen_ai_server_request_duration_seconds histogram");
    List<String> samples = metrics.stream().filter(line -> !line.startsWith("#")).toList();
    Map<String, Set<String>> labels = new TreeMap<>();
    for (String sample : samples) {
      Matcher name = Pattern.compile("(carousel|gen_ai)_\\w+").matcher(sample);
      if (name.lookingAt()) {
        Set<String> of = labels.computeIfAbsent(name.group(), ignored -> new TreeSet<>());
        Pattern.compile("[{,](\\w+)=")
            .matcher(sample)
            .results()
            .map(l -> l.group(1))
            .forEach(of::add);
      }
    }
    assertThat(labels)
        .containsEntry("carousel_jobs", Set.of("status"))
        .containsEntry("carousel_queue_depth", Set.of())
        .containsEntry("carousel_training_tokens_total", Set.of())
        .containsEntry("carousel_training_step_seconds_bucket", Set.of("le"))
        .containsEntry("carousel_verdicts_total", Set.of("code"))
        .containsEntry("carousel_predictions_seconds_bucket", Set.of("le"))
        .containsEntry("carousel_gradient_reports_seconds_count", Set.of())
        .containsEntry(
            "gen_ai_server_request_duration_seconds_bucket",
            Set.of("le", "error_type", "gen_ai_operation_name", "gen_ai_provider_name"));
    assertThat(labels.keySet()).noneMatch(name -> name.contains("duration_active"));
    // never a label per job, nor of what a job makes
    assertThat(samples)
        .noneMatch(line -> Stream.of(job.text("/id"), model, report).anyMatch(line::contains));
    assertThat(samples.stream().filter(line -> line.startsWith("carousel_jobs{")))
        .hasSameSizeAs(JobStatus.values());
    assertThat(samples)
        .anyMatch(line -> line.matches("carousel_training_step_seconds_count [1-9].*"))
        .anyMatch(line -> line.matches("carousel_predictions_seconds_count [1-9].*"))
        .anyMatch(line -> line.matches("carousel_gradient_reports_seconds_count [1-9].*"))
        .anyMatch(line ->
            line.matches(
                "gen_ai_server_request_duration_seconds_bucket\\{.*le=\"81.92\"} [1-9].*"));
    assertThat(client.get("/actuator/info").text("/engine/backend"))
        .isIn("vector", "scalar", "nd4j");
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void nativeMemory_isAGaugeOfBytes() {
    String metrics = client.get("/actuator/prometheus").body();
    assertThat(metrics).contains("# TYPE carousel_native_memory_bytes gauge");
    assertThat(
            metrics
                .lines()
                .filter(line -> line.startsWith("carousel_native_memory_bytes "))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1))))
        .singleElement()
        .satisfies(bytes -> assertThat(bytes).isBetween(1e7, 1e11));
  }
}
