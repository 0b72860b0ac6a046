package io.carousel.files;

import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.carousel.engine.tokens.Dataset;
import io.carousel.http.LimitSettings;
import io.carousel.http.ProblemException;
import io.carousel.http.wiring.JsonConfiguration;
import io.carousel.storage.StorageSettings;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.util.unit.DataSize;
import tools.jackson.databind.json.JsonMapper;

class FileStoreTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-01-01T00:00:00Z"), ZoneOffset.UTC);

  @TempDir Path directory;
  private FileStore store;

  @BeforeEach
  void open() {
    store = reopen();
  }

  @Test
  void add_isThereAfterRestart() throws IOException {
    StoredFile file = add("a.txt", "abc", null);
    assertThat(file.sha256())
        .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assertThat(file.createdAt()).isEqualTo(1767225600);
    assertThat(file.bytes()).isEqualTo(3);
    FileStore restarted = reopen();
    assertThat(restarted.list()).containsExactly(file);
    assertThat(restarted.dataset(restarted.get(file.id()))).isEqualTo(new Dataset.Text("abc"));
    assertThat(Files.readString(restarted.content(file.id()))).isEqualTo("abc");
  }

  @Test
  void list_isNewestFirst_alsoWithinOneSecondAndAfterRestart() throws IOException {
    List<String> ids =
        List.of(add("a", "1", null).id(), add("b", "2", null).id(), add("c", "3", null).id());
    assertThat(store.list()).extracting(StoredFile::id).isEqualTo(ids.reversed());
    assertThat(reopen().list()).extracting(StoredFile::id).isEqualTo(ids.reversed());
  }

  @Test
  void delete_leavesNothing() throws IOException {
    StoredFile file = add("a.txt", "abc", null);
    store.delete(file.id());
    assertThat(filesOnDisk()).isEmpty();
    assertProblem(() -> store.get(file.id(), "training_file"), 404, "not_found", "training_file");
    assertProblem(() -> store.delete(file.id()), 404, "not_found", "id");
    assertProblem(() -> store.dataset(file), 404, "not_found", "id");
  }

  /** A directory with something in it stands for a file that cannot be removed, for root too. */
  @ParameterizedTest
  @ValueSource(strings = {".json", ".data"})
  void delete_fileThatCannotBeRemoved_staysListedAndKeepsItsPlace(String part) throws IOException {
    FileStore small = reopen(1);
    StoredFile file = add(small, "a.txt", "abc".getBytes(UTF_8), null);
    Path path = directory.resolve("files").resolve(file.id() + part);
    Path aside = Files.move(path, directory.resolve("aside"));
    Path stubborn = Files.createDirectories(path.resolve("stubborn"));

    assertThatThrownBy(() -> small.delete(file.id())).isInstanceOf(IOException.class);
    assertThat(small.list()).containsExactly(file);
    assertProblem(() -> add(small, "b", "1".getBytes(UTF_8), null), 429, "too_many_files", null);

    Files.delete(stubborn);
    Files.delete(path);
    Files.move(aside, path);
    small.delete(file.id());
    assertThat(filesOnDisk()).isEmpty();
    add(small, "b", "1".getBytes(UTF_8), null);
  }

  @Test
  void add_refused_leavesNothing() {
    assertProblem(() -> add("a.jsonl", "{", null), 400, "malformed_jsonl", "file");
    assertThat(store.list()).isEmpty();
    assertThat(filesOnDisk()).isEmpty();
  }

  @Test
  void start_removesLeftovers_andDoesNotListDamaged() throws IOException {
    StoredFile kept = add("a.txt", "abc", null);
    StoredFile truncated = add("b.txt", "abcdef", null);
    Files.writeString(store.content(truncated.id()), "abc");
    Path files = directory.resolve("files");
    Files.writeString(files.resolve("file-1.json"), "{\"id\":");
    Files.writeString(files.resolve(".upload.tmp"), "half");
    Files.writeString(files.resolve("file-2.data"), "never described");
    FileStore restarted = reopen();
    assertThat(restarted.list()).containsExactly(kept);
    assertThat(filesOnDisk())
        .containsExactlyInAnyOrder(
            kept.id() + ".data",
            kept.id() + ".json",
            truncated.id() + ".data",
            truncated.id() + ".json",
            "file-1.json");
  }

  @Test
  void add_beyondTheLimit_is429_untilOneIsDeleted() throws IOException {
    FileStore small = reopen(2);
    String first = add(small, "a", "1".getBytes(UTF_8), null).id();
    add(small, "b", "2".getBytes(UTF_8), null);
    assertProblem(() -> add(small, "c", "3".getBytes(UTF_8), null), 429, "too_many_files", null);
    assertProblem(
        () -> add(reopen(2), "c", "3".getBytes(UTF_8), null), 429, "too_many_files", null);
    small.delete(first);
    add(small, "c", "3".getBytes(UTF_8), null);
  }

  @Test
  void add_refused_givesItsPlaceBack() throws IOException {
    FileStore small = reopen(1);
    assertProblem(() -> add(small, "a", new byte[0], null), 400, "empty_file", "file");
    add(small, "b", "2".getBytes(UTF_8), null);
  }

  @Test
  void add_notUtf8_isRefusedWithTheOffset() {
    byte[] late = ("é".repeat(40_000) + "x").getBytes(UTF_8);
    late[70_000] = (byte) 0xff;
    assertThatThrownBy(() -> add(store, "a.txt", late, null))
        .hasMessage("file: expected UTF-8, found the byte 0xFF at offset 70000");
    byte[] cut = {'a', (byte) 0xc3};
    assertThatThrownBy(() -> add(store, "a.txt", cut, null))
        .hasMessage("file: expected UTF-8, found the byte 0xC3 at offset 1");
    assertThatThrownBy(() -> add(store, "a.txt", "\uFEFFabc".getBytes(UTF_16LE), null))
        .hasMessageEndingWith("0xFF at offset 0 (the file looks like UTF-16)");
  }

  @Test
  void add_utf8OfEveryLength_isAcceptedAcrossBuffers() throws IOException {
    for (String symbol : List.of("a", "é", "€", "😀")) {
      String text = "x" + symbol.repeat(70_000);
      assertThat(store.dataset(add("a.txt", text, null))).isEqualTo(new Dataset.Text(text));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          a.txt    | {"text":"a"} |        | text
          a.TXT    | a            |        | text
          a.dat    | a b          |        | events
          a.jsonl  | {"text":"a"} |        | jsonl
          a.ndjson | {"text":"a"} |        | jsonl
          a        | {"text":"a"} |        | jsonl
          a        | a b          |        | text
          a.txt    | a b          | EVENTS | events
          a.txt    | {"text":"a"} | JSONL  | jsonl
          a.jsonl  | {"text":"a"} | TEXT   | text
          """)
  void format_isToldByNameThenContent(
      String name, String content, @Nullable FileFormat given, String expected) throws IOException {
    assertThat(add(name, content, given).format()).isEqualTo(expected);
  }

  @Test
  void dataset_isParsedByFormat() throws IOException {
    assertThat(store.dataset(add("e.dat", "a b\n\nc\td a\n", null)))
        .isEqualTo(new Dataset.EventSequences(List.of(List.of("a", "b"), List.of("c", "d", "a"))));
    assertThat(store.dataset(add("t.jsonl", "\uFEFF{\"text\":\"ab\"}\n\n{\"text\":\"\"}\n", null)))
        .isEqualTo(new Dataset.TextSequences(List.of("ab", "")));
    assertThat(store.dataset(add("t.jsonl", "{\"tokens\":[\"login\",7,-1]}", null)))
        .isEqualTo(new Dataset.EventSequences(List.of(List.of("login", "7", "-1"))));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      textBlock =
          """
          {"text":"a"}~{"tokens":["a"]} | line 2: expected "text" as in line 1, found "tokens"
          {"text":"a"}~~["a"]           | line 3: expected {"text": "…"} or {"tokens": ["…", …]}, found an array
          {"text":"a","x":1}            | found the field "x"
          {"text":"a","tokens":["a"]}   | found both of them
          {}                            | found neither
          {"text":1}                    | line 1: text: expected a string, found 1
          {"tokens":"a"}                | line 1: tokens: expected an array, found a string
          {"tokens":["a",1.5]}          | line 1: tokens[1]: expected a string or an integer, found 1.5
          {"tokens":[null]}             | tokens[0]: expected a string or an integer, found null
          {"tokens":[["a"]]}            | tokens[0]: expected a string or an integer, found an array
          {"text":"a"                   | line 1: not valid JSON
          {"text":"a","text":"b"}       | Duplicate
          {"text":"a"} {"text":"b"}     | line 1: not valid JSON
          """)
  void jsonl_malformed_isRefusedWithItsLine(String content, String detail) {
    assertThatThrownBy(() -> add("a.jsonl", content.replace('~', '\n'), null))
        .asInstanceOf(type(ProblemException.class))
        .satisfies(problem -> assertThat(problem.code()).isEqualTo("malformed_jsonl"))
        .satisfies(problem ->
            assertThat(problem.getMessage())
                .startsWith("file: line ")
                .contains(detail)
                .doesNotContain("REDACTED", "tools.jackson", "StreamReadFeature"));
  }

  @Test
  void jsonl_onlyEmptyLines_isEmpty() {
    assertProblem(() -> add("a.jsonl", "\n \n", null), 400, "empty_file", "file");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ../../etc/passwd | passwd
          C:\\temp\\a.txt  | a.txt
          /                | file
          ..               | file
          a\u0001b\u007f.txt | ab.txt
                           | file
          """)
  void filename_isOnlyItsBase(@Nullable String given, String expected) throws IOException {
    assertThat(add(given, "a", null).filename()).isEqualTo(expected);
    assertThat(filesOnDisk()).allMatch(name -> name.startsWith("file-"));
  }

  @Test
  void filename_long_keepsItsEnd() throws IOException {
    assertThat(add("x".repeat(1000) + ".jsonl", "{\"text\":\"a\"}", null).filename())
        .hasSize(255)
        .endsWith(".jsonl");
  }

  private FileStore reopen() {
    return reopen(100);
  }

  private FileStore reopen(int maxFiles) {
    JsonMapper.Builder builder = JsonMapper.builder();
    JsonConfiguration.configure(builder);
    return new FileStore(
        new StorageSettings(directory),
        new LimitSettings(
            DataSize.ofMegabytes(1),
            DataSize.ofMegabytes(1),
            DataSize.ofMegabytes(1),
            maxFiles,
            100),
        builder.build(),
        CLOCK);
  }

  private StoredFile add(@Nullable String name, String content, @Nullable FileFormat format)
      throws IOException {
    return add(store, name, content.getBytes(UTF_8), format);
  }

  private static StoredFile add(
      FileStore store, @Nullable String name, byte[] content, @Nullable FileFormat format)
      throws IOException {
    return store.add(new ByteArrayInputStream(content), name, "train", format);
  }

  private List<String> filesOnDisk() {
    try (Stream<Path> files = Files.list(directory.resolve("files"))) {
      return files.map(path -> path.getFileName().toString()).toList();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static void assertProblem(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable call,
      int status,
      String code,
      @Nullable String param) {
    assertThatThrownBy(call)
        .asInstanceOf(type(ProblemException.class))
        .satisfies(problem -> {
          assertThat(problem.status().value()).isEqualTo(status);
          assertThat(problem.code()).isEqualTo(code);
          assertThat(problem.param()).isEqualTo(param);
        });
  }
}
