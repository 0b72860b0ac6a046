package io.carousel.engine.train;

import io.carousel.engine.tokens.Batch;
import io.carousel.engine.tokens.SequenceBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Counts of right predictions by the group of their sequence. */
final class GroupScores {
  private long[] predictions = new long[0];
  private long[] right = new long[0];

  /**
   * Adds a batch; one whose corpus has no groups adds nothing.
   *
   * @param ranks (T,B), 0 where the most likely symbol is the right one, negative where not scored
   */
  void add(Batch batch, int[] ranks) {
    int[] groups = batch.groups();
    if (groups.length == 0) {
      return;
    }
    for (int lane = 0; lane < batch.lanes(); lane++) {
      int group = groups[lane];
      if (group == SequenceBuffer.NO_GROUP) {
        continue;
      }
      if (group >= predictions.length) {
        predictions = Arrays.copyOf(predictions, group + 1);
        right = Arrays.copyOf(right, group + 1);
      }
      for (int t = 0; t < batch.steps(); t++) {
        int rank = ranks[t * batch.lanes() + lane];
        predictions[group] += rank >= 0 ? 1 : 0;
        right[group] += rank == 0 ? 1 : 0;
      }
    }
  }

  /** Those groups that have predictions. */
  List<Evaluation.Group> list() {
    List<Evaluation.Group> list = new ArrayList<>();
    for (int group = 0; group < predictions.length; group++) {
      if (predictions[group] > 0) {
        double share = (double) right[group] / predictions[group];
        list.add(new Evaluation.Group(group, predictions[group], share));
      }
    }
    return list;
  }
}
