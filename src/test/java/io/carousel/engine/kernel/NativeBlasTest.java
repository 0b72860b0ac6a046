package io.carousel.engine.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class NativeBlasTest {

  /** With more, each of the engine's threads would fight for the processors with all others'. */
  @Test
  void threads_open_one() {
    assertThat(NativeBlas.open().threads()).isOne();
  }
}
