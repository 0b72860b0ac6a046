package io.carousel.models;

import static io.carousel.PyTorchFile.LETTERS;
import static io.carousel.PyTorchFile.list;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.carousel.PyTorchFile;
import io.carousel.TestStorage;
import io.carousel.engine.PyTorchFixture;
import io.carousel.engine.nn.Architecture;
import io.carousel.engine.nn.CellType;
import io.carousel.engine.nn.Initialization;
import io.carousel.engine.nn.Nonlinearity;
import io.carousel.engine.nn.Parameters;
import io.carousel.engine.tokens.TokenizerType;
import io.carousel.engine.tokens.UnknownPolicy;
import io.carousel.http.Digests;
import io.carousel.http.HttpSlice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.webmvc.test.autoconfigure.WebMvcTest;
import org.springframework.context.annotation.Import;
import org.springframework.mock.web.MockMultipartFile;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.assertj.MvcTestResult;
import org.springframework.util.unit.DataSize;
import tools.jackson.databind.JsonNode;

/** Models that PyTorch saved, and ours, as they are taken in or refused. */
@WebMvcTest(
    controllers = ModelController.class,
    properties = {
      "carousel.limits.max-layers=3",
      "carousel.limits.max-hidden-size=16",
      "carousel.limits.max-model-bytes=30KB",
      "carousel.limits.max-vocabulary=5000",
      "carousel.limits.max-parameters=15000",
      "carousel.models.max-header-bytes=4KB",
      "carousel.models.max-models=3"
    })
@Import({ModelCatalogue.class, ModelUploads.class})
@EnableConfigurationProperties({
  ModelSettings.class,
  UploadSettings.class,
  ArchitectureLimits.class
})
@HttpSlice
class ModelUploadTest {
  private static final List<String> KINDS = PyTorchFixture.KINDS;
  private static final PyTorchFixture LSTM = PyTorchFixture.load("lstm");

  @TempDir static Path directory;

  @Autowired private MockMvcTester mvc;
  @Autowired private ModelCatalogue catalogue;

  @DynamicPropertySource
  static void storage(DynamicPropertyRegistry registry) {
    registry.add("carousel.storage.directory", () -> directory);
  }

  @AfterEach
  void clear() {
    catalogue.list().forEach(model -> catalogue.delete(model.id()));
  }

  private MvcTestResult upload(byte[] file) {
    return upload(file, null);
  }

  private MvcTestResult upload(byte[] file, @Nullable String suffix) {
    MockMvcTester.MockMultipartMvcRequestBuilder request =
        mvc.post()
            .uri("/v1/models")
            .multipart()
            .file(new MockMultipartFile("file", "m.safetensors", null, file));
    return suffix == null ? request.exchange() : request.param("suffix", suffix).exchange();
  }

  private Model uploaded(byte[] file) {
    MvcTestResult result = upload(file);
    assertThat(result).hasStatus(201);
    String id = json(result).at("/id").asString();
    assertThat(result).headers().hasValue("Location", "/v1/models/" + id);
    Model model = ModelFixtures.open(directory, DataSize.ofMegabytes(1)).get(id);
    assertThat(model.parameters().values()).isEqualTo(catalogue.get(id).parameters().values());
    return model;
  }

