package io.carousel.reports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carousel.engine.tokens.Corpus;
import io.carousel.http.ProblemException;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class WindowsTest {
  /** Token i stands at place i. */
  private static Corpus text(int length) {
    return new Corpus.RunningText(IntStream.range(0, length).toArray());
  }

  @Test
  void of_text_windowsAreSpreadOverItAndTargetsFollow() {
    Windows windows = Windows.of(text(101), 20, 4, 3, "input");
    assertThat(windows.steps()).isEqualTo(20);
    assertThat(windows.size()).isEqualTo(4);
    for (int b = 0; b < 4; b++) {
      int start = windows.inputs()[0][b];
      assertThat(start).isBetween(81 * b / 4, 81 * (b + 1) / 4 - 1);
      for (int t = 0; t < 20; t++) {
        assertThat(windows.inputs()[t][b]).isEqualTo(start + t);
        assertThat(windows.targets()[t][b]).isEqualTo(start + t + 1);
      }
    }
  }

  @Test
  void of_textJustLongEnough_isOneWindow() {
    Windows windows = Windows.of(text(21), 20, 4, 3, "input");
    assertThat(windows.size()).isEqualTo(1);
    assertThat(windows.targets()[19][0]).isEqualTo(20);
  }

  @Test
  void of_seed_decidesTheWindows() {
    int[][] one = Windows.of(text(1000), 10, 4, 1, "input").inputs();
    assertThat(Windows.of(text(1000), 10, 4, 1, "input").inputs()).isDeepEqualTo(one);
    assertThat(Windows.of(text(1000), 10, 4, 2, "input").inputs()[0]).isNotEqualTo(one[0]);
  }

  @Test
  void of_textTooShort_is422() {
    assertThatThrownBy(() -> Windows.of(text(20), 20, 4, 3, "input.text"))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> {
              assertThat(e.code()).isEqualTo("corpus_too_short");
              assertThat(e.param()).isEqualTo("input.text");
            })
        .hasMessageContaining("at least 21 tokens")
        .hasMessageContaining("found 20");
  }

  @Test
  void of_sequences_longestComeFirstAndShorterOnesArePadded() {
    Corpus corpus =
        Corpus.Sequences.of(List.of(new int[] {1, 2}, new int[] {3, 4, 5, 6}, new int[] {7, 8, 9}));
    Windows windows = Windows.of(corpus, 10, 2, 1, "input");
    assertThat(windows.inputs()).isDeepEqualTo(new int[][] {{3, 7}, {4, 8}, {5, 9}});
    assertThat(windows.targets()).isDeepEqualTo(new int[][] {{4, 8}, {5, 9}, {6, -1}});
  }

  @Test
  void of_sequencesLongerThanTheWindow_areCutAndDrawn() {
    Corpus corpus =
        Corpus.Sequences.of(
            IntStream.range(0, 50).mapToObj(i -> new int[] {i, i, i, i, i, i}).toList());
    Windows windows = Windows.of(corpus, 3, 8, 1, "input");
    assertThat(windows.steps()).isEqualTo(3);
    assertThat(windows.inputs()[0]).hasSize(8).doesNotHaveDuplicates();
    assertThat(windows.inputs()[0]).isNotEqualTo(Windows.of(corpus, 3, 8, 2, "input").inputs()[0]);
  }
}
