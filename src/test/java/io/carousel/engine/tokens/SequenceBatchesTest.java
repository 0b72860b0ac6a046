package io.carousel.engine.tokens;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SequenceBatchesTest {
  private static final int FRESH = -2;
  private static final int ENDED = -3;

  private record Pair(int input, int target) {}

  private record Shape(int steps, int lanes, int scored, boolean fresh) {}

  /** Sequences of 2 to longest tokens; a token is its place in the corpus. */
  private static Corpus.Sequences sequences(int count, int longest) {
    SplittableRandom random = new SplittableRandom(3);
    List<int[]> sequences = new ArrayList<>();
    int token = 0;
    for (int i = 0; i < count; i++) {
      int[] sequence = new int[2 + random.nextInt(longest - 1)];
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

  private static List<Pair> sorted(List<Pair> pairs) {
    return pairs.stream().sorted(Comparator.comparingInt(Pair::input)).toList();
  }

  /** Reads an epoch as a recurrent net would: a lane's state is its last target, or none. */
  private static List<Pair> readEpoch(Corpus.Sequences sequences, BatchIterator batches) {
    List<Pair> pairs = new ArrayList<>();
    int[] carry = new int[0];
    int count = 0;
    for (Batch batch = batches.next(); batch != null; batch = batches.next()) {
      count++;
      int before = pairs.size();
      if (batch.startsFresh()) {
        carry = new int[batch.lanes()];
        Arrays.fill(carry, FRESH);
      }
      assertThat(batch.lanes()).isEqualTo(carry.length);
      for (int t = 0; t < batch.steps(); t++) {
        for (int lane = 0; lane < batch.lanes(); lane++) {
          carry[lane] = readToken(sequences, batch, t, lane, carry[lane], pairs);
        }
      }
      assertThat(batch.scored()).isEqualTo(pairs.size() - before).isPositive();
      assertThat(batch.padded()).isEqualTo(batch.scored() < batch.steps() * batch.lanes());
    }
    assertThat(count).isEqualTo(batches.batchesPerEpoch());
    return pairs;
  }

  private static int readToken(
      Corpus.Sequences sequences, Batch batch, int t, int lane, int carry, List<Pair> pairs) {
    int input = batch.inputs()[t * batch.lanes() + lane];
    int target = batch.targets()[t * batch.lanes() + lane];
    if (input == Batch.NONE) {
      check(target == Batch.NONE, "padding has no target", t, lane);
      check(carry != FRESH, "a lane begins with a token", t, lane);
      return ENDED;
    }
    check(target >= 0, "a token has a target", t, lane);
    check(carry != ENDED, "nothing follows padding", t, lane);
    if (carry == FRESH) {
      check(Arrays.binarySearch(sequences.offsets(), input) >= 0, "begins a sequence", t, lane);
    } else {
      check(input == carry, "goes on where the lane was", t, lane);
    }
    pairs.add(new Pair(input, target));
    return target;
  }

  /** Not an AssertJ assertion: there are too many of them. */
  private static void check(boolean holds, String what, int t, int lane) {
    if (!holds) {
      throw new AssertionError("%s, at step %d of lane %d".formatted(what, t, lane));
    }
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
      assertThat(sorted(readEpoch(sequences, batches))).isEqualTo(sorted(expected));
      assertThat(batches.next()).isNull();
    }
  }

  @Test
  void next_order_dependsOnSeedAndEpochOnly() {
    Corpus.Sequences sequences = sequences(200, 20);
    BatchIterator one = BatchIterator.of(sequences, 8, 16, 1, true);
    List<Pair> epoch0 = readEpoch(sequences, one);
    one.reset(1);
    List<Pair> epoch1 = readEpoch(sequences, one);
    assertThat(epoch1).isNotEqualTo(epoch0);

    BatchIterator same = BatchIterator.of(sequences, 8, 16, 1, true);
    same.next();
    same.reset(1);
    assertThat(readEpoch(sequences, same)).isEqualTo(epoch1);
    same.reset(0);
    assertThat(readEpoch(sequences, same)).isEqualTo(epoch0);

    BatchIterator other = BatchIterator.of(sequences, 8, 16, 2, true);
    assertThat(readEpoch(sequences, other)).isNotEqualTo(epoch0).isNotEqualTo(epoch1);
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

  @ParameterizedTest
  @CsvSource({"7, 16", "64, 5"})
  void next_sizes_areWithinTheLimits(int batchSize, int sequenceLength) {
    BatchIterator batches =
        BatchIterator.of(sequences(100, 40), batchSize, sequenceLength, 1, true);
    List<Shape> shapes = shapes(batches);
    assertThat(shapes.stream().mapToInt(Shape::lanes).max()).hasValue(batchSize);
    assertThat(shapes.stream().mapToInt(Shape::steps).max()).hasValue(sequenceLength);
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
