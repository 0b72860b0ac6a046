package io.carousel.reports;

import io.carousel.engine.tokens.Corpus;
import io.carousel.engine.tokens.SequenceBuffer;
import io.carousel.http.ProblemException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The pieces of a corpus that gradients are measured on.
 *
 * @param inputs token ids [T][B]
 * @param targets token ids [T][B]; −1 after the end of a sequence, and where a task scores nothing
 */
record Windows(int[][] inputs, int[][] targets) {
  private static final int PADDING = 0; // any token: nothing after a sequence's end is scored
  private static final int NOT_SCORED = -1;

  /** Generated sequences that are looked at for each that is wanted. */
  private static final int MOST_LOOKED_AT = 16;

  int steps() {
    return inputs.length;
  }

  int size() {
    return inputs[0].length;
  }

  /**
   * Chooses windows.
   *
   * <p>Of a running text, windows spread evenly over it: it is cut into as many parts as there are
   * windows, and each begins at a drawn place of its part. Of separate sequences, the beginnings of
   * drawn ones that fill the window; where too few do, of the longest. Of generated sequences, the
   * beginnings of the first ones of the stream that have anything to predict.
   *
   * @param steps T; sequences that are all shorter make it shorter
   * @param size B; fewer where there are not as many different windows
   * @throws ProblemException 422 where a text does not fill a window, no sequence has two tokens,
   *     or windows end before what is to be predicted
   */
  static Windows of(Corpus corpus, int steps, int size, long seed, String param) {
    if (corpus instanceof Corpus.Generated generated) {
      return ofGenerated(generated, steps, size, param);
    }
    List<int[]> windows =
        switch (corpus) {
          case Corpus.Generated generated -> throw new IllegalStateException("is read above");
          case Corpus.RunningText text -> ofText(text.ids(), steps, size, seed, param);
          case Corpus.Sequences sequences -> ofSequences(sequences, steps, size, seed, param);
        };
    int longest = windows.stream().mapToInt(window -> window.length).max().orElseThrow() - 1;
    int[][] inputs = new int[longest][windows.size()];
    int[][] targets = new int[longest][windows.size()];
    for (int b = 0; b < windows.size(); b++) {
      int[] window = windows.get(b);
      for (int t = 0; t < longest; t++) {
        boolean inside = t + 1 < window.length;
        inputs[t][b] = t < window.length ? window[t] : PADDING;
        targets[t][b] = inside ? window[t + 1] : NOT_SCORED;
      }
    }
    return new Windows(inputs, targets);
  }

  private static List<int[]> ofText(int[] ids, int steps, int size, long seed, String param) {
    int starts = ids.length - steps;
    if (starts < 1) {
      throw tooShort(
          param,
          "expected at least %d tokens, one more than sequence_length, found %d"
              .formatted(steps + 1, ids.length));
    }
    SplittableRandom random = new SplittableRandom(seed);
    int count = Math.min(size, starts);
    List<int[]> windows = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      int from = (int) ((long) starts * i / count);
      int to = (int) ((long) starts * (i + 1) / count);
      int start = random.nextInt(from, to);
      windows.add(Arrays.copyOfRange(ids, start, start + steps + 1));
    }
    return windows;
  }

  private static List<int[]> ofSequences(
      Corpus.Sequences sequences, int steps, int size, long seed, String param) {
    if (sequences.count() == 0) {
      throw tooShort(param, "expected at least 1 sequence of 2 or more tokens, found none");
    }
    int[] offsets = sequences.offsets();
    SplittableRandom random = new SplittableRandom(seed);
    record Candidate(int from, int length, long draw) {}
    List<Candidate> candidates = new ArrayList<>(sequences.count());
    for (int i = 0; i < sequences.count(); i++) {
      int length = Math.min(steps + 1, offsets[i + 1] - offsets[i]);
      candidates.add(new Candidate(offsets[i], length, random.nextLong()));
    }
    candidates.sort(
        Comparator.comparingInt(Candidate::length).reversed().thenComparingLong(Candidate::draw));
    return candidates.stream()
        .limit(size)
        .map(c -> Arrays.copyOfRange(sequences.ids(), c.from(), c.from() + c.length()))
        .toList();
  }

  private static Windows ofGenerated(Corpus.Generated corpus, int steps, int size, String param) {
    List<SequenceBuffer> chosen = new ArrayList<>();
    int most = Math.min(corpus.count(), MOST_LOOKED_AT * size);
    for (int number = 0; number < most && chosen.size() < size; number++) {
      SequenceBuffer sequence = new SequenceBuffer();
      corpus.write(0, number, sequence);
      if (scored(sequence, steps)) {
        chosen.add(sequence);
      }
    }
    if (chosen.isEmpty()) {
      throw ProblemException.unprocessable(
          "window_too_short",
          param,
          ("%s: expected windows that reach a scored symbol, found none among the first %d tokens of"
                  + " each of %d sequences; a longer sequence_length has one")
              .formatted(param, steps + 1, most));
    }
    int longest = chosen.stream().mapToInt(sequence -> sequence.length() - 1).max().orElseThrow();
    int length = Math.min(steps, longest);
    int[][] inputs = new int[length][chosen.size()];
    int[][] targets = new int[length][chosen.size()];
    for (int b = 0; b < chosen.size(); b++) {
      SequenceBuffer sequence = chosen.get(b);
      for (int t = 0; t < length; t++) {
        boolean scored = t + 1 < sequence.length() && sequence.scored(t + 1);
        inputs[t][b] = t < sequence.length() ? sequence.id(t) : PADDING;
        targets[t][b] = scored ? sequence.id(t + 1) : NOT_SCORED;
      }
    }
    return new Windows(inputs, targets);
  }

  private static boolean scored(SequenceBuffer sequence, int steps) {
    for (int place = 1; place <= Math.min(steps, sequence.length() - 1); place++) {
      if (sequence.scored(place)) {
        return true;
      }
    }
    return false;
  }

  private static ProblemException tooShort(String param, String detail) {
    return ProblemException.unprocessable("corpus_too_short", param, param + ": " + detail);
  }
}
