package io.carousel.engine.nn;

/**
 * The shape of a stacked recurrent language model: embedding (V,E), L recurrent layers of H units,
 * projection (V,H).
 *
 * @param cell the recurrent cell of every layer
 * @param layers L, at least 1
 * @param hiddenSize H, at least 1
 * @param embeddingSize E, at least 1; must equal H when weights are tied
 * @param dropout probability of dropping an activation between layers, in [0, 1)
 * @param tieWeights whether the projection shares the embedding's matrix (Press and Wolf 2017)
 * @param nonlinearity φ of a plain RNN
 * @param initialization how a fresh network is drawn
 */
public record Architecture(
    CellType cell,
    int layers,
    int hiddenSize,
    int embeddingSize,
    double dropout,
    boolean tieWeights,
    Nonlinearity nonlinearity,
    Initialization initialization) {

  /** The default: one LSTM layer of 128 units. */
  public static final Architecture DEFAULT =
      new Architecture(
          CellType.LSTM, 1, 128, 128, 0.0, false, Nonlinearity.TANH, Initialization.DEFAULT);

  public Architecture {
    requireAtLeastOne("layers", layers);
    requireAtLeastOne("hidden_size", hiddenSize);
    requireAtLeastOne("embedding_size", embeddingSize);
    if (!(dropout >= 0 && dropout < 1)) {
      throw new IllegalArgumentException(
          "dropout: expected a number from 0 up to but not including 1, found " + dropout);
    }
    if (tieWeights && embeddingSize != hiddenSize) {
      throw new IllegalArgumentException(
          "tie_weights: expected embedding_size equal to hidden_size, found %d and %d"
              .formatted(embeddingSize, hiddenSize));
    }
  }

  /** Width of the input of a layer: E for the first, H above it. */
  public int inputSize(int layer) {
    return layer == 0 ? embeddingSize : hiddenSize;
  }

  /** G·H, the number of rows of a layer's weight matrices. */
  public int gateRows() {
    return cell.gates() * hiddenSize;
  }

  private static void requireAtLeastOne(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + ": expected at least 1, found " + value);
    }
  }
}
