package io.carousel.models;

import com.sun.management.ThreadMXBean;
import io.carousel.http.Fields;
import io.carousel.http.LimitSettings;
import io.carousel.http.ProblemException;
import io.carousel.storage.StorageSettings;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.util.unit.DataSize;
import tools.jackson.databind.json.JsonMapper;

/**
 * What must hold of any bytes that are uploaded as a model: they are taken in, and then the model
 * can be read again as it was; or they are refused with an error of the class 4xx that is short,
 * and nothing is left of them. Either takes little time, and memory in proportion to the bytes.
 */
final class UploadProperty {
  /** What a file of nothing may need: buffers, the header of the file that is written. */
  private static final long BYTES_OF_NOTHING = 4 << 20;

  /**
   * For each byte of the file. A tensor without elements costs 60 bytes of header and a dozen
   * objects; a weight of two bytes becomes four, which are copied once and written once.
   */
  private static final long BYTES_PER_BYTE = 100;

  private static final long LONGEST_NANOS = 5_000_000_000L;
  private static final int LONGEST_DETAIL = 2000;

  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private final Path directory;
  private final ModelCatalogue catalogue;
  private final ModelUploads uploads;
  private final ModelFile format;

  /** Limits as they are by default. */
  UploadProperty(Path directory) {
    this.directory = directory;
    StorageSettings storage = new StorageSettings(directory);
    JsonMapper mapper = ModelFixtures.mapper();
    this.format = new ModelFile(mapper);
    // No cache: a model is read from its file when it is asked for.
    this.catalogue = new ModelCatalogue(storage, new ModelSettings(DataSize.ofBytes(0)), mapper);
    this.uploads =
        new ModelUploads(
            catalogue,
            storage,
            new ArchitectureLimits(64, 8192, 4096, 1_000_000, 1 << 28),
            new LimitSettings(
                DataSize.ofMegabytes(16),
                DataSize.ofMegabytes(256),
                DataSize.ofMegabytes(256),
                1000,
                100),
            new UploadSettings(DataSize.ofMegabytes(16), 1000),
            mapper);
  }

  /**
   * Takes a model in and deletes it, so that all classes are there, and the time is not measured.
   */
  void load(byte[] file) {
    try {
      Model model = uploads.add(new ByteArrayInputStream(file), null);
      requireKept(model);
      catalogue.delete(model.id());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Throws an AssertionError, or whatever should not have been thrown, where it does not hold.
   *
   * @return whether the file is a model
   */
  boolean check(byte[] file) throws IOException {
    Model model;
    try {
      model = addWithinMeans(file);
    } catch (AssertionError loading) {
      // Jazzer rewrites each class when it is loaded, at this upload's cost; the second time there
      // is none.
      catalogue.list().forEach(kept -> catalogue.delete(kept.id()));
      model = addWithinMeans(file);
    }
    if (model != null) {
      requireKept(model);
      catalogue.delete(model.id());
    }
    requireNothingLeft();
    return model != null;
  }

  private @Nullable Model addWithinMeans(byte[] file) throws IOException {
    long allocated = threads.getCurrentThreadAllocatedBytes();
    long begin = threads.getCurrentThreadCpuTime();
    Model model = add(file);
    long nanos = threads.getCurrentThreadCpuTime() - begin;
    allocated = threads.getCurrentThreadAllocatedBytes() - allocated;
    require(
        allocated <= BYTES_OF_NOTHING + BYTES_PER_BYTE * file.length,
        "%d bytes were allocated for a file of %d",
        allocated,
        file.length);
    require(nanos <= LONGEST_NANOS, "%d ns for a file of %d bytes", nanos, file.length);
    return model;
  }

  private @Nullable Model add(byte[] file) throws IOException {
    try {
      return uploads.add(new ByteArrayInputStream(file), null);
    } catch (ProblemException e) {
      require(e.status().is4xxClientError(), "status %s", e.status());
      requireShort(e);
      return null;
    } catch (IllegalArgumentException e) {
      if (Fields.specificationField(e) == null) { // which would be answered with a 500
        throw e;
      }
      requireShort(e);
      return null;
    }
  }

  private static void requireShort(Exception e) {
    String detail = String.valueOf(e.getMessage());
    require(detail.length() <= LONGEST_DETAIL, "a detail of %d characters", detail.length());
  }

  private void requireKept(Model model) throws IOException {
    Model again = catalogue.get(model.id());
    require(
        Arrays.equals(again.parameters().values(), model.parameters().values()),
        "%s has other weights when it is read again",
        model.id());
    ModelSummary summary = format.readSummary(catalogue.content(model.id()), model.id());
    require(
        summary.architecture().equals(model.architecture())
            && summary.provenance().equals(model.summary().provenance())
            && summary.nonFinite().equals(model.summary().nonFinite())
            && summary
                .tokenizer()
                .vocabulary()
                .symbols()
                .equals(model.tokenizer().vocabulary().symbols()),
        "%s is another when it is read again",
        model.id());
  }

  private void requireNothingLeft() {
    for (String name : new String[] {"models", "uploads"}) {
      try (Stream<Path> left = Files.list(directory.resolve(name))) {
        require(left.findAny().isEmpty(), "something is left in %s", name);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static void require(boolean holds, String message, Object... arguments) {
    if (!holds) {
      throw new AssertionError(message.formatted(arguments));
    }
  }
}
