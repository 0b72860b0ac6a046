package io.carousel.engine.nn;

import java.util.Locale;

/**
 * The shape of a stacked recurrent language model: embedding (V,E), L recurrent layers of H units,
 * projection (V,H). Connections may lead past the layers above the first.
 *
 * @param cell the recurrent cell of every layer
 * @param layers L, at least 1
 * @param hiddenSize H, at least 1
 * @param embeddingSize E, at least 1; must equal H when weights are tied
 * @param dropout probability of dropping an activation between layers, in [0, 1)
 * @param tieWeights whether the projection shares the embedding's matrix (Press and Wolf 2017)
 * @param nonlinearity φ of a plain RNN
 * @param initialization how a fresh network is drawn
 * @param connections what leads past the layers; other than none only where there are at least two
 */
public record Architecture(
    CellType cell,
    int layers,
    int hiddenSize,
    int embeddingSize,
    double dropout,
    boolean tieWeights,
    Nonlinearity nonlinearity,
    Initialization initialization,
    Connections connections) {

  /** The default: one LSTM layer of 128 units. */
  public static final Architecture DEFAULT =
      new Architecture(
          CellType.LSTM, 1, 128, 128, 0.0, false, Nonlinearity.TANH, Initialization.DEFAULT);

  /** Without connections past the layers. */
  public Architecture(
      CellType cell,
      int layers,
      int hiddenSize,
      int embeddingSize,
      double dropout,
      boolean tieWeights,
      Nonlinearity nonlinearity,
      Initialization initialization) {
    this(
        cell,
        layers,
        hiddenSize,
        embeddingSize,
        dropout,
        tieWeights,
        nonlinearity,
        initialization,
        Connections.NONE);
  }

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
    if (connections != Connections.NONE && layers < 2) {
      throw new IllegalArgumentException(
          "connections: expected none where there is one layer (they lead past the layers above"
              + " the first), found "
              + connections.name().toLowerCase(Locale.ROOT));
    }
  }

  /**
   * Width of the input of a layer: E for the first; above it H, or H times the layers below where
   * the connections are dense.
   */
  public int inputSize(int layer) {
    return layer == 0 ? embeddingSize : inputs(layer) * hiddenSize;
  }

  /** How many layers' outputs are next to one another in the input of a layer above the first. */
  public int inputs(int layer) {
    return connections == Connections.DENSE ? Math.max(1, layer) : 1;
  }

  /** Whether a layer has something that leads past it, and a highway's gate if it is one. */
  public boolean hasPast(int layer) {
    return layer > 0 && connections.addsPast();
  }

  /** The same without dropout. */
  public Architecture withoutDropout() {
    return new Architecture(
        cell,
        layers,
        hiddenSize,
        embeddingSize,
        0,
        tieWeights,
        nonlinearity,
        initialization,
        connections);
  }

  /** The same with other connections. */
  public Architecture withConnections(Connections others) {
    return new Architecture(
        cell,
        layers,
        hiddenSize,
        embeddingSize,
        dropout,
        tieWeights,
        nonlinearity,
        initialization,
        others);
  }

  /** The same with so many layers; without connections where there is only one. */
  public Architecture withLayers(int count) {
    return new Architecture(
        cell,
        count,
        hiddenSize,
        embeddingSize,
        dropout,
        tieWeights,
        nonlinearity,
        initialization,
        count == 1 ? Connections.NONE : connections);
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
