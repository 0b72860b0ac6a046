package io.carousel.storage;

import io.carousel.engine.format.AtomicFile;
import java.io.IOException;
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
   * @throws UnusableStorageException where it cannot be made or written to
   */
  public StorageDirectory(StorageSettings settings, String name) {
    this.path = make(settings.directory().resolve(name));
  }

  /**
   * Makes a directory where it is not there.
   *
   * @return it, absolute
   * @throws UnusableStorageException where it cannot be made or written to
   */
  public static Path make(Path directory) {
    Path absolute = directory.toAbsolutePath();
    try {
      if (!Files.isDirectory(absolute)) {
        Files.createDirectories(absolute);
      }
      if (!Files.isWritable(absolute)) { // better known now than at the end of a training run
        throw UnusableStorageException.notWritable(
            absolute, Files.getFileStore(absolute).isReadOnly());
      }
      return absolute;
    } catch (IOException e) {
      throw UnusableStorageException.of(absolute, e);
    }
  }

  /**
   * Shows every file to the owner; what an interrupted write has left is removed instead.
   *
   * @throws UnusableStorageException where that fails
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
      throw UnusableStorageException.of(path, e);
    }
  }

  public Path file(String name) {
    return path.resolve(name);
  }

  /** Where a file can be written that is not complete yet; the next start removes it. */
  public Path temporary(String name) {
    return path.resolve("." + name + AtomicFile.TEMPORARY);
  }
}
