package io.carousel.engine.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;

class WorkersTest {

  @Test
  void run_manyLoops_everyIndexOnce() {
    try (Workers workers = new Workers(3, "test")) {
      for (int loop = 0; loop < 2_000; loop++) {
        int count = loop % 17;
        AtomicIntegerArray seen = new AtomicIntegerArray(17);
        workers.run(count, seen::incrementAndGet);
        for (int i = 0; i < 17; i++) {
          assertThat(seen.get(i)).isEqualTo(i < count ? 1 : 0);
        }
      }
    }
  }

  @Test
  void run_taskThrows_callerIsToldAndWorkersLive() {
    try (Workers workers = new Workers(2, "test")) {
      for (int loop = 0; loop < 50; loop++) {
        assertThatThrownBy(() ->
                workers.run(
                    8,
                    i -> {
                      if (i == 5) {
                        throw new IllegalStateException("five");
                      }
                    }))
            .isInstanceOf(IllegalStateException.class)
            .hasMessage("five");
      }
      AtomicIntegerArray seen = new AtomicIntegerArray(4);
      workers.run(4, seen::incrementAndGet);
      assertThat(seen.toString()).isEqualTo("[1, 1, 1, 1]");
    }
  }
}
