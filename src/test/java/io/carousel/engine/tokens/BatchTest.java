package io.carousel.engine.tokens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class BatchTest {

  @Test
  void of_arrays_areCounted() {
    int[] inputs = {1, 2, 3, -1};
    int[] targets = {-1, 5, 6, -1};
    Batch batch = Batch.of(2, 2, inputs, targets, true);
    assertThat(batch.inputs()).isSameAs(inputs);
    assertThat(batch.targets()).isSameAs(targets);
    assertThat(batch.steps()).isEqualTo(2);
    assertThat(batch.lanes()).isEqualTo(2);
    assertThat(batch.scored()).isEqualTo(2);
    assertThat(batch.padded()).isTrue();
    assertThat(batch.startsFresh()).isTrue();
    assertThat(Batch.of(1, 2, new int[2], new int[2], false).padded()).isFalse();
  }

  @Test
  void of_inconsistent_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Batch.of(2, 2, new int[4], new int[3], true))
        .withMessage("batch: expected 2 x 2 inputs and targets, found 4 and 3");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Batch.of(0, 2, new int[0], new int[0], true));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Batch.of(2, 2, new int[] {1, 1, 1, -1}, new int[] {2, 2, 2, 0}, true))
        .withMessage("batch: expected nothing after the end of lane 1, found a target at step 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Batch.of(2, 2, new int[] {1, -1, 1, 4}, new int[] {2, -1, 2, -1}, true))
        .withMessage("batch: expected nothing after the end of lane 1, found an input at step 1");
  }
}
