package io.carousel.engine.tokens;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Separate sequences, padded and masked.
 *
 * <p>An epoch's order: shuffle; sort by the number of windows that a sequence needs; within pools
 * of {@value #POOL} groups sort by length; cut into groups of B; shuffle the groups. Pools keep
 * padding small without making the groups of one epoch those of the next. Sorting by windows first
 * makes the windows of the i-th group, and so the number of batches, the same in every epoch.
 */
final class SequenceBatches implements BatchIterator {
  private static final int POOL = 50;

  private final int[] ids;
  private final int[] offsets;
  private final int count;
  private final int window;
  private final int lanes;
  private final long seed;
  private final boolean shuffle;
  private final int[] order; // sequences, those of a group together, its longest first
  private final int[] groups; // in the order in which they come
  private final int batchesPerEpoch;
  private final Batch batch;
  private int group; // index in groups
  private int position; // within the sequences of the group

  SequenceBatches(
      Corpus.Sequences sequences, int batchSize, int sequenceLength, long seed, boolean shuffle) {
    this.ids = sequences.ids();
    this.offsets = sequences.offsets();
    this.count = sequences.count();
    this.seed = seed;
    this.shuffle = shuffle;
    int longest = 0;
    for (int i = 0; i < count; i++) {
      longest = Math.max(longest, predictions(i));
    }
    this.window = Math.min(sequenceLength, longest);
    this.lanes = Math.min(batchSize, count);
    if ((long) window * lanes > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(
          "batch_size: expected at most 2^31 tokens in a batch, found %d sequences of %d"
              .formatted(lanes, window));
    }
    this.batch = new Batch(window * lanes);
    this.order = new int[count];
    this.groups = new int[Math.ceilDiv(count, lanes)];
    reset(0);
    int batches = 0;
    for (int g = 0; g < groups.length; g++) {
      batches += Math.ceilDiv(predictions(order[g * lanes]), window);
    }
    this.batchesPerEpoch = batches;
  }

  private int predictions(int sequence) {
    return offsets[sequence + 1] - offsets[sequence] - 1;
  }

  @Override
  public @Nullable Batch next() {
    if (group == groups.length) {
      return null;
    }
    int first = groups[group] * lanes;
    int longest = predictions(order[first]);
    int steps = Math.min(window, longest - position);
    fill(first, Math.min(lanes, count - first), steps);
    position += steps;
    if (position == longest) {
      position = 0;
      group++;
    }
    return batch;
  }

  private void fill(int first, int width, int steps) {
    int[] inputs = batch.inputs();
    int[] targets = batch.targets();
    int scored = 0;
    for (int lane = 0; lane < width; lane++) {
      int sequence = order[first + lane];
      int from = offsets[sequence] + position;
      int present = Math.clamp(predictions(sequence) - position, 0, steps);
      for (int t = 0; t < present; t++) {
        inputs[t * width + lane] = ids[from + t];
        targets[t * width + lane] = ids[from + t + 1];
      }
      for (int t = present; t < steps; t++) {
        inputs[t * width + lane] = Batch.NONE;
        targets[t * width + lane] = Batch.NONE;
      }
      scored += present;
    }
    batch.describe(steps, width, scored, scored < steps * width, position == 0);
  }

  @Override
  public void reset(int epoch) {
    group = 0;
    position = 0;
    for (int i = 0; i < count; i++) {
      order[i] = i;
    }
    for (int g = 0; g < groups.length; g++) {
      groups[g] = g;
    }
    if (!shuffle) {
      sortDescending(0, count, 1);
      return;
    }
    // The seed is hashed before the epoch is added: seed 1, epoch 2 is not seed 2, epoch 1.
    SplittableRandom random = new SplittableRandom(new SplittableRandom(seed).nextLong() + epoch);
    shuffle(order, random);
    sortDescending(0, count, window);
    long pool = (long) POOL * lanes;
    for (long from = 0; from < count; from += pool) {
      sortDescending((int) from, (int) Math.min(count, from + pool), 1);
    }
    shuffle(groups, random);
  }

  @Override
  public int batchesPerEpoch() {
    return batchesPerEpoch;
  }

  /** Sorts a part of the order by length in units of so many predictions; stable. */
  private void sortDescending(int from, int to, int unit) {
    long[] keys = new long[to - from];
    for (int i = 0; i < keys.length; i++) {
      long units = Math.ceilDiv(predictions(order[from + i]), unit);
      keys[i] = (Integer.MAX_VALUE - units) << 32 | i;
    }
    Arrays.sort(keys);
    int[] unsorted = Arrays.copyOfRange(order, from, to);
    for (int i = 0; i < keys.length; i++) {
      order[from + i] = unsorted[(int) keys[i]];
    }
  }

  private static void shuffle(int[] values, SplittableRandom random) {
    for (int i = values.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int other = values[j];
      values[j] = values[i];
      values[i] = other;
    }
  }
}
