package io.carousel.engine.tokens;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TextBatchesTest {

  /** Token i of the text is i, so that a token tells its place. */
  private static BatchIterator batches(int size, int batchSize, int sequenceLength) {
    return BatchIterator.of(
        new Corpus.RunningText(IntStream.range(0, size).toArray()),
        batchSize,
        sequenceLength,
        1,
        true);
  }

  /** The inputs of one epoch, one list a lane; checks what holds for every batch. */
  private static List<List<Integer>> lanes(BatchIterator batches, int sequenceLength) {
    List<List<Integer>> lanes = new ArrayList<>();
    int count = 0;
    for (Batch batch = batches.next(); batch != null; batch = batches.next()) {
      assertThat(batch.startsFresh()).isEqualTo(count == 0);
      assertThat(batch.padded()).isFalse();
      assertThat(batch.scored()).isEqualTo(batch.steps() * batch.lanes());
      if (++count < batches.batchesPerEpoch()) {
        assertThat(batch.steps()).isEqualTo(sequenceLength);
      }
      while (lanes.size() < batch.lanes()) {
        lanes.add(new ArrayList<>());
      }
      assertThat(batch.lanes()).isEqualTo(lanes.size());
      for (int i = 0; i < batch.steps() * batch.lanes(); i++) {
        assertThat(batch.targets()[i]).isEqualTo(batch.inputs()[i] + 1);
        lanes.get(i % batch.lanes()).add(batch.inputs()[i]);
      }
    }
    assertThat(count).isEqualTo(batches.batchesPerEpoch());
    return lanes;
  }

  @ParameterizedTest
  @CsvSource({
    // size, batch size, sequence length → lanes, predictions of a lane
    "1001, 4, 10, 4, 250",
    "1000, 4, 10, 4, 249", // 3 predictions are left over
    "1001, 4, 1000, 1, 1000", // too short for two windows side by side
    "1001, 4, 300, 3, 333",
    "30, 64, 64, 1, 29", // shorter than a window
    "2, 64, 64, 1, 1",
    "101, 64, 1, 64, 1",
    "65, 64, 1, 64, 1",
  })
  void next_lanes_concatenatedAreTheText(
      int size, int batchSize, int sequenceLength, int lanes, int laneLength) {
    List<List<Integer>> found = lanes(batches(size, batchSize, sequenceLength), sequenceLength);
    assertThat(found).hasSize(lanes).allSatisfy(lane -> assertThat(lane).hasSize(laneLength));
    assertThat(found.stream().flatMap(List::stream))
        .containsExactlyElementsOf(IntStream.range(0, lanes * laneLength).boxed().toList());
    assertThat(size - 1 - lanes * laneLength).isBetween(0, lanes - 1);
  }

  @Test
  void next_lastWindow_isShorter() {
    BatchIterator batches = batches(51, 2, 10);
    assertThat(batches.batchesPerEpoch()).isEqualTo(3);
    List<Integer> steps = new ArrayList<>();
    for (Batch batch = batches.next(); batch != null; batch = batches.next()) {
      steps.add(batch.steps());
    }
    assertThat(steps).containsExactly(10, 10, 5);
    assertThat(batches.next()).isNull();
  }

  @Test
  void reset_anyTime_beginsAgain() {
    BatchIterator batches = batches(101, 4, 10);
    batches.next();
    batches.reset(1);
    List<List<Integer>> again = lanes(batches, 10);
    assertThat(again).isEqualTo(lanes(batches(101, 4, 10), 10));
  }

  @Test
  void next_batch_isReused() {
    BatchIterator batches = batches(101, 4, 10);
    Batch first = requireNonNull(batches.next());
    int[] inputs = first.inputs();
    Batch second = requireNonNull(batches.next());
    assertThat(second).isSameAs(first);
    assertThat(second.inputs()).isSameAs(inputs);
  }

  @Test
  void of_impossible_isRefused() {
    assertThatThrownBy(() -> batches(1, 4, 10))
        .isInstanceOf(CorpusTooSmallException.class)
        .hasMessage("corpus: expected at least 2 tokens, one and its successor, found 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> batches(10, 0, 10))
        .withMessage("batch_size: expected at least 1, found 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> batches(10, 1, -3))
        .withMessage("sequence_length: expected at least 1, found -3");
  }

  @Test
  void of_hugeSizes_takeNoMoreRoomThanTheText() {
    BatchIterator batches = batches(100, Integer.MAX_VALUE, Integer.MAX_VALUE);
    Batch batch = requireNonNull(batches.next());
    assertThat(batch.steps()).isEqualTo(99);
    assertThat(batch.inputs()).hasSize(99);
  }
}
