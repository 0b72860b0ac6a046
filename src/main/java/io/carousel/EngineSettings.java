package io.carousel;

import io.carousel.engine.kernel.Backend;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What the engine computes with.
 *
 * @param backend {@code auto} takes the fastest that runs here; any other must run, or the service
 *     does not start
 * @param threads of one training run; by default all processors that this process may use
 */
@ConfigurationProperties("carousel")
record EngineSettings(@DefaultValue("auto") Backend backend, @Nullable Integer threads) {

  public EngineSettings {
    if (threads == null) {
      threads = Runtime.getRuntime().availableProcessors(); // the container's quota, not the host
    }
    if (threads < 1 || threads > 1024) {
      throw new IllegalArgumentException(
          "carousel.threads: expected a number from 1 to 1024, found " + threads);
    }
  }

  /** How many threads compute together. */
  public int threadCount() {
    return threads == null ? 1 : threads;
  }
}
