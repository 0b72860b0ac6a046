package io.carousel.models;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.carousel.PyTorchFile;
import io.carousel.engine.PyTorchFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.util.FileSystemUtils;
import org.springframework.util.unit.DataSize;

/**
 * Uploads that Jazzer makes up, guided by which branches they reach; each must have the {@link
 * UploadProperty}. Each build makes them up from the same seed, so that it does not fail by chance.
 * For longer, and other ones each time: {@code ./mvnw test -Dtest=UploadFuzzTest
 * -Dcarousel.fuzz.seconds=300 -Dcarousel.fuzz.corpus=target/fuzz}, which also keeps what was found
 * to reach something new.
 */
class UploadFuzzTest {
  private static final Pattern EXECUTED = Pattern.compile("number_of_executed_units: *(\\d+)");

  /** How long it takes; where it is given, the seed is another each time. */
  private static final String SECONDS = "carousel.fuzz.seconds";

  /** Every model is some kilobytes; Jazzer makes nothing longer than this of them. */
  private static final int LONGEST = 16_384;

  @TempDir private Path directory;

  /** Files that are models, from which it begins. */
  private static Map<String, byte[]> models(Path directory) throws IOException {
    Map<String, byte[]> models = new LinkedHashMap<>();
    for (String kind : PyTorchFixture.KINDS) {
      PyTorchFixture fixture = PyTorchFixture.load(kind);
      models.put(kind, PyTorchFile.of(fixture).bytes());
      models.put(kind + "-f16", PyTorchFile.of(fixture).as("F16", fixture).bytes());
    }
    models.put("tiny", tiny().bytes());
    models.put(
        "tied",
        tiny()
            .without("decoder.weight")
            .metadata("decoder.weight", "embedding.weight")
            .metadata("tokenizer", "{\"type\":\"event\",\"unknown\":\"map\"}")
            .metadata("vocabulary", PyTorchFile.list("a", "<unk>"))
            .bytes());
    ModelCatalogue catalogue = ModelFixtures.open(directory, DataSize.ofMegabytes(1));
    models.put(
        "ours", Files.readAllBytes(catalogue.content(ModelFixtures.save(catalogue, "x").id())));
    return models;
  }

  static PyTorchFile tiny() {
    return new PyTorchFile()
        .metadata("vocabulary", PyTorchFile.list("a", "b"))
        .tensor("embedding.weight", "F64", List.of(2, 1), 1, 2)
        .tensor("rnn.weight_ih_l0", "F32", List.of(1, 1), 0)
        .tensor("rnn.weight_hh_l0", "F32", List.of(1, 1), 0)
        .tensor("rnn.bias_ih_l0", "F16", List.of(1), 0)
        .tensor("rnn.bias_hh_l0", "BF16", List.of(1), Double.NaN)
        .tensor("decoder.weight", "F32", List.of(2, 1), 1, 2)
        .tensor("decoder.bias", "F32", List.of(2), 0, 0);
  }

  @Test
  void seeds_areModels() throws IOException {
    UploadProperty property = new UploadProperty(directory.resolve("property"));
    for (Map.Entry<String, byte[]> model : models(directory.resolve("seeds")).entrySet()) {
      assertThat(property.check(model.getValue())).as(model.getKey()).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(classes = {UploadFuzz.Bytes.class, UploadFuzz.Headers.class})
  void upload_ofMadeUpBytes_isAModelOrRefused(Class<?> target) throws Exception {
    String kept = System.getProperty("carousel.fuzz.corpus", "");
    Path corpus =
        kept.isEmpty()
            ? directory.resolve("corpus")
            : Path.of(kept).resolve(target.getSimpleName()).toAbsolutePath();
    Files.createDirectories(corpus);
    if (target == UploadFuzz.Bytes.class) {
      for (Map.Entry<String, byte[]> model : models(directory.resolve("seeds")).entrySet()) {
        Files.write(corpus.resolve(model.getKey()), model.getValue());
      }
    }
    int seconds = Integer.getInteger(SECONDS, 8);
    // In memory, where there is such a place: a model that is taken in is forced to the disk.
    Path memory = Path.of("/dev/shm");
    Path storage =
        Files.createTempDirectory(
            Files.isWritable(memory) ? memory : directory, "carousel-upload-fuzz");
    String output;
    try {
      output = fuzz(target, corpus, storage, seconds);
    } finally {
      FileSystemUtils.deleteRecursively(storage);
    }
    Matcher executed = EXECUTED.matcher(output);
    assertThat(executed.find()).as(output).isTrue();
    System.out.printf("%s: %s uploads%n", target.getSimpleName(), executed.group(1));
    // That it has run, and not only started; a slow machine does some hundred a second.
    assertThat(Long.parseLong(executed.group(1))).as(output).isGreaterThan(50L * seconds);
  }

  private String fuzz(Class<?> target, Path corpus, Path storage, int seconds) throws Exception {
    Path dictionary = directory.resolve("dictionary");
    Files.writeString(dictionary, DICTIONARY, UTF_8);
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-Xmx256m", // whoever takes a claim of a file for its size runs out of it
            "-XX:+UseSerialGC",
            "-XX:+EnableDynamicAgentLoading",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-D" + UploadFuzz.STORAGE + "=" + storage,
            "-Djava.io.tmpdir=" + Files.createDirectories(directory.resolve("tmp")),
            "-cp",
            System.getProperty("java.class.path"),
            "com.code_intelligence.jazzer.Jazzer",
            "--target_class=" + target.getName(),
            "--hooks=false", // what they look for, SQL or LDAP, is not here; and they slow every
            // class
            "--instrumentation_includes=io.carousel.**",
            "--reproducer_path=" + directory,
            "-artifact_prefix=" + directory + "/",
            "-dict=" + dictionary,
            "-max_total_time=" + seconds,
            "-max_len=" + LONGEST,
            "-timeout=30",
            "-rss_limit_mb=0", // the heap is limited; the JVM takes the rest
            "-print_final_stats=1"));
    if (System.getProperty(SECONDS) == null) {
      command.add("-seed=1");
    }
    command.add(corpus.toString());
    Path log = directory.resolve("log");
    Process process =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    if (!process.waitFor(seconds + 60L, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
    }
    String output = Files.readString(log, UTF_8);
    assertThat(process.exitValue()).as("%s", output).isZero();
    return output;
  }

  private static final String DICTIONARY =
      """
      "embedding.weight"
      "rnn.weight_ih_l0"
      "rnn.weight_hh_l1"
      "rnn.bias_ih_l0"
      "rnn.weight_hr_l0"
      "_reverse"
      "decoder.weight"
      "decoder.bias"
      "__metadata__"
      "dtype"
      "shape"
      "data_offsets"
      "F16"
      "BF16"
      "F32"
      "F64"
      "I64"
      "BOOL"
      "F8_E5M2"
      "vocabulary"
      "tokenizer"
      "architecture"
      "tie_weights"
      "max_vocabulary"
      "hidden_size"
      "layers"
      "unknown"
      "<unk>"
      "carousel.format_version"
      "carousel.created"
      "carousel.architecture"
      "carousel.tokenizer"
      "carousel.provenance"
      "carousel.non_finite"
      "9223372036854775807"
      "4294967296"
      "1e999"
      "\\\\ud800"
      "null"
      "true"
      "[[[["
      "{}"
      """;
}
