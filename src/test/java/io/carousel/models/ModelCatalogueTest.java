package io.carousel.models;

import static io.carousel.engine.nn.Initialization.Recurrent.XAVIER;
import static io.carousel.models.ModelFixtures.ARCHITECTURE;
import static io.carousel.models.ModelFixtures.PROVENANCE;
import static io.carousel.models.ModelFixtures.TOKENIZER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.carousel.engine.nn.Architecture;
import io.carousel.engine.nn.CellType;
import io.carousel.engine.nn.Connections;
import io.carousel.engine.nn.Initialization;
import io.carousel.engine.nn.Nonlinearity;
import io.carousel.engine.nn.Parameters;
import io.carousel.engine.synthetic.SyntheticSpecification;
import io.carousel.engine.train.GradientClipping;
import io.carousel.engine.train.Optimizer;
import io.carousel.engine.train.Schedule;
import io.carousel.engine.train.TrainingSpecification;
import io.carousel.http.ProblemException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.util.unit.DataSize;

class ModelCatalogueTest {
  @TempDir Path directory;
  private ModelCatalogue catalogue;

  @BeforeEach
  void open() {
    catalogue = reopen();
  }

  @Test
  void save_isThereAfterRestart_bitForBit() {
    Model saved = ModelFixtures.save(catalogue, "shakespeare");
    assertThat(saved.id()).matches("shakespeare-[0-9a-f]{8}");
    assertThat(saved.created()).isEqualTo(1767225600);
    Model loaded = reopen().get(saved.id());
    assertThat(loaded).isNotSameAs(saved);
    assertThat(loaded.architecture()).isEqualTo(ARCHITECTURE);
    assertThat(loaded.provenance()).isEqualTo(PROVENANCE);
    assertThat(loaded.tokenizer().specification()).isEqualTo(TOKENIZER.specification());
    assertThat(loaded.tokenizer().vocabulary().symbols())
        .isEqualTo(TOKENIZER.vocabulary().symbols());
    assertThat(loaded.parameters().values()).isEqualTo(ModelFixtures.parameters().values());
    assertThat(loaded.created()).isEqualTo(saved.created());
  }

