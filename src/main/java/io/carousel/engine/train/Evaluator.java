package io.carousel.engine.train;

import io.carousel.engine.nn.Carry;
import io.carousel.engine.nn.LanguageModel;
import io.carousel.engine.tokens.Batch;
import io.carousel.engine.tokens.BatchIterator;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Measures a model on a corpus: loss, and how often the right symbol was among the likeliest. */
final class Evaluator {
  private final LanguageModel model;
  private final BatchIterator batches;
  private final int k;

  Evaluator(LanguageModel model, BatchIterator batches, int k) {
    this.model = model;
    this.batches = batches;
    this.k = k;
  }

  /** Goes once through the corpus; null where it was told to stop. */
  @Nullable Evaluation evaluate(BooleanSupplier stop) {
    double loss = 0;
    long first = 0;
    long amongK = 0;
    long predictions = 0;
    GroupScores groups = new GroupScores();
    Carry carry = model.newCarry(1);
    batches.reset(0);
    for (Batch batch = batches.next(); batch != null; batch = batches.next()) {
      if (stop.getAsBoolean()) {
        return null;
      }
      carry = Trainer.carryFor(model, carry, batch);
      LanguageModel.Scores scores =
          model.score(batch.steps(), batch.lanes(), batch.inputs(), batch.targets(), carry);
      for (int i = 0; i < scores.size(); i++) {
        int rank = scores.ranks()[i];
        if (rank >= 0) {
          loss += scores.losses()[i];
          first += rank == 0 ? 1 : 0;
          amongK += rank < k ? 1 : 0;
        }
      }
      predictions += batch.scored();
      groups.add(batch, scores.ranks());
    }
    double n = Math.max(1, predictions);
    return new Evaluation(loss / n, first / n, amongK / n, k, predictions, groups.list());
  }
}
