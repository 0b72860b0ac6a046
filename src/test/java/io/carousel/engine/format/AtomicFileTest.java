package io.carousel.engine.format;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {
  @TempDir Path directory;

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.toList();
    }
  }

  @Test
  void write_whileWriting_targetHasItsOldContent() throws IOException {
    Path target = Files.writeString(directory.resolve("target"), "old");
    AtomicFile.write(
        target,
        channel -> {
          channel.write(ByteBuffer.wrap("ne".getBytes(UTF_8)));
          assertThat(target).hasContent("old");
          channel.write(ByteBuffer.wrap("w".getBytes(UTF_8)));
        });
    assertThat(target).hasContent("new");
    assertThat(files()).containsExactly(target);
  }

  @Test
  void write_whileWritingANewFile_nothingIsThere() throws IOException {
    Path target = directory.resolve("target");
    AtomicFile.write(target, channel -> assertThat(target).doesNotExist());
    assertThat(target).isEmptyFile();
  }

  @Test
  void write_failsHalfWay_targetHasItsOldContentAndNoOtherFileIsLeft() throws IOException {
    Path target = Files.writeString(directory.resolve("target"), "old");
    assertThatThrownBy(() ->
            AtomicFile.write(
                target,
                channel -> {
                  channel.write(ByteBuffer.wrap("ne".getBytes(UTF_8)));
                  throw new IOException("disk full");
                }))
        .isInstanceOf(IOException.class)
        .hasMessage("disk full");
    assertThat(target).hasContent("old");
    assertThat(files()).containsExactly(target);
  }

  @Test
  void write_moveFails_noTemporaryFileIsLeft() throws IOException {
    Path target = directory.resolve("target");
    Files.createDirectories(target.resolve("child"));
    assertThatThrownBy(() -> AtomicFile.write(target, channel -> {}))
        .isInstanceOf(IOException.class);
    assertThat(files()).containsExactly(target);
  }

  @Test
  void write_interrupted_failsAndLeavesNothing() throws IOException {
    Path target = directory.resolve("target");
    Thread.currentThread().interrupt();
    try {
      assertThatThrownBy(
              () -> AtomicFile.write(target, channel -> channel.write(ByteBuffer.allocate(1))))
          .isInstanceOf(IOException.class);
    } finally {
      Thread.interrupted();
    }
    assertThat(files()).isEmpty();
  }
}
