package io.carousel.engine.nn;

import java.util.Locale;

/**
 * The shape of a stacked language model: embedding (V,E), L layers of H units, projection (V,H).
 * Connections may lead past the layers above the first.
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
 * @param contextSize of an {@link CellType#MLP}, how many of the last tokens its first layer sees;
 *     ignored elsewhere
 * @param kernelSize of a {@link CellType#CONV}, how many steps of its input a layer sees
 * @param maxDilation of a {@link CellType#CONV}: the distance of these steps is 1 in the first
 *     layer and doubles from layer to layer up to this, then begins anew at 1 (van den Oord et al.
 *     2016)
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
    Connections connections,
    int contextSize,
    int kernelSize,
    int maxDilation) {
  private static final int CONTEXT = 8;
  private static final int KERNEL = 2;
  private static final int DILATION = 64;

  /** The default: one LSTM layer of 128 units. */
  public static final Architecture DEFAULT =
      new Architecture(
          CellType.LSTM, 1, 128, 128, 0.0, false, Nonlinearity.TANH, Initialization.DEFAULT);

  /** Without connections past the layers, and looking back as by default. */
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
        Connections.NONE,
        CONTEXT,
        KERNEL,
        DILATION);
  }

  public Architecture {
    requireAtLeastOne("layers", layers);
    requireAtLeastOne("hidden_size", hiddenSize);
    requireAtLeastOne("embedding_size", embeddingSize);
    requireAtLeastOne("context_size", contextSize);
    requireAtLeastOne("kernel_size", kernelSize);
    requireAtLeastOne("max_dilation", maxDilation);
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
    return with(layers, 0, connections);
  }

  /** The same with other connections. */
  public Architecture withConnections(Connections others) {
    return with(layers, dropout, others);
  }

  /** The same with so many layers; without connections where there is only one. */
  public Architecture withLayers(int count) {
    return with(count, dropout, count == 1 ? Connections.NONE : connections);
  }

  /** The same, looking back otherwise. */
  public Architecture withContext(int tokens, int kernel, int dilation) {
    return new Architecture(
        cell,
        layers,
        hiddenSize,
        embeddingSize,
        dropout,
        tieWeights,
        nonlinearity,
        initialization,
        connections,
        tokens,
        kernel,
        dilation);
  }

  private Architecture with(int count, double probability, Connections others) {
    return new Architecture(
        cell,
        count,
        hiddenSize,
        embeddingSize,
        probability,
        tieWeights,
        nonlinearity,
        initialization,
        others,
        contextSize,
        kernelSize,
        maxDilation);
  }

  /** Name of the parameter (taps·G·H, in) that a layer's input is multiplied by. */
  public String inputWeight(int layer) {
    return prefix() + (cell.recurrent() ? "weight_ih_l" : "weight_l") + layer;
  }

  /** Name of the parameter (G·H) that is added to it. */
  public String inputBias(int layer) {
    return prefix() + (cell.recurrent() ? "bias_ih_l" : "bias_l") + layer;
  }

  private String prefix() {
    return switch (cell) {
      case MLP -> "mlp.";
      case CONV -> "conv.";
      case RNN, GRU, LSTM -> "rnn.";
    };
  }

  /** How many steps of its input a layer sees at once; 1 of a recurrent one. */
  public int taps(int layer) {
    return switch (cell) {
      case MLP -> layer == 0 ? contextSize : 1;
      case CONV -> kernelSize;
      case RNN, GRU, LSTM -> 1;
    };
  }

  /** Steps between two of them. */
  public int dilation(int layer) {
    int doublings = Integer.SIZE - Integer.numberOfLeadingZeros(maxDilation); // 1, 2, …, ≤ max
    return cell == CellType.CONV ? 1 << layer % doublings : 1;
  }

  /** How many steps before its own a layer sees of its input. */
  public int history(int layer) {
    return Math.multiplyExact(taps(layer) - 1, dilation(layer));
  }

  /**
   * How many of the last tokens a prediction of a model that is not recurrent sees; {@link
   * Integer#MAX_VALUE} of a recurrent one.
   */
  public int receptiveField() {
    if (cell.recurrent()) {
      return Integer.MAX_VALUE;
    }
    long steps = 1;
    for (int layer = 0; layer < layers; layer++) {
      steps += history(layer);
    }
    return (int) Math.min(steps, Integer.MAX_VALUE - 1);
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
