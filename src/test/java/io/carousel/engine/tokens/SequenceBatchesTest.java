package io.carousel.engine.tokens;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SequenceBatchesTest {
  private record Pair(int input, int target) {}

  private record Shape(int steps, int lanes, int scored, boolean fresh) {}

  /** Sequences of 1 to longest tokens, every token of the corpus another one. */
  private static Corpus.Sequences sequences(int count, int longest) {
    SplittableRandom random = new SplittableRandom(3);
    List<int[]> sequences = new ArrayList<>();
    int token = 0;
    for (int i = 0; i < count; i++) {
      int[] sequence = new int[1 + random.nextInt(longest)];
      for (int t = 0; t < sequence.length; t++) {
        sequence[t] = token++;
      }
      sequences.add(sequence);
    }
    return Corpus.Sequences.of(sequences);
  }

  private static List<Pair> expectedPairs(Corpus.Sequences sequences) {
    List<Pair> pairs = new ArrayList<>();
    for (int i = 0; i < sequences.count(); i++) {
      for (int at = sequences.offsets()[i]; at < sequences.offsets()[i + 1] - 1; at++) {
        pairs.add(new Pair(sequences.ids()[at], sequences.ids()[at + 1]));
      }
    }
    return pairs;
  }

  /** Reads an epoch as a recurrent net would: a lane's state is its last target, or none. */
  private static List<Pair> readEpoch(
      Corpus.Sequences sequences, BatchIterator batches, int batchSize, int sequenceLength) {
    var starts = new HashSet<Integer>();
    for (int i = 0; i < sequences.count(); i++) {
      starts.add(sequences.ids()[sequences.offsets()[i]]);
    }
    List<Pair> pairs = new ArrayList<>();
    int[] carry = new int[0];
    int count = 0;
    for (Batch batch = batches.next(); batch != null; batch = batches.next()) {
      count++;
      assertThat(batch.steps()).isBetween(1, sequenceLength);
      assertThat(batch.lanes()).isBetween(1, batchSize);
      int before = pairs.size();
      boolean padding = false;
      if (batch.startsFresh()) {
        carry = new int[batch.lanes()];
        Arrays.fill(carry, Batch.NONE);
      }
      assertThat(batch.lanes()).isEqualTo(carry.length);
      for (int i = 0; i < batch.steps() * batch.lanes(); i++) {
        int lane = i % batch.lanes();
        int input = batch.inputs()[i];
        int target = batch.targets()[i];
        assertThat(target >= 0).as("padding has no target, a token has one").isEqualTo(input >= 0);
        if (input < 0) {
          padding = true;
          assertThat(i / batch.lanes() > 0 || !batch.startsFresh())
              .as("a lane begins with a token")
              .isTrue();
          carry[lane] = -2; // nothing may follow
          continue;
        }
        if (batch.startsFresh() && i < batch.lanes()) {
          assertThat(starts).contains(input);
        } else {
          assertThat(input).as("goes on where the lane was").isEqualTo(carry[lane]);
        }
        carry[lane] = target;
        pairs.add(new Pair(input, target));
      }
      assertThat(batch.scored()).isEqualTo(pairs.size() - before).isPositive();
      assertThat(batch.padded()).isEqualTo(padding);
    }
    assertThat(count).isEqualTo(batches.batchesPerEpoch());
    return pairs;
  }

  private static List<Shape> shapes(BatchIterator batches) {
    List<Shape> shapes = new ArrayList<>();
    for (Batch b = requireNonNull(batches.next()); b != null; b = batches.next()) {
      shapes.add(new Shape(b.steps(), b.lanes(), b.scored(), b.startsFresh()));
    }
    return shapes;
  }

  @ParameterizedTest
  @CsvSource({
    // sequences, longest, batch size, sequence length, shuffled
    "300, 20, 8, 64, true",
    "300, 20, 8, 64, false",
    "300, 50, 8, 7, true", // up to seven windows
    "300, 50, 8, 7, false",
    "3000, 9, 4, 8, true", // several pools
    "3000, 30, 4, 8, true",
    "5, 20, 64, 64, true", // fewer sequences than lanes
    "40, 30, 1, 1, true",
    "1000, 3, 16, 1, true",
  })
  void next_everyPrediction_comesOnceAnEpoch(
      int count, int longest, int batchSize, int sequenceLength, boolean shuffle) {
    Corpus.Sequences sequences = sequences(count, longest);
    BatchIterator batches = BatchIterator.of(sequences, batchSize, sequenceLength, 11, shuffle);
    List<Pair> expected = expectedPairs(sequences);
    assertThat(expected).hasSize((int) sequences.predictions());
    for (int epoch = 0; epoch < 3; epoch++) {
      batches.reset(epoch);
      assertThat(readEpoch(sequences, batches, batchSize, sequenceLength))
          .containsExactlyInAnyOrderElementsOf(expected);
      assertThat(batches.next()).isNull();
    }
  }

  @Test
  void next_order_dependsOnSeedAndEpochOnly() {
    Corpus.Sequences sequences = sequences(200, 20);
    BatchIterator one = BatchIterator.of(sequences, 8, 16, 1, true);
    List<Pair> epoch0 = readEpoch(sequences, one, 8, 16);
    one.reset(1);
    List<Pair> epoch1 = readEpoch(sequences, one, 8, 16);
    assertThat(epoch1).isNotEqualTo(epoch0);

    BatchIterator same = BatchIterator.of(sequences, 8, 16, 1, true);
    same.next();
    same.reset(1);
    assertThat(readEpoch(sequences, same, 8, 16)).isEqualTo(epoch1);
    same.reset(0);
    assertThat(readEpoch(sequences, same, 8, 16)).isEqualTo(epoch0);

    BatchIterator other = BatchIterator.of(sequences, 8, 16, 2, true);
    assertThat(readEpoch(sequences, other, 8, 16)).isNotEqualTo(epoch0).isNotEqualTo(epoch1);
  }

  @Test
  void next_notShuffled_isTheSameEveryEpochLongestFirst() {
    Corpus.Sequences sequences = sequences(200, 20);
    BatchIterator batches = BatchIterator.of(sequences, 8, 64, 1, false);
    List<Shape> epoch0 = shapes(batches);
    batches.reset(1);
    assertThat(shapes(batches)).isEqualTo(epoch0);
    assertThat(epoch0).isSortedAccordingTo((a, b) -> b.steps() - a.steps());
  }

  @Test
  void next_padding_isSmall() {
    Corpus.Sequences sequences = sequences(5000, 60);
    BatchIterator batches = BatchIterator.of(sequences, 16, 64, 1, true);
    long cells = 0;
    long scored = 0;
    List<Shape> shapes = shapes(batches);
    for (Shape shape : shapes) {
      cells += (long) shape.steps() * shape.lanes();
      scored += shape.scored();
    }
    // Without buckets about half of it would be padding: the longest of 16 against their mean.
    assertThat((double) scored / cells).isGreaterThan(0.95);
    // Yet the epoch does not go from long to short.
    double early =
        shapes.stream().limit(shapes.size() / 2).mapToInt(Shape::steps).average().orElse(0);
    double late =
        shapes.stream().skip(shapes.size() / 2).mapToInt(Shape::steps).average().orElse(0);
    assertThat(early / late).isBetween(0.8, 1.25);
  }

  @Test
  void next_longSequence_comesInWindows() {
    Corpus.Sequences sequences =
        Corpus.Sequences.of(List.of(new int[] {1, 2, 3, 4, 5, 6}, new int[] {7, 8, 9}));
    BatchIterator batches = BatchIterator.of(sequences, 2, 3, 1, false);
    Batch batch = requireNonNull(batches.next());
    assertThat(Arrays.copyOf(batch.inputs(), 6)).containsExactly(1, 7, 2, 8, 3, -1);
    assertThat(Arrays.copyOf(batch.targets(), 6)).containsExactly(2, 8, 3, 9, 4, -1);
    assertThat(batch.startsFresh()).isTrue();
    batch = requireNonNull(batches.next());
    assertThat(batch.steps()).isEqualTo(2);
    assertThat(Arrays.copyOf(batch.inputs(), 4)).containsExactly(4, -1, 5, -1);
    assertThat(Arrays.copyOf(batch.targets(), 4)).containsExactly(5, -1, 6, -1);
    assertThat(batch.startsFresh()).isFalse();
    assertThat(batch.padded()).isTrue();
    assertThat(batch.scored()).isEqualTo(2);
    assertThat(batches.next()).isNull();
  }

  @Test
  void batchesPerEpoch_withSequencesOfManyWindows_isTheSameForAllEpochs() {
    BatchIterator batches = BatchIterator.of(sequences(1000, 80), 3, 5, 1, true);
    for (int epoch = 0; epoch < 20; epoch++) {
      batches.reset(epoch);
      assertThat(shapes(batches)).hasSize(batches.batchesPerEpoch());
    }
  }

  @Test
  void next_batch_isReused() {
    BatchIterator batches = BatchIterator.of(sequences(100, 20), 4, 8, 1, true);
    Batch first = requireNonNull(batches.next());
    int[] targets = first.targets();
    assertThat(batches.next()).isSameAs(first);
    assertThat(first.targets()).isSameAs(targets);
  }

  @Test
  void of_impossible_isRefused() {
    Corpus.Sequences short1 = Corpus.Sequences.of(List.of(new int[1], new int[1]));
    assertThatThrownBy(() -> BatchIterator.of(short1, 4, 4, 1, true))
        .isInstanceOf(CorpusTooSmallException.class)
        .hasMessage(
            "corpus: expected at least 1 sequence of 2 or more tokens, found none (and 2 shorter)");
    // One long sequence among many short ones, all side by side in one batch.
    List<int[]> many = new ArrayList<>(Collections.nCopies(50_000, new int[2]));
    many.add(new int[50_000]);
    assertThatIllegalArgumentException()
        .isThrownBy(() ->
            BatchIterator.of(
                Corpus.Sequences.of(many), Integer.MAX_VALUE, Integer.MAX_VALUE, 1, true))
        .withMessageStartingWith("batch_size: expected at most 2^31 tokens in a batch");
  }
}
