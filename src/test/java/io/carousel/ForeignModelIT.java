package io.carousel;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.carousel.ServiceClient.Answer;
import io.carousel.engine.PyTorchFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A model that PyTorch made, over real HTTP: upload, predict, score, diagnose, and back again. */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class ForeignModelIT {
  private static final List<String> KINDS = PyTorchFixture.KINDS;
  private static final String PYTHON = System.getProperty("carousel.test.python", "python3");

  @TempDir private static Path directory;

  @DynamicPropertySource
  static void storage(DynamicPropertyRegistry registry) {
    registry.add("carousel.storage.directory", directory::toString);
  }

  @LocalServerPort private int port;
  @Autowired private JsonMapper mapper;
  private ServiceClient client;

  @BeforeEach
  void connect() {
    client = new ServiceClient(port, mapper);
  }

  private static PyTorchFile file(PyTorchFixture fixture) {
    PyTorchFile file = PyTorchFile.of(fixture);
    return fixture.kind().equals("rnn-relu")
        ? file.metadata("architecture", "{\"nonlinearity\": \"relu\"}")
        : file;
  }

  private String uploaded(PyTorchFile file) {
    Answer answer = client.uploadModel("foreign", file.bytes(), "");
    assertThat(answer.status()).as(answer.body()).isEqualTo(201);
    return answer.text("/id");
  }

  /** What a lane of the fixture has read after each step: T·B contexts, step by step. */
  private static List<List<Integer>> contexts(PyTorchFixture fixture) {
    List<List<Integer>> contexts = new ArrayList<>();
    for (int step = 0; step < fixture.steps(); step++) {
      for (int lane = 0; lane < fixture.batchSize(); lane++) {
        int of = lane;
        contexts.add(
            IntStream.rangeClosed(0, step).mapToObj(t -> fixture.inputs()[t][of]).toList());
      }
    }
    return contexts;
  }

  /** Log-probabilities of all symbols after each context, as PyTorch has them in float64. */
  private static double[][] logProbabilities(PyTorchFixture fixture) {
    int vocabulary = fixture.vocabularySize();
    double[] logits = fixture.logits();
    double[][] rows = new double[logits.length / vocabulary][];
    for (int i = 0; i < rows.length; i++) {
      double[] row = Arrays.copyOfRange(logits, i * vocabulary, (i + 1) * vocabulary);
      double logSum = Math.log(Arrays.stream(row).map(Math::exp).sum());
      rows[i] = Arrays.stream(row).map(x -> x - logSum).toArray();
    }
    return rows;
  }

  /** The service's log-probabilities by id. */
  private double[][] predicted(String model, List<List<Integer>> contexts, int vocabulary) {
    Answer answer =
        client.post(
            "/v1/models/" + model + "/predictions",
            mapper.writeValueAsString(Map.of("inputs", contexts, "top_k", vocabulary)));
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    double[][] found = new double[contexts.size()][vocabulary];
    for (int i = 0; i < found.length; i++) {
      for (JsonNode candidate : answer.json().at("/data/" + i + "/predictions")) {
        found[i][candidate.at("/id").asInt()] = candidate.at("/logprob").asDouble();
      }
    }
    return found;
  }

  @ParameterizedTest
  @FieldSource("KINDS")
  void upload_predictScoreReportContent_asPyTorchHasIt(String kind) {
    PyTorchFixture fixture = PyTorchFixture.load(kind);
    String model = uploaded(file(fixture));
    double[][] expected = logProbabilities(fixture);

    List<List<Integer>> contexts = contexts(fixture);
    double[][] predictions = predicted(model, contexts, fixture.vocabularySize());
    for (int i = 0; i < expected.length; i++) {
      for (int id = 0; id < fixture.vocabularySize(); id++) {
        assertThat(predictions[i][id]).isCloseTo(expected[i][id], within(1e-5));
      }
    }

    // The targets of a step are what may follow its contexts; their mean is the fixture's loss.
    List<List<Integer>> sequences = new ArrayList<>();
    for (int i = 0; i < contexts.size(); i++) {
      List<Integer> tokens = new ArrayList<>(contexts.get(i));
      tokens.add(fixture.targets()[i / fixture.batchSize()][i % fixture.batchSize()]);
      sequences.add(tokens);
    }
    Answer scores =
        client.post(
            "/v1/models/" + model + "/scores",
            mapper.writeValueAsString(Map.of("inputs", sequences)));
    assertThat(scores.status()).as(scores.body()).isEqualTo(200);
    double loss = 0;
    for (int i = 0; i < expected.length; i++) {
      JsonNode tokens = scores.json().at("/data/" + i + "/tokens");
      JsonNode last = tokens.get(tokens.size() - 1);
      double[] row = expected[i];
      double own = row[last.at("/id").asInt()];
      assertThat(last.at("/logprob").asDouble()).isCloseTo(own, within(1e-5));
      long rank = 1 + Arrays.stream(row).filter(x -> x > own).count();
      assertThat(last.at("/rank").asLong()).isEqualTo(rank);
      assertThat(last.at("/in_top_k").asBoolean()).isEqualTo(rank <= 9);
      loss -= last.at("/logprob").asDouble() / expected.length;
    }
    assertThat(loss).isCloseTo(fixture.loss(), within(1e-5));

    Answer report = report(model);
    assertThat(report.status()).as(report.body()).isEqualTo(201);
    assertThat(report.text("/model")).isEqualTo(model);
    assertThat(report.json().at("/lag_matrix/layers").size()).isPositive();
  }

  private Answer report(String model) {
    return client.post(
        "/v1/gradient-reports",
        "{'model': '%s', 'input': {'text': '%s'}, 'sequence_length': 12, 'batch_size': 2}"
            .formatted(model, PyTorchFile.LETTERS.repeat(4)));
  }

  @Test
  void upload_repeatedWithTheSameKey_isOneModel() {
    byte[] file = file(PyTorchFixture.load("gru")).bytes();
    Answer first = client.uploadModel("once", file, "key-1");
    Answer again = client.uploadModel("once", file, "key-1");
    assertThat(first.status()).as(first.body()).isEqualTo(201);
    assertThat(again.body()).isEqualTo(first.body());
    assertThat(again.response().headers().firstValue("location"))
        .hasValue("/v1/models/" + first.text("/id"));
    assertThat(client.get("/v1/models?limit=100").body().split("\"id\":\"once-")).hasSize(2);
  }

  @Test
  void upload_nanInAWeight_isDiagnosedAndNothingElse() {
    PyTorchFixture fixture = PyTorchFixture.load("lstm");
    double[] bias = fixture.parameter("rnn.bias_hh_l1");
    bias[3] = Double.NaN;
    String model = uploaded(file(fixture).tensor("rnn.bias_hh_l1", "F32", List.of(28), bias));
    Answer described = client.get("/v1/models/" + model);
    assertThat(described.json().at("/non_finite").toString())
        .isEqualTo("[{\"parameter\":\"rnn.bias_hh_l1\",\"nan\":1,\"infinite\":0}]");
    for (String what : List.of("predictions", "scores")) {
      Answer refused = client.post("/v1/models/" + model + "/" + what, "{'inputs': ['abc']}");
      assertThat(refused.status()).isEqualTo(422);
      assertThat(refused.text("/error/code")).isEqualTo("non_finite_weights");
      assertThat(refused.text("/detail")).contains("rnn.bias_hh_l1");
    }
    Answer job =
        client.post(
            "/v1/training/jobs",
            "{'dataset': {'text': '%s'}, 'model': '%s'}"
                .formatted(PyTorchFile.LETTERS.repeat(9), model));
    assertThat(job.text("/error/code")).isEqualTo("non_finite_weights");
    Answer report = report(model);
    assertThat(report.status()).as(report.body()).isEqualTo(201);
    assertThat(report.text("/verdicts/0/code")).isEqualTo("NON_FINITE");
    assertThat(report.text("/verdicts/0/explanation")).contains("rnn.bias_hh_l1");
  }

  @Test
  void content_uploadedAgain_hasTheSameTensors() {
    byte[] content = content(uploaded(file(PyTorchFixture.load("lstm"))));
    Answer again = client.uploadModel("again", content, "");
    assertThat(again.status()).as(again.body()).isEqualTo(201);
    byte[] copy = content(again.text("/id"));
    int weights = Float.BYTES * PyTorchFixture.load("lstm").layout().size();
    assertThat(tail(copy, weights)).isEqualTo(tail(content, weights));
    assertThat(new String(copy, UTF_8)).contains("uploaded");
  }

  private byte[] content(String model) {
    return client.bytes("/v1/models/" + model + "/content");
  }

  private static byte[] tail(byte[] bytes, int length) {
    return Arrays.copyOfRange(bytes, bytes.length - length, bytes.length);
  }

  /**
   * What {@code /content} gives, in real PyTorch, against what the service predicts with it. Which
   * Python runs can be set with {@code -Dcarousel.test.python}.
   */
  @ParameterizedTest
  @FieldSource("KINDS")
  void content_inPyTorch_predictsTheSame(String kind) throws Exception {
    Run torch = Run.of(PYTHON, "-c", "import torch");
    assumeTrue(
        torch.status == 0, () -> "PyTorch is not installed for " + PYTHON + ": " + torch.output);
    PyTorchFixture fixture = PyTorchFixture.load(kind);
    String model = uploaded(file(fixture));
    List<List<Integer>> contexts = contexts(fixture);
    double[][] predictions = predicted(model, contexts, fixture.vocabularySize());
    Path content = directory.resolve(kind + ".safetensors");
    Path expected = directory.resolve(kind + ".json");
    Files.write(content, content(model));
    Files.writeString(
        expected, mapper.writeValueAsString(Map.of("contexts", contexts, "logprobs", predictions)));
    Run check =
        Run.of(PYTHON, "src/test/python/check_content.py", content.toString(), expected.toString());
    assertThat(check.status).as(check.output).isZero();
    assertThat(check.output).contains(contexts.size() + " contexts");

    predictions[contexts.size() - 1][0] += 1e-3; // and the script does compare
    Files.writeString(
        expected, mapper.writeValueAsString(Map.of("contexts", contexts, "logprobs", predictions)));
    Run wrong =
        Run.of(PYTHON, "src/test/python/check_content.py", content.toString(), expected.toString());
    assertThat(wrong.status).as(wrong.output).isEqualTo(1);
    assertThat(wrong.output).contains("largest difference of a log-probability 1.0e-03");
  }

  /** A program that has ended. */
  private record Run(int status, String output) {
    static Run of(String... command) throws InterruptedException {
      try {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        return new Run(process.waitFor(), output);
      } catch (IOException e) {
        return new Run(-1, String.valueOf(e.getMessage()));
      }
    }
  }
}
