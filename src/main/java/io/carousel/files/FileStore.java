package io.carousel.files;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.carousel.engine.format.AtomicFile;
import io.carousel.engine.tokens.Dataset;
import io.carousel.engine.tokens.DatasetReader;
import io.carousel.engine.tokens.MalformedTextException;
import io.carousel.engine.tokens.Utf8;
import io.carousel.http.Digests;
import io.carousel.http.LimitSettings;
import io.carousel.http.ProblemException;
import io.carousel.storage.CreationTimes;
import io.carousel.storage.StorageDirectory;
import io.carousel.storage.StorageSettings;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Service;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * The uploaded files, on disk: of each its bytes ({@code <id>.data}) and, written after them, its
 * description ({@code <id>.json}). What has no description is an upload that did not finish.
 */
@Service
public class FileStore {
  private static final Logger log = LoggerFactory.getLogger(FileStore.class);
  private static final String DATA = ".data";
  private static final String DESCRIPTION = ".json";
  private static final int START_BYTES = 4096;

  private final StorageDirectory directory;
  private final JsonMapper mapper;
  private final CreationTimes times;
  private final int maxFiles;
  private final LimitSettings.Limit limit;
  private final Semaphore places;
  private final ConcurrentMap<String, StoredFile> files = new ConcurrentHashMap<>();

  @Autowired
  public FileStore(StorageSettings storage, LimitSettings limits, JsonMapper mapper) {
    this(storage, limits, mapper, Clock.systemUTC());
  }

  FileStore(StorageSettings storage, LimitSettings limits, JsonMapper mapper, Clock clock) {
    this.directory = new StorageDirectory(storage, "files");
    this.mapper = mapper;
    this.times = new CreationTimes(clock);
    this.maxFiles = limits.maxFiles();
    this.limit = limits.ofFile();
    directory.load(this::load);
    this.places = new Semaphore(maxFiles - files.size());
  }

  private void load(Path path) throws IOException {
    String name = path.getFileName().toString();
    if (name.endsWith(DESCRIPTION)) {
      describe(path);
    } else if (name.endsWith(DATA)
        && !Files.exists(path.resolveSibling(name.replace(DATA, DESCRIPTION)))) {
      Files.deleteIfExists(path);
    }
  }

  private void describe(Path path) {
    try {
      StoredFile file = mapper.readValue(Files.readAllBytes(path), StoredFile.class);
      if (!path.equals(description(file.id())) || Files.size(data(file.id())) != file.bytes()) {
        throw new IOException("its bytes are not those that it describes");
      }
      files.put(file.id(), file);
    } catch (IOException | JacksonException e) {
      log.warn("The file described by {} is damaged and not listed: {}", path, e.getMessage());
    }
  }

  /**
   * Takes a file in. It is on disk on return.
   *
   * @param name as the client gave it, or null
   * @param format null: told by name and content
   * @throws ProblemException 400 where it is empty, not UTF-8 or malformed; 413 where it is over
   *     the limit; 429 where the store is full
   */
  StoredFile add(
      InputStream content, @Nullable String name, String purpose, @Nullable FileFormat format)
      throws IOException {
    if (!places.tryAcquire()) {
      throw ProblemException.tooMany(
          "too_many_files",
          ("The store is full: expected fewer than %d files (the setting carousel.limits.max-files),"
                  + " found %d. Delete some first.")
              .formatted(maxFiles, files.size()));
    }
    boolean added = false;
    Instant created = times.next();
    String id = freshId(created);
    Path upload = directory.temporary(id);
    try {
      MessageDigest digest = Digests.sha256();
      long received = Files.copy(new DigestInputStream(content, digest), upload);
      if (received > limit.bytes()) { // the container stops only what no resource would take
        throw ProblemException.tooLarge(limit, received + " bytes");
      }
      String filename = FileNames.base(name);
      FileFormat told = format != null ? format : FileFormat.detect(filename, start(upload));
      check(upload, told);
      StoredFile file =
          new StoredFile(
              id,
              Files.size(upload),
              created.getEpochSecond(),
              filename,
              purpose,
              told.wireName(),
              HexFormat.of().formatHex(digest.digest()));
      AtomicFile.move(upload, data(id));
      byte[] description = mapper.writeValueAsBytes(file);
      AtomicFile.write(
          description(id),
          channel -> {
            ByteBuffer bytes = ByteBuffer.wrap(description);
            while (bytes.hasRemaining()) {
              channel.write(bytes);
            }
          });
      files.put(id, file);
      added = true;
      return file;
    } finally {
      if (!added) {
        places.release();
        Files.deleteIfExists(upload);
        Files.deleteIfExists(description(id)); // first, as in delete
        Files.deleteIfExists(data(id));
      }
    }
  }

