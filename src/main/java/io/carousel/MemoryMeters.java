package io.carousel;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/**
 * What a container's limit counts and no meter of the JVM sees: memory that native libraries, the
 * JVM itself and its threads have taken. Only Linux says it.
 */
@Component
final class MemoryMeters implements MeterBinder {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final String ANONYMOUS = "RssAnon:"; // resident, not backed by a file, in kB

  @Override
  public void bindTo(MeterRegistry registry) {
    if (Files.isReadable(STATUS)) {
      Gauge.builder("carousel.native.memory", MemoryMeters::nativeBytes)
          .baseUnit("bytes")
          .description(
              "Anonymous resident memory of the process beyond the heap that the JVM has committed")
          .register(registry);
    }
  }

  /** Bytes; not less than 0, because committed heap need not be resident. */
  private static double nativeBytes() {
    long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getCommitted();
    try (Stream<String> lines = Files.lines(STATUS)) {
      return lines
          .filter(line -> line.startsWith(ANONYMOUS))
          .map(line -> line.substring(ANONYMOUS.length()).replace("kB", "").strip())
          .mapToLong(kilobytes -> Math.max(0, Long.parseLong(kilobytes) * 1024 - heap))
          .findFirst()
          .orElse(0);
    } catch (IOException e) {
      return Double.NaN;
    }
  }
}