  private static JsonNode json(MvcTestResult result) {
    try {
      return TestStorage.mapper().readTree(result.getResponse().getContentAsString());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private void assertRefused(PyTorchFile file, int status, String code, String detail) {
    assertRefused(file.bytes(), status, code, detail);
  }

  private void assertRefused(byte[] file, int status, String code, String detail) {
    MvcTestResult result = upload(file);
    assertThat(result).bodyJson().extractingPath("$.detail").isEqualTo(detail);
    assertThat(result).bodyJson().extractingPath("$.error.code").isEqualTo(code);
    assertThat(result).hasStatus(status).hasContentType("application/problem+json");
    assertNothingLeft();
  }

  private void assertNothingLeft() {
    assertThat(catalogue.list()).isEmpty();
    for (String name : List.of("models", "uploads")) {
      try (Stream<Path> files = Files.list(directory.resolve(name))) {
        assertThat(files).isEmpty();
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }
  }

  /** With nothing but the vocabulary said, the rest follows from the shapes. */
  @ParameterizedTest
  @FieldSource("KINDS")
  void upload_fixture_isTheModelOfPyTorch(String kind) {
    PyTorchFixture fixture = PyTorchFixture.load(kind);
    PyTorchFile file = PyTorchFile.of(fixture);
    if (kind.equals("rnn-relu")) { // the only thing that shapes do not tell
      file.metadata("architecture", "{\"nonlinearity\": \"relu\"}");
    }
    Model model = uploaded(file.bytes());
    assertThat(model.architecture()).isEqualTo(fixture.architecture());
    assertThat(model.parameters().values()).isEqualTo(fixture.floatParameters().values());
    assertThat(model.tokenizer().specification().type()).isEqualTo(TokenizerType.CHAR);
    assertThat(model.tokenizer().specification().unknown()).isEqualTo(UnknownPolicy.REJECT);
    assertThat(model.tokenizer().decode(new int[] {10, 0})).isEqualTo("ka");
    assertThat(model.id()).startsWith(kind.replaceAll("-.*", "") + "-");
  }

  @Test
  void upload_answer_saysWhereTheModelComesFrom() {
    byte[] file = PyTorchFile.of(LSTM).bytes();
    MvcTestResult result = upload(file, "mine");
    JsonNode answer = json(result);
    assertThat(answer.at("/id").asString()).startsWith("mine-");
    assertThat(answer.at("/parameters").asInt()).isEqualTo(LSTM.layout().size());
    assertThat(answer.at("/tokenizer/vocabulary_size").asInt()).isEqualTo(11);
    assertThat(answer.at("/non_finite").toString()).isEqualTo("[]");
    String sha256 = HexFormat.of().formatHex(Digests.sha256().digest(file));
    assertThat(answer.at("/provenance").toString())
        .isEqualTo(
            """
            {"source":"uploaded","file_sha256":"%s","corpus_sha256":null,"synthetic":null,"seed":null,\
            "backend":null,"jdk":null,"arch":null,"steps":null,"epochs":null,"train_loss":null,\
            "valid_loss":null,"parent_model":null,"training":null}\
            """
                .formatted(sha256));
    String id = answer.at("/id").asString();
    assertThat(mvc.get().uri("/v1/models/" + id)).bodyText().isEqualTo(answer.toString());
  }

  @Test
  void upload_ourOwnContent_isTheSameModel() throws IOException {
    Model trained = ModelFixtures.save(catalogue, "tiny");
    byte[] content = Files.readAllBytes(catalogue.content(trained.id()));
    Model copy = uploaded(content);
    assertThat(copy.id()).startsWith("gru-").isNotEqualTo(trained.id());
    assertThat(copy.architecture()).isEqualTo(trained.architecture());
    assertThat(copy.tokenizer().vocabulary().symbols())
        .isEqualTo(trained.tokenizer().vocabulary().symbols());
    assertThat(copy.provenance())
        .isEqualTo(
            trained
                .provenance()
                .uploadedAs(HexFormat.of().formatHex(Digests.sha256().digest(content))));
    assertThat(tensorBytes(Files.readAllBytes(catalogue.content(copy.id()))))
        .isEqualTo(tensorBytes(content));
  }

  private static byte[] tensorBytes(byte[] file) {
    long header = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong();
    return Arrays.copyOfRange(file, 8 + (int) header, file.length);
  }

  @ParameterizedTest
  @CsvSource({"F64, 0", "F16, 1e-3", "BF16, 1e-2"})
  void upload_otherTypes_becomeFloat32(String dtype, double tolerance) {
    float[] expected = LSTM.floatParameters().values();
    float[] found = uploaded(PyTorchFile.of(LSTM).as(dtype, LSTM).bytes()).parameters().values();
    for (int i = 0; i < expected.length; i++) {
      assertThat(Math.abs(found[i] - expected[i]))
          .isLessThanOrEqualTo((float) (tolerance * Math.max(0.01, Math.abs(expected[i]))));
    }
  }

  @Test
  void upload_metadata_isReadInEveryForm() {
    PyTorchFile file =
        PyTorchFile.of(LSTM)
            .metadata(
                "architecture",
                "{\"cell\":\"lstm\",\"layers\":2,\"hidden_size\":7,\"embedding_size\":5,"
                    + "\"dropout\":0.25,\"tie_weights\":false}")
            .metadata("tokenizer", "{\"type\":\"word\",\"unknown\":\"map\"}")
            .metadata("vocabulary", list("<unk>", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k"))
            .metadata("epoch", "7");
    Model model = uploaded(file.bytes());
    assertThat(model.architecture().dropout()).isEqualTo(0.25);
    assertThat(model.tokenizer().encode("k cow")).containsExactly(10, 0);
    Model events = uploaded(file.metadata("tokenizer", "event").bytes());
    assertThat(events.tokenizer().specification().type()).isEqualTo(TokenizerType.EVENT);
    assertThat(events.tokenizer().specification().unknown()).isEqualTo(UnknownPolicy.MAP);
    Model named = uploaded(file.metadata("architecture", "lstm").bytes());
    assertThat(named.architecture()).isEqualTo(LSTM.architecture());
  }

  @Test
  void upload_bytes_needNoVocabulary() {
    Architecture architecture =
        new Architecture(
            CellType.RNN, 1, 1, 1, 0, false, Nonlinearity.TANH, Initialization.DEFAULT);
    Parameters parameters = Parameters.initialize(architecture, 256, 1);
    PyTorchFile file = new PyTorchFile();
    parameters
        .layout()
        .entries()
        .forEach(entry -> {
          float[] values = parameters.copyOf(entry.name());
          double[] wide = new double[values.length];
          Arrays.setAll(wide, i -> values[i]);
          file.tensor(entry.name(), "F32", entry.shape(), wide);
        });
    Model model = uploaded(file.metadata("tokenizer", "byte").bytes());
    assertThat(model.tokenizer().encode("é")).containsExactly(0xC3, 0xA9);
  }

  /** As {@code save_model} leaves one of two tensors out that share their memory. */
  @ParameterizedTest
  @CsvSource({"decoder.weight, embedding.weight", "embedding.weight, decoder.weight"})
  void upload_tiedWeights_needOnlyOneMatrix(String left, String kept) {
    double[] shared = {1, 2, 3, 4, 5, 6};
    PyTorchFile file = tied().tensor(kept, "F32", List.of(3, 2), shared);
    Model named = uploaded(file.metadata(left, kept).bytes());
    assertThat(named.architecture().tieWeights()).isTrue();
    assertThat(named.parameters().copyOf("embedding.weight")).containsExactly(1, 2, 3, 4, 5, 6);
    Model said =
        uploaded(
            file.withoutMetadata(left).metadata("architecture", "{\"tie_weights\": true}").bytes());
    assertThat(said.parameters().values()).isEqualTo(named.parameters().values());
    said = uploaded(file.tensor(left, "F32", List.of(3, 2), shared).bytes());
    assertThat(said.parameters().values()).isEqualTo(named.parameters().values());
  }

  private static PyTorchFile tied() {
    return new PyTorchFile()
        .metadata("vocabulary", list("a", "b", "c"))
        .tensor("rnn.weight_ih_l0", "F32", List.of(2, 2), 0, 0, 0, 0)
        .tensor("rnn.weight_hh_l0", "F32", List.of(2, 2), 0, 0, 0, 0)
        .tensor("rnn.bias_ih_l0", "F32", List.of(2), 0, 0)
        .tensor("rnn.bias_hh_l0", "F32", List.of(2), 0, 0)
        .tensor("decoder.bias", "F32", List.of(3), 0, 0, 0);
  }

  @Test
  void upload_nonFiniteWeights_areTakenInAndNamed() throws IOException {
    double[] bias = LSTM.parameter("rnn.bias_hh_l1");
    bias[3] = Double.NaN;
    bias[4] = Double.NEGATIVE_INFINITY;
    bias[5] = Double.NaN;
    PyTorchFile file = PyTorchFile.of(LSTM).tensor("rnn.bias_hh_l1", "F32", List.of(28), bias);
    Model model = uploaded(file.bytes());
    assertThat(model.summary().nonFinite())
        .containsExactly(new NonFiniteWeights("rnn.bias_hh_l1", 2, 1));
    assertThat(mvc.get().uri("/v1/models/" + model.id()))
        .bodyJson()
        .extractingPath("$.non_finite[0].parameter")
        .isEqualTo("rnn.bias_hh_l1");
    Model copy = uploaded(Files.readAllBytes(catalogue.content(model.id())));
    assertThat(copy.summary().nonFinite()).isEqualTo(model.summary().nonFinite());
  }

  static Stream<Arguments> misfits() {
    double[] none = {};
    return Stream.of(
        Arguments.of(
            PyTorchFile.of(LSTM).without("decoder.bias"),
            "missing_tensor",
            "decoder.bias: expected a tensor of shape [11], found none"),
        Arguments.of(
            PyTorchFile.of(LSTM).without("rnn.bias_ih_l1"),
            "missing_tensor",
            "rnn.bias_ih_l1: expected a tensor of shape [28], found none"),
        Arguments.of(
            PyTorchFile.of(LSTM).without("decoder.weight"),
            "missing_tensor",
            "decoder.weight: expected a tensor of shape [11, 7], found none"),
        Arguments.of(
            new PyTorchFile().tensor("encoder.weight", "F32", List.of(1, 1), 0),
            "missing_tensor",
            "embedding.weight: expected a tensor of shape [vocabulary_size, embedding_size], found"
                + " none, but encoder.weight"),
        Arguments.of(
            PyTorchFile.of(LSTM).tensor("norm.weight", "F32", List.of(1), 1),
            "unexpected_tensor",
            "norm.weight: expected no such tensor in this architecture"),
        Arguments.of(
            PyTorchFile.of(LSTM).tensor("rnn.bias_ih_l7", "F32", List.of(0), none),
            "unexpected_tensor",
            "rnn.bias_ih_l7: expected no such tensor in this architecture"),
        Arguments.of(
            PyTorchFile.of(LSTM).tensor("rnn.bias_ih_l0", "F32", List.of(2), 1, 2),
            "wrong_tensor_shape",
            "rnn.bias_ih_l0: expected shape [28], found [2]"),
        Arguments.of(
            PyTorchFile.of(LSTM).tensor("rnn.bias_ih_l0", "I32", List.of(28), new double[28]),
            "wrong_tensor_dtype",
            "rnn.bias_ih_l0: expected dtype F32, F64, F16 or BF16, found I32"),
        Arguments.of(
            PyTorchFile.of(LSTM).tensor("decoder.bias", "F64", List.of(11), filled(11, 1e300)),
            "wrong_tensor_value",
            "decoder.bias: expected numbers within float32, found 1.0E300 as element 0"),
        Arguments.of(
            PyTorchFile.of(LSTM).metadata("architecture", "gru"),
            "wrong_tensor_shape",
            "rnn.weight_ih_l0: expected shape [21, 5], found [28, 5]"),
        Arguments.of(
            PyTorchFile.of(LSTM).metadata("architecture", "{\"layers\": 3}"),
            "missing_tensor",
            "rnn.weight_ih_l2: expected a tensor of shape [28, 7], found none"),
        Arguments.of(
            PyTorchFile.of(LSTM).metadata("architecture", "{\"layers\": 1}"),
            "unexpected_tensor",
            "rnn.bias_hh_l1: expected no such tensor in this architecture"),
        Arguments.of(
            PyTorchFile.of(LSTM).metadata("architecture", "{\"embedding_size\": 6}"),
            "wrong_tensor_shape",
            "embedding.weight: expected shape [11, 6], found [11, 5]"),
        Arguments.of(
            PyTorchFile.of(LSTM).metadata("architecture", "{\"hidden_size\": 9}"),
            "wrong_tensor_shape",
            "rnn.weight_ih_l0: expected shape [36, 5], found [28, 5]"),
        Arguments.of(
            PyTorchFile.of(LSTM).metadata("vocabulary", list("a", "b")),
            "vocabulary_mismatch",
            "__metadata__: vocabulary: expected 11 symbols, as embedding.weight has so many rows,"
                + " found 2"));
  }

  private static double[] filled(int size, double value) {
    double[] values = new double[size];
    Arrays.fill(values, value);
    return values;
  }

  @ParameterizedTest
  @MethodSource("misfits")
  void upload_tensorsThatDoNotFit_areRefusedByName(PyTorchFile file, String code, String detail) {
    assertRefused(file, 422, code, "file: " + detail);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "vocabulary | | vocabulary: expected an entry of this name with a JSON list of all symbols,"
            + " found none",
        "vocabulary | {} | vocabulary: The body: expected an array, found an object",
        "vocabulary | null | vocabulary: expected a list of strings, found null",
        "vocabulary | ['a', null] | vocabulary: expected a list of strings, found null",
        "vocabulary | ['a', 7] | vocabulary: [1]: expected a string, found 7",
        "vocabulary | ['a','a','c','d','e','f','g','h','i','j','k'] | vocabulary: expected distinct"
            + " symbols, found \"a\" as 0 and as 1",
        "vocabulary | ['ab','b','c','d','e','f','g','h','i','j','k'] | vocabulary: expected one"
            + " character a symbol, found \"ab\" as 0",
        "vocabulary | ['\\ud800','b','c','d','e','f','g','h','i','j','k'] | vocabulary: expected"
            + " Unicode, found half of a surrogate pair in symbol 0",
        "tokenizer | bpe | tokenizer: The body: expected one of char, byte, word, event, found"
            + " \"bpe\"",
        "tokenizer | {'type': 'char', 'lower': true} | tokenizer: lower: unknown field; expected one"
            + " of type, max_vocabulary, unknown",
        "tokenizer | {'unknown': 'map'} | vocabulary: expected <unk> among the symbols, as unknown"
            + " ones map to it",
        "tokenizer | byte | vocabulary: expected the 256 bytes in order, found 11 other symbols",
        "architecture | transformer | architecture: The body: expected one of rnn, gru, lstm, mlp, conv, found"
            + " \"transformer\"",
        "architecture | {'hidden_size': '7'} | architecture: hidden_size: expected an integer,"
            + " found \"7\"",
        "architecture | {'layers': 0} | architecture.layers: expected at least 1, found 0",
        "architecture | {'tie_weights': true} | architecture.tie_weights: expected embedding_size"
            + " equal to hidden_size, found 5 and 7",
        "architecture | {'cell': | architecture: The body is not valid JSON",
        "carousel.format_version | 9 | carousel.format_version: expected 1, found \"9\"",
        "carousel.format_version | 1 | carousel.architecture: expected an entry of this name in the"
            + " metadata, found none"
      })
  void upload_metadataThatMakesNoModel_isRefused(
      String key, @Nullable String value, String detail) {
    PyTorchFile file = PyTorchFile.of(LSTM).withoutMetadata(key);
    if (value != null) {
      file.metadata(key, value.replace('\'', '"'));
    }
    MvcTestResult result = upload(file.bytes());
    assertThat(result)
        .bodyJson()
        .extractingPath("$.detail")
        .asString()
        .startsWith("file: __metadata__: " + detail);
    assertThat(result).bodyJson().extractingPath("$.error.code").isEqualTo("invalid_metadata");
    assertThat(result).hasStatus(422);
    assertNothingLeft();
  }

  @Test
  void upload_ourContentWithNulls_isRefused() {
    PyTorchFile file =
        PyTorchFile.of(LSTM)
            .metadata("carousel.format_version", "1")
            .metadata("carousel.created", "2026-01-01T00:00:00Z")
            .metadata("carousel.provenance", "{}")
            .metadata("carousel.architecture", "{\"layers\":2,\"hidden_size\":7}");
    assertRefused(
        file,
        422,
        "invalid_metadata",
        "file: __metadata__: carousel.architecture: embedding_size: expected an integer,"
            + " found nothing");
    file.metadata(
        "carousel.architecture",
        "{\"layers\":2,\"hidden_size\":7,\"embedding_size\":5,\"dropout\":0,\"tie_weights\":false}");
    String missing =
        ": expected all that a model has, found a field or symbol that is missing or null";
    assertRefused(
        file, 422, "invalid_metadata", "file: __metadata__: carousel.architecture" + missing);
    file.metadata(
        "carousel.architecture", TestStorage.mapper().writeValueAsString(LSTM.architecture()));
    for (String tokenizer :
        List.of(
            "{}",
            "{\"specification\":{},\"symbols\":[]}",
            "{\"specification\":{\"type\":\"char\",\"unknown\":\"reject\"},\"symbols\":[null]}")) {
      file.metadata("carousel.tokenizer", tokenizer);
      assertRefused(
          file, 422, "invalid_metadata", "file: __metadata__: carousel.tokenizer" + missing);
    }
  }

  @Test
  void upload_whatThisServiceDoesNotHave_isSaid() {
    assertRefused(
        PyTorchFile.of(LSTM).tensor("rnn.weight_ih_l0_reverse", "F32", List.of(1), 0),
        400,
        "not_supported",
        "file: expected a network that reads forward, found rnn.weight_ih_l0_reverse of a"
            + " bidirectional one");
    assertRefused(
        PyTorchFile.of(LSTM).tensor("rnn.weight_hr_l0", "F32", List.of(1), 0),
        400,
        "not_supported",
        "file: expected an LSTM without projections (proj_size 0), found rnn.weight_hr_l0");
    assertRefused(
        PyTorchFile.of(LSTM).metadata("architecture", "{\"layer_norm\": true}"),
        400,
        "not_supported",
        "architecture.layer_norm: layer normalisation is not supported yet; expected false, found"
            + " true");
  }

  @Test
  void upload_overALimit_namesTheSetting() {
    assertRefused(
        PyTorchFile.of(LSTM).metadata("architecture", "{\"layers\": 4}"),
        400,
        "limit_exceeded",
        "architecture.layers: expected at most 3 (the setting carousel.limits.max-layers), found 4");
    assertRefused(
        PyTorchFile.of(LSTM).metadata("architecture", "{\"hidden_size\": 17}"),
        400,
        "limit_exceeded",
        "architecture.hidden_size: expected at most 16 (the setting"
            + " carousel.limits.max-hidden-size), found 17");
    byte[] longHeader = PyTorchFile.of(LSTM).metadata("note", "x".repeat(4096)).bytes();
    long header = ByteBuffer.wrap(longHeader).order(ByteOrder.LITTLE_ENDIAN).getLong();
    assertRefused(
        longHeader,
        400,
        "limit_exceeded",
        "file: expected a header of at most 4096 bytes, found a length of %d (the setting"
                .formatted(header)
            + " carousel.models.max-header-bytes)");
    assertRefused(
        new byte[30 * 1024 + 1],
        413,
        "body_too_large",
        "The body is too large: expected at most 30720 bytes (the setting"
            + " carousel.limits.max-model-bytes), found 30721 bytes.");
    PyTorchFile half =
        tied()
            .tensor("embedding.weight", "BF16", List.of(4000, 2), new double[8000])
            .metadata("architecture", "{\"tie_weights\": true}");
    assertRefused(
        half,
        400,
        "limit_exceeded",
        "file: expected at most 30720 bytes of weights as float32 (the setting"
            + " carousel.limits.max-model-bytes), found 12012 weights of 4 bytes");
  }

  @Test
  void upload_tooManySymbolsOrParameters_namesTheSetting() {
    PyTorchFile wide =
        tied()
            .tensor("embedding.weight", "BF16", List.of(5001, 2), new double[10_002])
            .metadata("architecture", "{\"tie_weights\": true}");
    assertRefused(
        wide,
        400,
        "limit_exceeded",
        "vocabulary: expected at most 5000 (the setting carousel.limits.max-vocabulary), found"
            + " 5001");
    wide.tensor("embedding.weight", "BF16", List.of(5000, 2), new double[10_000]);
    assertRefused(
        wide,
        400,
        "limit_exceeded",
        "architecture.parameters: expected at most 15000 (the setting"
            + " carousel.limits.max-parameters), found 15012");
  }

  @Test
  void upload_fullCatalogue_is429() {
    byte[] file = PyTorchFile.of(LSTM).bytes();
    for (int i = 0; i < 3; i++) {
      assertThat(upload(file)).hasStatus(201);
    }
    MvcTestResult result = upload(file);
    assertThat(result).hasStatus(429);
    assertThat(result).bodyJson().extractingPath("$.error.code").isEqualTo("too_many_models");
  }

  @Test
  void upload_noSafetensors_isRefused() {
    assertRefused(
        new byte[0],
        400,
        "malformed_safetensors",
        "file: expected at least 8 bytes, the length of the header, found 0");
    MvcTestResult pickle = upload("PK\u0003\u0004 and so on: a zip of pickles".getBytes(UTF_8));
    assertThat(pickle).hasStatus(400);
    assertThat(pickle).bodyJson().extractingPath("$.error.code").isEqualTo("limit_exceeded");
    byte[] whole = PyTorchFile.of(LSTM).bytes();
    MvcTestResult cut = upload(Arrays.copyOf(whole, whole.length - 3));
    assertThat(cut).hasStatus(400);
    assertThat(cut).bodyJson().extractingPath("$.error.code").isEqualTo("malformed_safetensors");
    assertNothingLeft();
  }

  /** Whatever a file says is shown in part only. */
  @Test
  void upload_longNames_areCutInWhatIsSaid() {
    String name = "n".repeat(1000);
    String twice = "{\"%1$s\":1,\"%1$s\":2}".formatted(name);
    byte[] file =
        ByteBuffer.allocate(8 + twice.length())
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(twice.length())
            .put(twice.getBytes(UTF_8))
            .array();
    String symbols = list(name, "b", "c", "d", "e", "f", "g", "h", "i", "j", "k");
    for (byte[] long_ :
        List.of(
            file,
            PyTorchFile.of(LSTM).metadata("vocabulary", symbols).bytes(),
            PyTorchFile.of(LSTM)
                .metadata("tokenizer", "event")
                .metadata("vocabulary", symbols.replace("\"b\"", "\"" + name + "\""))
                .bytes(),
            PyTorchFile.of(LSTM).metadata("architecture", "{\"" + name + "\": 1}").bytes(),
            PyTorchFile.of(LSTM).metadata("architecture", name).bytes(),
            PyTorchFile.of(LSTM).tensor(name, "F32", List.of(1), 1).bytes(),
            PyTorchFile.of(LSTM)
                .tensor("rnn." + name + "_l0_reverse", "F32", List.of(1), 1)
                .bytes())) {
      MvcTestResult result = upload(long_);
      assertThat(result).bodyJson().extractingPath("$.detail").asString().hasSizeLessThan(800);
      assertThat(result.getResponse().getStatus()).isBetween(400, 422);
    }
    assertNothingLeft();
  }

  @Test
  void upload_requestItself_isChecked() {
    assertThat(upload(PyTorchFile.of(LSTM).bytes(), "Not A Suffix"))
        .hasStatus(400)
        .bodyJson()
        .extractingPath("$.error.param")
        .isEqualTo("suffix");
    assertThat(upload(PyTorchFile.of(LSTM).bytes(), "")).hasStatus(201);
    assertThat(mvc.post().uri("/v1/models").multipart())
        .hasStatus(400)
        .bodyJson()
        .extractingPath("$.error.code")
        .isEqualTo("missing_part");
    assertThat(LETTERS).hasSize(LSTM.vocabularySize());
  }
}
