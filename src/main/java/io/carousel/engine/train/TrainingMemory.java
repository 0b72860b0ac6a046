package io.carousel.engine.train;

import io.carousel.engine.nn.Architecture;
import io.carousel.engine.nn.CellType;
import io.carousel.engine.nn.Connections;
import io.carousel.engine.nn.LanguageModel;
import io.carousel.engine.nn.ParameterLayout;

/** What a training run needs in memory, known before it begins. */
public final class TrainingMemory {
  /** Elements that a row of gates is longer at most than the gates are. */
  private static final int ROW_PADDING = 16;

  /** Columns to which packed matrices are filled up at most. */
  private static final int PANEL = 32;

  private TrainingMemory() {}

  /**
   * Bytes of a run at most: parameters, gradient, moments, packed weights, the best epoch's copy,
   * and the activations of one window. Saturates at {@link Long#MAX_VALUE}.
   */
  public static long estimateBytes(
      Architecture a, int vocabularySize, TrainingSpecification specification) {
    double parameters = ParameterLayout.count(a, vocabularySize);
    double places = (double) specification.sequenceLength() * specification.batchSize();
    int moments = OptimizerState.moments(specification.optimizer());
    // Initial, trained, gradient, best, remembered for update ratios; weights packed both ways.
    double weights = parameters * (5 + moments + 2) + packingSlack(a, vocabularySize);
    double perPlace = a.cell().gates(); // gates
    perPlace += a.cell() == CellType.LSTM ? 2 : 0; // c, tanh c
    perPlace += a.cell() == CellType.GRU ? 1 : 0; // state's share of n
    perPlace += 3; // h, its packed copy, its gradient
    perPlace += a.dropout() > 0 ? 2 : 0; // dropped input, packed
    perPlace += a.connections().addsPast() ? 3 : 0; // a, its packed copy, its gradient
    perPlace += a.connections() == Connections.HIGHWAY ? 1 : 0; // the gate
    double activations = (perPlace * a.hiddenSize() + ROW_PADDING) * a.layers() * places;
    // What layers that are not recurrent keep of the window before: in the carry, a copy, packed.
    for (int layer = 1; layer < a.layers(); layer++) {
      activations += 3.0 * a.history(layer) * specification.batchSize() * a.inputSize(layer);
    }
    double distinct = Math.min(places, vocabularySize);
    double table = distinct * (3.0 * a.embeddingSize() + (double) a.taps(0) * a.gateRows());
    double logits = LanguageModel.mostLogits(places, vocabularySize);
    return (long) (Float.BYTES * (weights + activations + table + logits + 4 * places));
  }

  /** What packed weights take beyond the weights, as columns are filled up either way. */
  private static double packingSlack(Architecture a, int vocabularySize) {
    double sides = vocabularySize + a.hiddenSize(); // of the output layer's matrix
    for (int layer = 0; layer < a.layers(); layer++) {
      sides += a.taps(layer) * ((double) a.gateRows() + a.inputSize(layer)) * a.inputs(layer);
      sides += (double) a.gateRows() + a.hiddenSize(); // recurrent, or of a highway's gate
    }
    return PANEL * sides;
  }
}
