package io.carousel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** What an operator reads where the service does not start. */
@ExtendWith(OutputCaptureExtension.class)
class StartFailureTest {
  @TempDir private Path directory;

  private void failToStart(Path storage, String... arguments) {
    String[] all =
        Stream.concat(
                Stream.of(
                    "--server.port=0",
                    "--carousel.backend=scalar",
                    "--carousel.storage.directory=" + storage),
                Arrays.stream(arguments))
            .toArray(String[]::new);
    assertThatThrownBy(() -> SpringApplication.run(CarouselApplication.class, all))
        .isInstanceOf(Exception.class);
  }

  private static String reason(CapturedOutput output) {
    String said = output.getAll();
    assertThat(said).contains("APPLICATION FAILED TO START").doesNotContain("\tat ");
    return said.substring(said.indexOf("Description:"));
  }

  @Test
  void storage_aFile_isToldWithPathReasonUserAndRemedy(CapturedOutput output) throws IOException {
    Path file = Files.writeString(directory.resolve("storage"), "no directory");
    failToStart(file);
    assertThat(reason(output))
        .contains("carousel.storage.directory: " + file)
        .containsPattern("The service runs as user (id )?\\w+")
        .contains("chown -R 10001:10001");
  }

  @Test
  void traces_endpointThatIsNoUrl_isToldWithItsSetting(CapturedOutput output) {
    failToStart(
        directory, "--management.opentelemetry.tracing.export.otlp.endpoint=collector:4318/v1");
    assertThat(reason(output))
        .contains(
            "management.opentelemetry.tracing.export.otlp.endpoint: Invalid endpoint",
            "collector:4318/v1",
            "such as http://collector:4318/v1/traces");
  }
}
