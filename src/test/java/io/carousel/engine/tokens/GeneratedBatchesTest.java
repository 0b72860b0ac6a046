package io.carousel.engine.tokens;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class GeneratedBatchesTest {
  /** Sequence i has 2 + |i| mod 4 tokens, all of them i mod 100; the last is scored. */
  private static final SequenceSource SOURCE =
      new SequenceSource() {
        @Override
        public List<String> symbols() {
          List<String> symbols = new ArrayList<>();
          for (int i = 0; i < 100; i++) {
            symbols.add("%02d".formatted(i));
          }
          return symbols;
        }

        @Override
        public void write(long index, SequenceBuffer into) {
          into.clear();
          int length = (int) (2 + Math.abs(index) % 4);
          for (int i = 0; i < length; i++) {
            into.add((int) Math.floorMod(index, 100L), i == length - 1);
          }
          into.group(length);
        }

        @Override
        public OptionalInt longest() {
          return OptionalInt.of(5);
        }

        @Override
        public String description() {
          return "test";
        }
      };

  private static Corpus corpus(int count) {
    Dataset data = new Dataset.Generated(SOURCE, count);
    return Tokenizer.fit(TokenizerSpecification.defaultFor(data), data).encode(data);
  }

  private static List<Integer> firstTokens(BatchIterator batches) {
    List<Integer> first = new ArrayList<>();
    for (Batch batch = batches.next(); batch != null; batch = batches.next()) {
      for (int lane = 0; batch.startsFresh() && lane < batch.lanes(); lane++) {
        first.add(batch.inputs()[lane]);
      }
    }
    return first;
  }

  @Test
  void next_scoresOnlyWhatIsMaskedInAndPadsTheShorter() {
    BatchIterator batches = BatchIterator.of(corpus(4), 4, 64, 1, true);
    Batch batch = batches.next();
    assertThat(batch).isNotNull();
    assertThat(batch.steps()).isEqualTo(4);
    assertThat(batch.scored()).isEqualTo(4);
    assertThat(batch.padded()).isTrue();
    assertThat(batch.groups()).startsWith(2, 3, 4, 5);
    int n = Batch.NONE;
    assertThat(batch.inputs()).startsWith(0, 1, 2, 3, n, 1, 2, 3, n, n, 2, 3, n, n, n, 3);
    assertThat(batch.targets()).startsWith(0, n, n, n, n, 1, n, n, n, n, 2, n, n, n, n, 3);
    assertThat(batches.next()).isNull();
  }

  @Test
  void next_epochsGoOnInTheStreamAndValidationIsElsewhere() {
    Corpus.Split split = corpus(10).split(0.3, 1);
    BatchIterator training = BatchIterator.of(split.training(), 4, 64, 1, true);
    assertThat(firstTokens(training)).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
    training.reset(1);
    assertThat(firstTokens(training)).containsExactly(10, 11, 12, 13, 14, 15, 16, 17, 18, 19);
    Corpus validation = split.validation();
    assertThat(validation).isNotNull();
    BatchIterator validating = BatchIterator.of(validation, 4, 64, 1, false);
    assertThat(firstTokens(validating)).containsExactly(99, 98, 97);
    validating.reset(1);
    assertThat(firstTokens(validating)).containsExactly(99, 98, 97);
  }

  @Test
  void batchesPerEpoch_countsWindowsWithSomethingToPredict() {
    BatchIterator batches = BatchIterator.of(corpus(8), 1, 2, 1, true);
    // Of 1, 2, 3, 4 predictions the last only: one window each, before it one of 3 and of 4.
    assertThat(batches.batchesPerEpoch()).isEqualTo(8);
    int windows = 0;
    for (Batch batch = batches.next(); batch != null; batch = batches.next()) {
      windows++;
    }
    assertThat(windows).isEqualTo(12);
  }

  @Test
  void sizes_areThoseOfAnEpochAndNothingIsHeld() {
    Corpus corpus = corpus(8);
    assertThat(corpus.size()).isEqualTo(2 * (2 + 3 + 4 + 5));
    assertThat(corpus.predictions()).isEqualTo(8);
    assertThat(corpus.held()).isZero();
  }
}
