package io.carousel.engine.tokens;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * A tokenised corpus: one running text, or sequences that have nothing to do with one another, held
 * or generated.
 */
public sealed interface Corpus {

  /** Number of tokens; of generated sequences, of the first epoch. */
  long size();

  /** Number of tokens that have a predecessor to be predicted from, and are to be. */
  long predictions();

  /** Number of tokens that lie in memory. */
  default long held() {
    return size();
  }

  /**
   * Sets a part aside for validation: the tail of a running text, a seeded draw of sequences. The
   * part is at least one prediction, however small the fraction; only 0 means none. Of generated
   * sequences nothing is taken away: the part comes from another place of the stream.
   *
   * @param validationFraction share of the tokens or sequences, in [0, 1)
   * @throws CorpusTooSmallException where a part would be left without any prediction
   * @throws IllegalArgumentException where the fraction is out of its range
   */
  Split split(double validationFraction, long seed);

  /** The parts of a corpus; validation is null where its fraction was 0. */
  record Split(Corpus training, @Nullable Corpus validation) {}

  /** One running text. */
  final class RunningText implements Corpus {
    private final int[] ids;

    /** Takes the array as it is, without a copy. */
    public RunningText(int[] ids) {
      this.ids = ids;
    }

    /** All tokens; the array itself, not a copy. */
    public int[] ids() {
      return ids;
    }

    @Override
    public long size() {
      return ids.length;
    }

    @Override
    public long predictions() {
      return Math.max(0, ids.length - 1);
    }

    @Override
    public Split split(double validationFraction, long seed) {
      requireFraction(validationFraction);
      if (validationFraction == 0) {
        CorpusTooSmallException.requirePredictions(this);
        return new Split(this, null);
      }
      int tail = (int) Math.max(2, Math.round(ids.length * validationFraction));
      int head = ids.length - tail;
      if (head < 2) {
        throw new CorpusTooSmallException(
            ("corpus: expected at least 2 tokens to train on beside %d to validate on"
                    + " (validation_split %s), found %d tokens in all")
                .formatted(tail, validationFraction, ids.length));
      }
      return new Split(
          new RunningText(Arrays.copyOf(ids, head)),
          new RunningText(Arrays.copyOfRange(ids, head, ids.length)));
    }
  }

  /** Separate sequences of at least two tokens each. */
  final class Sequences implements Corpus {
    private final int[] ids;
    private final int[] offsets;
    private final int dropped;

    private Sequences(int[] ids, int[] offsets, int dropped) {
      this.ids = ids;
      this.offsets = offsets;
      this.dropped = dropped;
    }

    /** Copies the sequences; those of fewer than two tokens are dropped and counted. */
    public static Sequences of(List<int[]> sequences) {
      int count = 0;
      int tokens = 0;
      for (int[] sequence : sequences) {
        if (sequence.length >= 2) {
          count++;
          tokens = Math.addExact(tokens, sequence.length);
        }
      }
      int[] ids = new int[tokens];
      int[] offsets = new int[count + 1];
      int next = 0;
      for (int[] sequence : sequences) {
        if (sequence.length >= 2) {
          System.arraycopy(sequence, 0, ids, offsets[next], sequence.length);
          offsets[next + 1] = offsets[next] + sequence.length;
          next++;
        }
      }
      return new Sequences(ids, offsets, sequences.size() - count);
    }

    /** The tokens of all sequences, one after the other; the array itself, not a copy. */
    public int[] ids() {
      return ids;
    }

    /**
     * Where sequence i begins in {@link #ids()}; one more entry than sequences, the last its end.
     */
    public int[] offsets() {
      return offsets;
    }

    /** Number of sequences. */
    public int count() {
      return offsets.length - 1;
    }

    /** Number of sequences that were too short. */
    public int dropped() {
      return dropped;
    }

    @Override
    public long size() {
      return ids.length;
    }

    @Override
    public long predictions() {
      return ids.length - count();
    }

