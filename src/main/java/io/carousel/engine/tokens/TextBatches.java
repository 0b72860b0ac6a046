package io.carousel.engine.tokens;

import org.jspecify.annotations.Nullable;

/** One running text in contiguous lanes. */
final class TextBatches implements BatchIterator {
  private final int[] ids;
  private final int window;
  private final int lanes;
  private final int laneLength; // predictions of one lane
  private final Batch batch;
  private int position; // within the lanes

  TextBatches(int[] ids, int batchSize, int sequenceLength) {
    this.ids = ids;
    int predictions = ids.length - 1;
    this.window = Math.min(sequenceLength, predictions);
    this.lanes = Math.min(batchSize, predictions / window);
    this.laneLength = predictions / lanes;
    // Not above the number of predictions, so there is no overflow.
    this.batch = new Batch(window * lanes);
  }

  @Override
  public @Nullable Batch next() {
    if (position == laneLength) {
      return null;
    }
    int steps = Math.min(window, laneLength - position);
    int[] inputs = batch.inputs();
    int[] targets = batch.targets();
    for (int lane = 0; lane < lanes; lane++) {
      // The target of a lane's last input is the first input of the lane after it.
      int from = lane * laneLength + position;
      for (int t = 0; t < steps; t++) {
        inputs[t * lanes + lane] = ids[from + t];
        targets[t * lanes + lane] = ids[from + t + 1];
      }
    }
    batch.describe(steps, lanes, steps * lanes, false, position == 0);
    position += steps;
    return batch;
  }

  @Override
  public void reset(int epoch) {
    position = 0;
  }

  @Override
  public int batchesPerEpoch() {
    return Math.ceilDiv(laneLength, window);
  }
}
