package io.carousel.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageStartingWith("carousel.storage.directory: ");
  }
}
