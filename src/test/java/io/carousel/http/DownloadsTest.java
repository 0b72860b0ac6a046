package io.carousel.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.core.io.Resource;
import org.springframework.http.ContentDisposition;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpOutputMessage;
import org.springframework.http.MediaType;
import org.springframework.http.converter.ResourceHttpMessageConverter;
import org.springframework.mock.http.MockHttpOutputMessage;

/** A download whose file is deleted at each moment that there is. */
class DownloadsTest {
  private static final String CONTENT = "To be, or not to be";

  @TempDir Path directory;
  private Path path;
  private Resource resource;

  @BeforeEach
  void download() throws IOException {
    path = directory.resolve("a");
    Files.writeString(path, CONTENT);
    resource =
        Objects.requireNonNull(
            Downloads.of(
                    path,
                    ContentDisposition.attachment().build(),
                    new HttpHeaders(),
                    () -> ProblemException.notFound("file", "a"))
                .getBody());
  }

  @Test
  void deletedBeforeTheLengthIsAsked_isNotFound() throws IOException {
    Files.delete(path);
    assertThatThrownBy(() -> resource.contentLength()).hasMessageContaining("No file has the id");
  }

  /** The framework takes a file that cannot be opened for an empty one. */
  @Test
  void deletedBetweenLengthAndOpening_isNotFound_andNothingIsWritten() {
    MockHttpOutputMessage answer = new MockHttpOutputMessage();
    ResourceHttpMessageConverter converter =
        new ResourceHttpMessageConverter() {
          @Override
          protected void writeInternal(Resource file, HttpOutputMessage message)
              throws IOException {
            Files.delete(path);
            super.writeInternal(file, message);
          }
        };
    assertThatThrownBy(() -> converter.write(resource, MediaType.APPLICATION_OCTET_STREAM, answer))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("No file has the id");
    assertThat(answer.getBodyAsBytes()).isEmpty();
  }

  @Test
  void deletedWhileItIsRead_isComplete() throws IOException {
    ByteArrayOutputStream read = new ByteArrayOutputStream();
    try (InputStream in = resource.getInputStream()) {
      read.write(in.readNBytes(3));
      Files.delete(path);
      in.transferTo(read);
    }
    assertThat(read.toString(UTF_8)).isEqualTo(CONTENT);
  }
}
