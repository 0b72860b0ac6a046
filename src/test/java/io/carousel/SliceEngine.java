package io.carousel;

import io.carousel.engine.kernel.Backend;
import io.carousel.engine.kernel.Kernels;
import io.carousel.files.FileStore;
import io.carousel.models.ModelCatalogue;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import java.nio.file.Path;
import org.springframework.context.annotation.Bean;

/** The engine, files and models of a slice test, which gives them its directory. */
public abstract class SliceEngine {
  private final Path directory;

  protected SliceEngine(Path directory) {
    this.directory = directory;
  }

  @Bean
  Kernels kernels() {
    return Kernels.of(Backend.SCALAR);
  }

  @Bean
  ModelCatalogue models() {
    return TestStorage.models(directory);
  }

  @Bean
  FileStore files() {
    return TestStorage.files(directory);
  }

  @Bean
  MeterRegistry registry() {
    return new SimpleMeterRegistry();
  }

  @Bean
  ObservationRegistry observations() {
    return ObservationRegistry.NOOP;
  }
}
