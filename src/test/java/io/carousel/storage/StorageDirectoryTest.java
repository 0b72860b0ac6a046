package io.carousel.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StorageDirectoryTest {
  @TempDir private Path root;

  @Test
  void load_showsFiles_andRemovesWhatIsNotComplete() throws IOException {
    StorageDirectory directory = new StorageDirectory(new StorageSettings(root), "things");
    Files.writeString(directory.file("a.txt"), "a");
    Files.writeString(directory.temporary("b"), "half");
    List<Path> shown = new ArrayList<>();
    directory.load(shown::add);
    assertThat(shown).containsExactly(root.resolve("things").resolve("a.txt"));
    assertThat(directory.temporary("b")).doesNotExist();
  }

  @Test
  void open_whereAFileIs_namesTheSetting() throws IOException {
    Files.writeString(root.resolve("things"), "no directory");
    assertThatThrownBy(() -> new StorageDirectory(new StorageSettings(root), "things"))
        .isInstanceOf(UnusableStorageException.class)
        .hasMessage(
            "carousel.storage.directory: %1$s is not a directory: a file is at %1$s",
            root.resolve("things"));
  }

  @Test
  void open_belowAFile_saysSo() throws IOException {
    Path file = Files.writeString(root.resolve("file"), "no directory");
    assertThatThrownBy(() -> new StorageDirectory(new StorageSettings(file), "things"))
        .isInstanceOf(UnusableStorageException.class)
        .hasMessage(
            "carousel.storage.directory: %s cannot be used: Not a directory",
            file.resolve("things"));
  }

  @Test
  void open_permissionDenied_saysWhere() {
    assertThat(
            UnusableStorageException.of(
                Path.of("/data/files"), new AccessDeniedException("/data/files")))
        .hasMessage(
            "carousel.storage.directory: /data/files cannot be used: permission is denied at"
                + " /data/files");
  }

  /** A zip file is a file system that not even root can write to. */
  @Test
  void open_onAReadOnlyFileSystem_saysSo() throws IOException {
    URI zip = URI.create("jar:" + root.resolve("read-only.zip").toUri());
    try (FileSystem writable = FileSystems.newFileSystem(zip, Map.of("create", "true"))) {
      Files.createDirectories(writable.getPath("/data/things"));
    }
    try (FileSystem readOnly = FileSystems.newFileSystem(zip, Map.of("accessMode", "readOnly"))) {
      StorageSettings settings = new StorageSettings(readOnly.getPath("/data"));
      assertThatThrownBy(() -> new StorageDirectory(settings, "things"))
          .isInstanceOf(UnusableStorageException.class)
          .hasMessage(
              "carousel.storage.directory: /data/things is on a file system that is mounted"
                  + " read-only");
    }
  }
}