    @Override
    public Split split(double validationFraction, long seed) {
      requireFraction(validationFraction);
      if (validationFraction == 0) {
        CorpusTooSmallException.requirePredictions(this);
        return new Split(this, null);
      }
      int drawn = (int) Math.max(1, Math.round(count() * validationFraction));
      if (count() - drawn < 1) {
        throw new CorpusTooSmallException(
            ("corpus: expected at least 1 sequence to train on beside %d to validate on"
                    + " (validation_split %s), found %d of at least 2 tokens%s")
                .formatted(drawn, validationFraction, count(), andDropped()));
      }
      boolean[] validates = draw(drawn, new SplittableRandom(seed));
      return new Split(select(validates, false, count() - drawn), select(validates, true, drawn));
    }

    /** Every subset of that size is equally likely (Knuth, algorithm S). */
    private boolean[] draw(int wanted, SplittableRandom random) {
      boolean[] drawn = new boolean[count()];
      int missing = wanted;
      for (int i = 0; i < drawn.length; i++) {
        if (random.nextInt(drawn.length - i) < missing) {
          drawn[i] = true;
          missing--;
        }
      }
      return drawn;
    }

    private Sequences select(boolean[] drawn, boolean which, int count) {
      int[] partOffsets = new int[count + 1];
      int[] partIds = new int[ids.length];
      int next = 0;
      for (int i = 0; i < drawn.length; i++) {
        if (drawn[i] == which) {
          int length = offsets[i + 1] - offsets[i];
          System.arraycopy(ids, offsets[i], partIds, partOffsets[next], length);
          partOffsets[next + 1] = partOffsets[next] + length;
          next++;
        }
      }
      return new Sequences(Arrays.copyOf(partIds, partOffsets[count]), partOffsets, 0);
    }

    String andDropped() {
      return dropped == 0 ? "" : " (and " + dropped + " shorter)";
    }
  }

  /**
   * Sequences that are made when they are wanted. The training part has {@code count} new ones each
   * epoch, from index 0 of the source on; the validation part always the same, from −1 down.
   */
  final class Generated implements Corpus {
    private final SequenceSource source;
    private final int[] ids; // of the source's symbols
    private final int count;
    private final boolean validates;
    private long size; // 0: not counted yet
    private long predictions;

    Generated(SequenceSource source, int[] ids, int count, boolean validates) {
      this.source = source;
      this.ids = ids;
      this.count = count;
      this.validates = validates;
    }

    /** Where the sequences come from; its ids are not those of this corpus. */
    SequenceSource source() {
      return source;
    }

    /** Number of sequences of an epoch. */
    public int count() {
      return count;
    }

    /**
     * Makes a sequence.
     *
     * @param epoch from 0
     * @param number of the sequence in the epoch, from 0
     * @param into cleared, then filled
     */
    public void write(int epoch, int number, SequenceBuffer into) {
      source.write(validates ? -1L - number : (long) epoch * count + number, into);
      into.map(ids);
    }

    @Override
    public long size() {
      countOnce();
      return size;
    }

    @Override
    public long predictions() {
      countOnce();
      return predictions;
    }

    @Override
    public long held() {
      return 0;
    }

    private synchronized void countOnce() {
      if (size > 0) {
        return;
      }
      SequenceBuffer buffer = new SequenceBuffer();
      for (int number = 0; number < count; number++) {
        write(0, number, buffer);
        size += buffer.length();
        predictions += buffer.scoredCount();
      }
    }

    @Override
    public Split split(double validationFraction, long seed) {
      requireFraction(validationFraction);
      int validation = (int) Math.max(1, Math.round(count * validationFraction));
      return new Split(
          this, validationFraction == 0 ? null : new Generated(source, ids, validation, true));
    }
  }

  private static void requireFraction(double fraction) {
    if (!(fraction >= 0 && fraction < 1)) {
      throw new IllegalArgumentException(
          "validation_split: expected a number from 0 up to but not including 1, found "
              + fraction);
    }
  }
}
