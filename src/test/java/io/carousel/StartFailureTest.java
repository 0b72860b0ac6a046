package io.carousel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

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
  void setting_misspelt_isToldWithItsPlaceAndWithoutItsValue(CapturedOutput output)
      throws IOException {
    Path file = directory.resolve("more.yaml");
    Files.writeString(file, "carousel:\n  limits:\n    max-file: plenty\n    max-files: 3\n");
    failToStart(
        directory,
        "--carousel.security.api-key=secret-qzxk",
        "--spring.config.additional-location=file:" + file);
    assertThat(reason(output))
        .contains("There is no setting carousel.security.api-key", "commandLineArgs")
        .containsPattern("nor carousel.limits.max-file \\(.*more.yaml.* - 3:15\\)")
        .doesNotContain("max-files", "qzxk", "plenty");
  }

  /** What a container's environment may hold beside settings; indices and other cases are known. */
  @Test
  void setting_ofTheEnvironmentOrInAnotherForm_isNoReasonToFail() {
    StandardEnvironment environment = new StandardEnvironment();
    environment
        .getPropertySources()
        .replace(
            StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
            new SystemEnvironmentPropertySource(
                StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
                Map.of("CAROUSEL_JAR", "built", "CAROUSEL_PORT", "tcp://10.0.0.1:80")));
    SpringApplication application = new SpringApplication(CarouselApplication.class);
    application.setEnvironment(environment);
    try (ConfigurableApplicationContext started =
        application.run(
            "--server.port=0",
            "--carousel.backend=scalar",
            "--carousel.storage.directory=" + directory,
            "--carousel.limits.maxFiles=3",
            "--carousel.security.cors.allowed-origins[0]=https://notebook.example.com")) {
      assertThat(started.isRunning()).isTrue();
    }
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
