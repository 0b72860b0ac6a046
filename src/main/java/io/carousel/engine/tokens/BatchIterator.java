package io.carousel.engine.tokens;

import org.jspecify.annotations.Nullable;

/**
 * Goes through a corpus in batches, epoch after epoch. Not for use by several threads.
 *
 * <p>A running text is cut into lanes of equal length that are read side by side, window after
 * window: the carry is kept through the epoch, and shuffling does not apply. There are as many
 * lanes as the batch size says, or fewer where they would otherwise be shorter than one window;
 * fewer tokens than there are lanes are left over at the end of the text and not used. The last
 * window of an epoch may have fewer steps.
 *
 * <p>Sequences lie one in a lane, in batches of about equal length, padded to the longest. A batch
 * of sequences longer than a window comes as several windows, the carry kept from one to the next.
 * Every prediction is made exactly once an epoch.
 *
 * <p>Generated sequences come in the order of the stream and are not shuffled; each epoch has new
 * ones. A window of long ones may have nothing to predict.
 */
public sealed interface BatchIterator permits TextBatches, SequenceBatches, GeneratedBatches {

  /**
   * Begins with epoch 0.
   *
   * @param batchSize the most lanes, B
   * @param sequenceLength the most steps, T
   * @param seed of the order of sequences, together with the epoch
   * @param shuffle whether sequences come in a new order each epoch, else by descending length
   * @throws CorpusTooSmallException where there is nothing to predict
   * @throws IllegalArgumentException where a size is below 1, or a batch would have more than 2³¹−1
   *     tokens
   */
  static BatchIterator of(
      Corpus corpus, int batchSize, int sequenceLength, long seed, boolean shuffle) {
    requireAtLeastOne("batch_size", batchSize);
    requireAtLeastOne("sequence_length", sequenceLength);
    CorpusTooSmallException.requirePredictions(corpus);
    return switch (corpus) {
      case Corpus.RunningText text -> new TextBatches(text.ids(), batchSize, sequenceLength);
      case Corpus.Sequences sequences ->
          new SequenceBatches(sequences, batchSize, sequenceLength, seed, shuffle);
      case Corpus.Generated generated -> new GeneratedBatches(generated, batchSize, sequenceLength);
    };
  }

  /** The next batch, the same object each time; null at the end of the epoch. */
  @Nullable Batch next();

  /** Goes to the beginning of an epoch, counted from 0. */
  void reset(int epoch);

  /**
   * Number of batches of an epoch that have anything to predict, the same for all epochs; of
   * generated sequences that differ in length and do not fit into a window, that of the first.
   */
  int batchesPerEpoch();

  private static void requireAtLeastOne(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + ": expected at least 1, found " + value);
    }
  }
}
