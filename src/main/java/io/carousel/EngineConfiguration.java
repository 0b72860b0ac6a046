package io.carousel;

import io.carousel.engine.kernel.Kernels;
import io.carousel.engine.kernel.WorkersFactory;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.actuate.info.InfoContributor;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The engine as the service uses it: one backend for all, chosen at start. */
@Configuration(proxyBeanMethods = false)
class EngineConfiguration {
  private static final Logger log = LoggerFactory.getLogger(EngineConfiguration.class);

  @Bean
  Kernels kernels(EngineSettings settings) {
    Kernels kernels = Kernels.of(settings.backend());
    log.info(
        "Backend {}: {}-bit vectors, {} thread{} a training run",
        kernels.name(),
        kernels.vectorBits(),
        settings.threadCount(),
        settings.threadCount() == 1 ? "" : "s");
    return kernels;
  }

  @Bean
  WorkersFactory trainingThreads(EngineSettings settings) {
    return new WorkersFactory(settings.threadCount());
  }

  @Bean
  InfoContributor engineInfo(Kernels kernels, EngineSettings settings) {
    return builder ->
        builder.withDetail(
            "engine",
            Map.of(
                "backend", kernels.name(),
                "vector_bits", kernels.vectorBits(),
                "threads", settings.threadCount()));
  }
}
