package io.carousel;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

import io.carousel.engine.kernel.BackendUnavailableException;
import io.carousel.engine.kernel.Kernels;
import org.junit.jupiter.api.Test;
import org.springframework.boot.actuate.info.Info;
import org.springframework.boot.actuate.info.InfoContributor;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.support.SpringFactoriesLoader;

class EngineConfigurationTest {
  private final ApplicationContextRunner context =
      new ApplicationContextRunner()
          .withUserConfiguration(Settings.class, EngineConfiguration.class);

  @Configuration(proxyBeanMethods = false)
  @EnableConfigurationProperties(EngineSettings.class)
  static class Settings {}

  @Test
  void kernels_scalar_isWhatTheInfoSays() {
    context
        .withPropertyValues("carousel.backend=scalar", "carousel.threads=3")
        .run(running -> {
          assertThat(running.getBean(Kernels.class).name()).isEqualTo("scalar");
          Info.Builder info = new Info.Builder();
          running.getBean(InfoContributor.class).contribute(info);
          assertThat(info.build().get("engine"))
              .isEqualTo(java.util.Map.of("backend", "scalar", "vector_bits", 32, "threads", 3));
        });
  }

  @Test
  void threads_notSet_areTheProcessors() {
    context
        .withPropertyValues("carousel.backend=scalar")
        .run(running ->
            assertThat(running.getBean(EngineSettings.class).threadCount())
                .isEqualTo(Runtime.getRuntime().availableProcessors()));
  }

  @Test
  void settings_wrong_stopTheStart() {
    context
        .withPropertyValues("carousel.backend=cuda")
        .run(stopped -> assertThat(stopped).hasFailed());
    context
        .withPropertyValues("carousel.threads=0")
        .run(stopped ->
            assertThat(stopped)
                .getFailure()
                .rootCause()
                .hasMessageContaining("carousel.threads: expected a number from 1 to 1024"));
  }

  @Test
  void backend_unavailable_isAnalysedWithTheReason() {
    BackendUnavailableException unavailable = mock(BackendUnavailableException.class);
    given(unavailable.getMessage()).willReturn("backend nd4j: no native library for riscv");
    RuntimeException failure = new RuntimeException("bean 'kernels' cannot be made", unavailable);

    FailureAnalysis analysis =
        SpringFactoriesLoader.forDefaultResourceLocation()
            .load(
                FailureAnalyzer.class,
                (factoryType, factoryImplementationName, e) -> {
                  // others of Spring Boot want what is not there
                })
            .stream()
            .filter(BackendFailureAnalyzer.class::isInstance)
            .findFirst()
            .orElseThrow()
            .analyze(failure);

    assertThat(requireNonNull(analysis).getDescription()).contains("no native library for riscv");
    assertThat(analysis.getAction()).contains("carousel.backend to auto");
  }
}
