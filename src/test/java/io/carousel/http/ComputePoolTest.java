package io.carousel.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.springframework.http.HttpStatus;

// In a thread of its own: one that spins does not notice that it is interrupted.
@Timeout(value = 30, threadMode = ThreadMode.SEPARATE_THREAD)
class ComputePoolTest {
  private final Timer timer = new SimpleMeterRegistry().timer("t");

  @Test
  void run_queueFull_is429() throws InterruptedException {
    CountDownLatch go = new CountDownLatch(1);
    Semaphore running = new Semaphore(0);
    try (ComputePool pool = new ComputePool("answers", 1, 1, "the.setting", timer)) {
      Runnable blocking =
          () ->
              pool.run(() -> {
                running.release();
                go.await();
                return "";
              });
      Thread first = Thread.ofVirtual().start(blocking);
      running.acquire();
      Thread second = Thread.ofVirtual().start(blocking);
      while (second.getState() == Thread.State.NEW || second.getState() == Thread.State.RUNNABLE) {
        Thread.onSpinWait(); // until it waits in the queue
      }

      assertThatThrownBy(() -> pool.run(() -> ""))
          .isInstanceOfSatisfying(
              ProblemException.class,
              e -> assertThat(e.status()).isEqualTo(HttpStatus.TOO_MANY_REQUESTS));
      go.countDown();
      first.join();
      second.join();
    }
    assertThat(timer.count()).isEqualTo(2);
  }

  @Test
  void run_failure_isThrownAsItIs_andOutOfMemoryIs422() {
    try (ComputePool pool = new ComputePool("answers", 1, 1, "the.setting", timer)) {
      IllegalArgumentException failure = new IllegalArgumentException("top_k: wrong");
      assertThatThrownBy(() ->
              pool.run(() -> {
                throw failure;
              }))
          .isSameAs(failure);
      assertThatThrownBy(() ->
              pool.run(() -> {
                throw new OutOfMemoryError("heap");
              }))
          .isInstanceOfSatisfying(
              ProblemException.class, e -> assertThat(e.code()).isEqualTo("out_of_memory_budget"));
      assertThat(pool.run(() -> "alive")).isEqualTo("alive");
    }
  }

  @Test
  void run_closed_is503() {
    ComputePool pool = new ComputePool("answers", 1, 1, "the.setting", timer);
    pool.close();
    assertThatThrownBy(() -> pool.run(() -> ""))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> assertThat(e.status()).isEqualTo(HttpStatus.SERVICE_UNAVAILABLE));
  }
}