  static List<TrainingSpecification> trainings() {
    TrainingSpecification d = TrainingSpecification.DEFAULT;
    return Stream.of(
            new Optimizer.Sgd(0.1, 0.9),
            new Optimizer.RmsProp(0.01, 0.99, 1e-8),
            new Optimizer.Adam(0.002),
            new Optimizer.AdamW(0.002, 0.9, 0.95, 1e-9, 0.01))
        .flatMap(optimizer ->
            Stream.of(
                    new Schedule.Constant(),
                    new Schedule.Linear(10, 0.1),
                    new Schedule.Cosine(3, 0))
                .flatMap(schedule ->
                    Stream.of(
                            new GradientClipping.None(),
                            new GradientClipping.GlobalNorm(5),
                            new GradientClipping.Value(0.5))
                        .map(clipping ->
                            new TrainingSpecification(
                                d.epochs(),
                                5,
                                1.5,
                                d.batchSize(),
                                d.sequenceLength(),
                                optimizer,
                                schedule,
                                clipping,
                                d.earlyStopping(),
                                d.topK()))))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("trainings")
  void provenance_ofEverySetting_isReadBack(TrainingSpecification training) {
    Provenance provenance =
        new Provenance(
            "ab",
            new SyntheticSpecification.Copy(7, 100, 3),
            -1,
            "vector",
            "25",
            "arm64",
            1L << 40,
            2,
            null,
            0.25,
            "parent-0",
            training);
    String id =
        catalogue.save(null, ARCHITECTURE, TOKENIZER, ModelFixtures.parameters(), provenance).id();
    assertThat(id).startsWith("gru-");
    assertThat(reopen().get(id).provenance()).isEqualTo(provenance);
  }

  @ParameterizedTest
  @CsvSource({"LSTM, HIGHWAY", "RNN, DENSE", "MLP, RESIDUAL", "CONV, NONE"})
  void save_anyCellAndConnections_isThereAfterRestart(CellType cell, Connections connections) {
    Architecture a =
        new Architecture(
                cell, 3, 4, 3, 0, false, Nonlinearity.RELU, new Initialization(XAVIER, 1, 0, -3))
            .withConnections(connections)
            .withContext(5, 3, 2);
    Parameters parameters = Parameters.initialize(a, TOKENIZER.vocabulary().size(), 1);
    Model saved = catalogue.save("deep", a, TOKENIZER, parameters, PROVENANCE);
    Model loaded = reopen().get(saved.id());
    assertThat(loaded.architecture()).isEqualTo(a);
    assertThat(loaded.parameters().values()).isEqualTo(parameters.values());
  }

  /** Of before there were connections, and cells that are not recurrent. */
  @Test
  void start_olderFile_isReadAsWhatItWas() throws IOException {
    Path content = catalogue.content(ModelFixtures.save(catalogue, "old").id());
    String file = Files.readString(content, StandardCharsets.ISO_8859_1);
    Matcher newer =
        Pattern.compile(
                ",\\\\\"(connections|context_size|kernel_size|max_dilation|transform_bias)\\\\\":"
                    + "[^,}]*")
            .matcher(file);
    String older = newer.replaceAll(found -> " ".repeat(found.group().length()));
    assertThat(older).isNotEqualTo(file).doesNotContain("connections", "transform_bias");
    Files.writeString(content, older, StandardCharsets.ISO_8859_1);
    assertThat(reopen().list())
        .extracting(ModelSummary::architecture)
        .containsExactly(ARCHITECTURE);
  }

  @Test
  void save_doesNotShareTheCallersArray() {
    Parameters parameters = ModelFixtures.parameters();
    Model model = catalogue.save("a", ARCHITECTURE, TOKENIZER, parameters, PROVENANCE);
    Arrays.fill(parameters.values(), 0);
    assertThat(catalogue.get(model.id()).parameters().values())
        .isEqualTo(ModelFixtures.parameters().values());
  }

  @Test
  void save_thatCannotBeWritten_leavesNothing() throws IOException {
    Path models = directory.resolve("models");
    Files.delete(models);
    Files.writeString(models, "a file where the directory should be");
    assertThatThrownBy(() -> ModelFixtures.save(catalogue, "a"))
        .isInstanceOf(UncheckedIOException.class);
    assertThat(catalogue.list()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "A", "a_b", "../x", "é", "a b", "12345678901234567890123456789012345678901"})
  void suffix_strange_isRefused(String suffix) {
    assertThatThrownBy(() -> ModelFixtures.save(catalogue, suffix))
        .asInstanceOf(type(ProblemException.class))
        .satisfies(problem -> assertThat(problem.param()).isEqualTo("suffix"));
    assertThat(catalogue.list()).isEmpty();
  }

  @Test
  void list_isNewestFirst_alsoWithinOneInstantAndAfterRestart() {
    List<String> ids =
        Stream.of("c", "a", "b").map(name -> ModelFixtures.save(catalogue, name).id()).toList();
    assertThat(catalogue.list()).extracting(ModelSummary::id).isEqualTo(ids.reversed());
    assertThat(reopen().list()).extracting(ModelSummary::id).isEqualTo(ids.reversed());
    assertThat(catalogue.list().getFirst().parameterCount())
        .isEqualTo(ModelFixtures.parameters().values().length);
  }

  @Test
  void start_doesNotListDamaged_andRemovesLeftovers() throws IOException {
    String kept = ModelFixtures.save(catalogue, "kept").id();
    Path models = directory.resolve("models");
    byte[] good = Files.readAllBytes(catalogue.content(kept));
    Files.write(models.resolve("cut-00000001.safetensors"), Arrays.copyOf(good, good.length - 4));
    Files.write(models.resolve("start-00000002.safetensors"), new byte[] {1, 2, 3});
    Files.write(models.resolve("empty-00000003.safetensors"), new byte[0]);
    Files.write(models.resolve("NoId.safetensors"), good);
    Files.write(models.resolve("version-00000004.safetensors"), withVersion(good, "9"));
    Files.write(models.resolve(".half.tmp"), good);
    Files.writeString(models.resolve("notes.md"), "not ours");
    ModelCatalogue restarted = reopen();
    assertThat(restarted.list()).extracting(ModelSummary::id).containsExactly(kept);
    assertThat(models.resolve(".half.tmp")).doesNotExist();
    assertThat(models.resolve("cut-00000001.safetensors")).exists();
    assertThat(models.resolve("notes.md")).exists();
  }

  private static byte[] withVersion(byte[] file, String version) {
    String latin = new String(file, java.nio.charset.StandardCharsets.ISO_8859_1);
    String entry = "\"carousel.format_version\":\"1\"";
    assertThat(latin).contains(entry);
    return latin
        .replace(entry, entry.replace("\"1\"", "\"" + version + "\""))
        .getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
  }

  @Test
  void file_isSafetensorsWithMetadata() throws IOException {
    String id = ModelFixtures.save(catalogue, "a").id();
    ByteBuffer file =
        ByteBuffer.wrap(Files.readAllBytes(catalogue.content(id))).order(ByteOrder.LITTLE_ENDIAN);
    byte[] header = new byte[(int) file.getLong()];
    file.get(header);
    Map<?, ?> fields = ModelFixtures.mapper().readValue(header, Map.class);
    Map<?, ?> metadata = (Map<?, ?>) Objects.requireNonNull(fields.get("__metadata__"));
    assertThat(metadata.get("format")).isEqualTo("pt");
    assertThat((String) metadata.get("carousel.architecture"))
        .contains("\"cell\":\"gru\"", "\"hidden_size\":4", "\"recurrent\":\"uniform\"");
    assertThat((String) metadata.get("carousel.provenance"))
        .contains("\"type\":\"adam\"", "\"type\":\"constant\"", "\"type\":\"global_norm\"")
        .contains("\"valid_loss\":null");
    assertThat(fields.containsKey("rnn.weight_hh_l1")).isTrue();
  }

  @Test
  void delete_harmsNobodyWhoHoldsTheModel() {
    Model held = ModelFixtures.save(catalogue, "a");
    Path file = catalogue.content(held.id());
    catalogue.delete(held.id());
    assertThat(file).doesNotExist();
    assertThat(held.parameters().values()).isEqualTo(ModelFixtures.parameters().values());
    assertThat(catalogue.exists(held.id())).isFalse();
    assertNotFound(() -> catalogue.get(held.id(), "model"), "model");
    assertNotFound(() -> catalogue.delete(held.id()), "id");
    assertNotFound(() -> catalogue.content(held.id()), "id");
    assertThat(reopen().list()).isEmpty();
  }

  /** A directory with something in it stands for a file that cannot be removed, for root too. */
  @Test
  void delete_fileThatCannotBeRemoved_staysInTheCatalogue() throws IOException {
    Model kept = ModelFixtures.save(catalogue, "a");
    Path file = catalogue.content(kept.id());
    Path aside = Files.move(file, directory.resolve("aside"));
    Path stubborn = Files.createDirectories(file.resolve("stubborn"));

    assertThatThrownBy(() -> catalogue.delete(kept.id())).isInstanceOf(UncheckedIOException.class);
    assertThat(catalogue.get(kept.id())).isSameAs(kept);
    assertThat(catalogue.list()).extracting(ModelSummary::id).containsExactly(kept.id());

    Files.delete(stubborn);
    Files.delete(file);
    Files.move(aside, file);
    catalogue.delete(kept.id());
    assertThat(file).doesNotExist();
    assertNotFound(() -> catalogue.get(kept.id(), "model"), "model");
  }

  @Test
  void get_beyondTheCache_stillLoads() {
    catalogue = ModelFixtures.open(directory, DataSize.ofBytes(1));
    String id = ModelFixtures.save(catalogue, "a").id();
    for (int i = 0; i < 3; i++) {
      assertThat(catalogue.get(id).parameters().values())
          .isEqualTo(ModelFixtures.parameters().values());
    }
  }

  @Test
  void get_twice_sharesTheWeights() {
    String id = ModelFixtures.save(catalogue, "a").id();
    ModelCatalogue restarted = reopen();
    assertThat(restarted.get(id)).isSameAs(restarted.get(id));
  }

  private ModelCatalogue reopen() {
    return ModelFixtures.open(directory, DataSize.ofMegabytes(1));
  }

  private static void assertNotFound(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable call, String param) {
    assertThatThrownBy(call)
        .asInstanceOf(type(ProblemException.class))
        .satisfies(problem -> {
          assertThat(problem.status().value()).isEqualTo(404);
          assertThat(problem.param()).isEqualTo(param);
        });
  }
}
