package io.carousel.storage;

import io.carousel.engine.format.AtomicFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A directory of the storage, which nobody but its owner writes to. */
public final class StorageDirectory {
  private final Path path;

  /** What an owner does with a file that it finds when it starts. */
  public interface Visitor {
    void visit(Path file) throws IOException;
  }

  /**
   * Makes the directory where it is not there.
   *
   * @param name of the directory, below that of the settings
   * @throws UncheckedIOException where it cannot be made; its message names the setting
   */
  public StorageDirectory(StorageSettings settings, String name) {
    this.path = settings.directory().resolve(name).toAbsolutePath();
    try {
      Files.createDirectories(path);
    } catch (IOException e) {
      throw unusable(e);
    }
  }

  /**
   * Shows every file to the owner; what an interrupted write has left is removed instead.
   *
   * @throws UncheckedIOException where that fails; its message names the setting
   */
  public void load(Visitor owner) {
    try (Stream<Path> files = Files.list(path)) {
      List<Path> now = files.toList(); // the owner may remove some
      for (Path file : now) {
        if (file.toString().endsWith(AtomicFile.TEMPORARY)) {
          Files.deleteIfExists(file);
        } else {
          owner.visit(file);
        }
      }
    } catch (IOException e) {
      throw unusable(e);
    }
  }

  public Path file(String name) {
    return path.resolve(name);
  }

  /** Where a file can be written that is not complete yet; the next start removes it. */
  public Path temporary(String name) {
    return path.resolve("." + name + AtomicFile.TEMPORARY);
  }

  private static UncheckedIOException unusable(IOException e) {
    return new UncheckedIOException("carousel.storage.directory: " + e.getMessage(), e);
  }
}
