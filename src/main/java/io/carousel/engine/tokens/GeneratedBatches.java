package io.carousel.engine.tokens;

import org.jspecify.annotations.Nullable;

/**
 * Sequences that are made as they are wanted, in the order of their indices: an epoch goes on in
 * the stream where the one before ended. Holds the sequences of one batch.
 */
final class GeneratedBatches implements BatchIterator {
  private final Corpus.Generated corpus;
  private final int window;
  private final SequenceBuffer[] sequences; // (lanes)
  private final Batch batch;
  private final int batchesPerEpoch;
  private int epoch;
  private int next; // of the epoch's sequences
  private int width; // sequences at work
  private int longest; // predictions of the longest of them
  private int position; // within them

  GeneratedBatches(Corpus.Generated corpus, int batchSize, int sequenceLength) {
    this.corpus = corpus;
    int most = corpus.source().longest().orElse(Integer.MAX_VALUE);
    window = Math.min(sequenceLength, most - 1);
    int lanes = Math.min(batchSize, corpus.count());
    if ((long) window * lanes > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(
          "batch_size: expected at most 2^31 tokens in a batch, found %d sequences of %d"
              .formatted(lanes, window));
    }
    sequences = new SequenceBuffer[lanes];
    for (int lane = 0; lane < lanes; lane++) {
      sequences[lane] = new SequenceBuffer();
    }
    batch = new Batch(window * lanes, lanes);
    batchesPerEpoch = most - 1 <= window ? Math.ceilDiv(corpus.count(), lanes) : count();
    reset(0);
  }

  /** Windows with anything to predict of the first epoch, which it makes for that. */
  private int count() {
    int count = 0;
    reset(0);
    for (Batch each = next(); each != null; each = next()) {
      count += each.scored() > 0 ? 1 : 0;
    }
    return count;
  }

  @Override
  public @Nullable Batch next() {
    if (position == longest && !read()) {
      return null;
    }
    int steps = Math.min(window, longest - position);
    fill(steps);
    position += steps;
    return batch;
  }

  private boolean read() {
    width = Math.min(sequences.length, corpus.count() - next);
    position = 0;
    longest = 0;
    for (int lane = 0; lane < width; lane++) {
      corpus.write(epoch, next + lane, sequences[lane]);
      batch.groups()[lane] = sequences[lane].group();
      longest = Math.max(longest, sequences[lane].length() - 1);
    }
    next += width;
    return width > 0;
  }

  private void fill(int steps) {
    int[] inputs = batch.inputs();
    int[] targets = batch.targets();
    int scored = 0;
    boolean padded = false;
    for (int lane = 0; lane < width; lane++) {
      SequenceBuffer sequence = sequences[lane];
      for (int t = 0; t < steps; t++) {
        int from = position + t;
        int place = t * width + lane;
        boolean inside = from + 1 < sequence.length();
        boolean counts = inside && sequence.scored(from + 1);
        inputs[place] = inside ? sequence.id(from) : Batch.NONE;
        targets[place] = counts ? sequence.id(from + 1) : Batch.NONE;
        scored += counts ? 1 : 0;
        padded |= !inside;
      }
    }
    batch.describe(steps, width, scored, padded, position == 0);
  }

  @Override
  public void reset(int newEpoch) {
    epoch = newEpoch;
    next = 0;
    position = 0;
    longest = 0;
  }

  @Override
  public int batchesPerEpoch() {
    return batchesPerEpoch;
  }
}