  /** Ids sort in the order of creation: microseconds since 1970, then chance. */
  private static String freshId(Instant created) {
    long micros = ChronoUnit.MICROS.between(Instant.EPOCH, created);
    return "file-%014x%06x".formatted(micros, ThreadLocalRandom.current().nextInt(1 << 24));
  }

  private static String start(Path path) throws IOException {
    try (InputStream in = Files.newInputStream(path)) {
      return new String(in.readNBytes(START_BYTES), UTF_8).replace("\uFEFF", "");
    }
  }

  private void check(Path path, FileFormat format) throws IOException {
    if (Files.size(path) == 0) {
      throw new ProblemException(
          HttpStatus.BAD_REQUEST,
          "empty_file",
          "file",
          "file: expected at least one byte, found an empty file");
    }
    requireUtf8(path);
    if (format == FileFormat.JSONL) {
      try (BufferedReader reader = Files.newBufferedReader(path)) {
        JsonLines.check(reader, mapper);
      }
    }
  }

  private static void requireUtf8(Path path) throws IOException {
    try (InputStream in = Files.newInputStream(path)) {
      Utf8.requireValid(in);
    } catch (MalformedTextException e) {
      throw new ProblemException(
          HttpStatus.BAD_REQUEST,
          "not_utf8",
          "file",
          "file: expected UTF-8, found the " + e.fault());
    }
  }

  /** All files, newest first. */
  List<StoredFile> list() {
    return files.values().stream().sorted(Comparator.comparing(StoredFile::id).reversed()).toList();
  }

  /**
   * The file of that id.
   *
   * @throws ProblemException 404 where there is none
   */
  public StoredFile get(String id) {
    return get(id, "id");
  }

  /**
   * The file that a field of a request names.
   *
   * @param param the field's name, for the problem
   * @throws ProblemException 404 where there is none
   */
  public StoredFile get(String id, String param) {
    StoredFile file = files.get(id);
    if (file == null) {
      throw ProblemException.notFound("file", id, param);
    }
    return file;
  }

  /**
   * Removes a file; a job that has read it goes on.
   *
   * @throws ProblemException 404 where there is none
   * @throws IOException where it cannot be removed; then it stays listed, to be deleted again
   */
  void delete(String id) throws IOException {
    get(id);
    // The description first: without it the bytes are a leftover that the next start removes.
    Files.deleteIfExists(description(id));
    Files.deleteIfExists(data(id));
    if (files.remove(id) == null) { // another request was faster, and has given the place back
      throw ProblemException.notFound("file", id);
    }
    places.release();
  }

  /**
   * The file's bytes.
   *
   * @throws ProblemException 404 where there is none
   */
  Path content(String id) {
    return data(get(id).id());
  }

  /**
   * The file as a corpus, parsed by its format.
   *
   * @throws ProblemException 404 where it was deleted meanwhile
   */
  public Dataset dataset(StoredFile file) {
    Path path = data(file.id());
    FileFormat format = FileFormat.named(file.format());
    try {
      return switch (format) {
        case JSONL -> {
          try (BufferedReader reader = Files.newBufferedReader(path)) {
            yield JsonLines.read(reader, mapper);
          }
        }
        case EVENTS -> DatasetReader.events(Files.readAllBytes(path));
        case TEXT -> DatasetReader.text(Files.readAllBytes(path));
        case null -> throw new IllegalStateException("no format is named " + file.format());
      };
    } catch (NoSuchFileException e) {
      throw ProblemException.notFound("file", file.id());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path data(String id) {
    return directory.file(id + DATA);
  }

  private Path description(String id) {
    return directory.file(id + DESCRIPTION);
  }
}
