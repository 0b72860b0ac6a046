package io.carousel.engine.tokens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CorpusTest {

  private static Corpus.RunningText text(int size) {
    return new Corpus.RunningText(IntStream.range(0, size).toArray());
  }

  /** Sequence i is [i, i, …] of length 2 + i % 5. */
  private static Corpus.Sequences sequences(int count) {
    List<int[]> sequences = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int[] sequence = new int[2 + i % 5];
      Arrays.fill(sequence, i);
      sequences.add(sequence);
    }
    return Corpus.Sequences.of(sequences);
  }

  private static Corpus validation(Corpus.Split split) {
    return Objects.requireNonNull(split.validation());
  }

  private static List<List<Integer>> lists(Corpus corpus) {
    Corpus.Sequences sequences = (Corpus.Sequences) corpus;
    List<List<Integer>> lists = new ArrayList<>();
    for (int i = 0; i < sequences.count(); i++) {
      lists.add(
          IntStream.range(sequences.offsets()[i], sequences.offsets()[i + 1])
              .mapToObj(at -> sequences.ids()[at])
              .toList());
    }
    return lists;
  }

  @Test
  void split_text_takesTheTail() {
    Corpus.Split split = text(1000).split(0.1, 7);
    assertThat(((Corpus.RunningText) split.training()).ids())
        .isEqualTo(IntStream.range(0, 900).toArray());
    assertThat(((Corpus.RunningText) validation(split)).ids())
        .isEqualTo(IntStream.range(900, 1000).toArray());
  }

  @Test
  void split_sequences_areAllInOnePartEach() {
    Corpus.Sequences all = sequences(203);
    Corpus.Split split = all.split(0.2, 7);
    List<List<Integer>> training = lists(split.training());
    List<List<Integer>> validation = lists(validation(split));
    assertThat(validation).hasSize(41);
    List<List<Integer>> both = new ArrayList<>(training);
    both.addAll(validation);
    assertThat(both).containsExactlyInAnyOrderElementsOf(lists(all));
    assertThat(split.training().size() + validation(split).size()).isEqualTo(all.size());
  }

  @Test
  void split_sequences_drawDependsOnTheSeedOnly() {
    List<List<Integer>> first = lists(validation(sequences(100).split(0.3, 1)));
    assertThat(lists(validation(sequences(100).split(0.3, 1)))).isEqualTo(first);
    assertThat(lists(validation(sequences(100).split(0.3, 2)))).isNotEqualTo(first);
  }

  @Test
  void split_sequences_drawIsUniform() {
    int[] drawn = new int[10];
    for (int seed = 0; seed < 2000; seed++) {
      for (List<Integer> sequence : lists(validation(sequences(10).split(0.3, seed)))) {
        drawn[sequence.getFirst()]++;
      }
    }
    // Binomial(2000, 0.3): mean 600, standard deviation 20.5; five of them either side.
    for (int count : drawn) {
      assertThat(count).isBetween(500, 700);
    }
  }

  @Test
  void split_fractionZero_keepsAll() {
    Corpus.RunningText text = text(2);
    assertThat(text.split(0, 1)).isEqualTo(new Corpus.Split(text, null));
    Corpus.Sequences one = sequences(1);
    assertThat(one.split(0, 1)).isEqualTo(new Corpus.Split(one, null));
  }

  @Test
  void split_smallCorpus_leavesAPredictionToEachPart() {
    Corpus.Split split = text(4).split(0.1, 1);
    assertThat(split.training().predictions()).isEqualTo(1);
    assertThat(validation(split).predictions()).isEqualTo(1);
    Corpus.Split two = sequences(2).split(0.1, 1);
    assertThat(lists(two.training())).hasSize(1);
    assertThat(lists(validation(two))).hasSize(1);
  }

  @Test
  void split_tooSmall_saysWhatIsNeeded() {
    assertThatThrownBy(() -> text(3).split(0.1, 1))
        .isInstanceOf(CorpusTooSmallException.class)
        .hasMessage(
            "corpus: expected at least 2 tokens to train on beside 2 to validate on"
                + " (validation_split 0.1), found 3 tokens in all");
    assertThatThrownBy(() -> text(100).split(0.999, 1)).isInstanceOf(CorpusTooSmallException.class);
    assertThatThrownBy(() -> text(1).split(0, 1))
        .hasMessage("corpus: expected at least 2 tokens, one and its successor, found 1");
    assertThatThrownBy(() -> Corpus.Sequences.of(List.of(new int[2], new int[1])).split(0.1, 1))
        .hasMessage(
            "corpus: expected at least 1 sequence to train on beside 1 to validate on"
                + " (validation_split 0.1), found 1 of at least 2 tokens (and 1 shorter)");
    assertThatThrownBy(() -> Corpus.Sequences.of(List.of(new int[1])).split(0, 1))
        .hasMessage(
            "corpus: expected at least 1 sequence of 2 or more tokens, found none (and 1"
                + " shorter)");
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.1, 1, 2, Double.NaN})
  void split_fractionOutOfRange_isRefused(double fraction) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> text(100).split(fraction, 1))
        .withMessage(
            "validation_split: expected a number from 0 up to but not including 1, found "
                + fraction);
    assertThatIllegalArgumentException().isThrownBy(() -> sequences(100).split(fraction, 1));
  }

  @Test
  void sizes_countTokensAndPredictions() {
    assertThat(text(10).size()).isEqualTo(10);
    assertThat(text(10).predictions()).isEqualTo(9);
    assertThat(text(0).predictions()).isZero();
    Corpus.Sequences sequences =
        Corpus.Sequences.of(List.of(new int[3], new int[0], new int[2], new int[1]));
    assertThat(sequences.count()).isEqualTo(2);
    assertThat(sequences.dropped()).isEqualTo(2);
    assertThat(sequences.size()).isEqualTo(5);
    assertThat(sequences.predictions()).isEqualTo(3);
  }
}
