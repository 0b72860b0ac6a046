package io.carousel.engine.nn;

import io.carousel.engine.kernel.Kernels;
import io.carousel.engine.kernel.PackedMatrix;
import io.carousel.engine.kernel.Workers;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Back-propagation through time, from the loss to one flat gradient.
 *
 * <p>The time loop of a layer needs no barrier: lanes do not mix, each thread takes some of them
 * from the last step to the first. Weight gradients are one product over all T·B rows each, cut by
 * the rows of the weight matrix, so there are no partial gradients to add up and the number of
 * threads changes nothing.
 */
final class Backward {
  /** Rows of states that one task packs: few enough for the second-level cache, and whole lines. */
  private static final int PACKED_ROWS = 64;

  private final Kernels kernels;
  private final Workers workers;
  private final Split split;
  private final ParameterLayout layout;
  private final Layer[] layers;
  private final TokenTable table;
  private final Projection projection;
  private final int hidden;
  private final int gateRows;
  private final @Nullable PackedMatrix[] packedDropped;

  private final Window window;

  // The step at work.
  private float scale;
  private long dropoutSeed;
  private float[] gradient = new float[0];
  private @Nullable Dropout dropout;
  private float[][] dropped = new float[0][];
  private @Nullable BackwardObserver observer;
  private int layer;
  private int tile;
  private int gatePieces;
  private int packPieces;

  private final Workers.Task packTask = this::packStates;
  private final Workers.Task lossTask = this::lossRows;
  private final Workers.Task outputTask = this::outputWeights;
  private final Workers.Task splitTask = this::splitRows;
  private final Workers.Task timeTask = this::backwardBlock;
  private final Workers.Task weightTask = this::weightsAndInput;
  private final Workers.Task clearTask = this::clearEmbedding;
  private final Workers.Task tableTask = this::tableGradients;

  Backward(
      Kernels kernels,
      Workers workers,
      ParameterLayout layout,
      Window window,
      Layer[] layers,
      TokenTable table,
      Projection projection) {
    this.window = window;
    this.kernels = kernels;
    this.workers = workers;
    this.split = new Split(kernels, workers);
    this.layout = layout;
    this.layers = layers;
    this.table = table;
    this.projection = projection;
    Architecture a = layout.architecture();
    hidden = a.hiddenSize();
    gateRows = a.gateRows();
    packedDropped = new @Nullable PackedMatrix[layers.length];
    if (a.dropout() > 0) {
      for (int l = 1; l < layers.length; l++) {
        packedDropped[l] = kernels.packedForTransposed(layers[l].dh.length / hidden, hidden);
      }
    }
  }

  /**
   * Goes back through the window.
   *
   * @param scale of each scored prediction's loss in the loss that is derived
   * @param gradient receives it; every element is written
   */
  void run(
      float scale,
      long dropoutSeed,
      float[] gradient,
      @Nullable Dropout dropout,
      float[][] dropped,
      @Nullable BackwardObserver observer) {
    this.scale = scale;
    this.dropoutSeed = dropoutSeed;
    this.gradient = gradient;
    this.dropout = dropout;
    this.dropped = dropped;
    this.observer = observer;
    packAllStates();
    output();
    int blocks = split.laneBlocks(window.lanes());
    int weightPieces = Split.pieces(gateRows, split.weightRows(gateRows));
    int tableRows = layers[0].blockRows;
    int tableWeightPieces = Split.pieces(tableRows, split.weightRows(tableRows));
    int rowPieces = split.rowPieces(window.places());
    for (layer = layers.length - 1; layer >= 0; layer--) {
      Shortcut shortcut = layers[layer].shortcut;
      if (shortcut != null) {
        workers.run(rowPieces, splitTask);
      }
      workers.run(blocks, timeTask);
      gatePieces =
          shortcut != null && shortcut.hasGate()
              ? Split.pieces(hidden, split.weightRows(hidden))
              : 0;
      workers.run(2 * weightPieces + (layer > 0 ? rowPieces : 0) + gatePieces, weightTask);
    }
    if (!layout.architecture().tieWeights()) {
      workers.run(split.rowPieces(layout.vocabularySize()), clearTask);
    }
    int tablePieces = split.rowPieces(table.distinct());
    workers.run(tableWeightPieces + tablePieces, tableTask);
  }

  // ---------------------------------------------------------------- packing

  private void packAllStates() {
    int rows = window.places() + window.lanes();
    for (Layer each : layers) {
      kernels.setRows(Layer.trained(each.packedH), rows);
      if (each.shortcut != null) {
        kernels.setRows(Layer.trained(each.shortcut.packedA), window.places());
      }
      PackedMatrix input = packedDropped[each.index];
      if (dropout != null && input != null) {
        kernels.setRows(input, window.places());
      }
    }
    table.beginPacking();
    packPieces = Split.pieces(rows, PACKED_ROWS);
    int tablePieces = Split.pieces(table.distinct(), PACKED_ROWS);
    workers.run(layers.length * packPieces + tablePieces, packTask);
  }

  private void packStates(int piece) {
    int which = piece / packPieces;
    if (which >= layers.length) {
      int first = (piece - layers.length * packPieces) * PACKED_ROWS;
      table.packEmbedded(first, Math.min(PACKED_ROWS, table.distinct() - first));
    } else {
      packStates(layers[which], piece % packPieces * PACKED_ROWS);
    }
  }

  private void packStates(Layer each, int first) {
    if (first == 0 && each instanceof FeedForwardLayer looking) {
      looking.packPast(window.lanes());
    }
    int end = Math.min(first + PACKED_ROWS, window.places() + window.lanes());
    PackedMatrix states = Layer.trained(each.packedH);
    kernels.packRows(states, first, end - first, each.h, 0, hidden, false);
    int count = Math.min(end, window.places()) - first;
    if (count <= 0) {
      return;
    }
    if (each.shortcut != null) {
      PackedMatrix outputs = Layer.trained(each.shortcut.packedA);
      kernels.packRows(outputs, first, count, each.shortcut.a, 0, hidden, false);
    }
    PackedMatrix input = packedDropped[each.index];
    if (dropout != null && input != null) {
      kernels.packRows(input, first, count, dropped[each.index], 0, hidden, false);
    }
  }

  // ---------------------------------------------------------------- output layer

  private void output() {
    int vocabulary = layout.vocabularySize();
    for (tile = 0; tile < window.places(); tile += projection.tileRows()) {
      workers.run(split.outputPieces(tileEnd() - tile), lossTask);
      workers.run(Split.pieces(vocabulary, split.vocabularyRows(vocabulary)), outputTask);
    }
  }

  private int tileEnd() {
    return Math.min(tile + projection.tileRows(), window.places());
  }

  private void lossRows(int piece) {
    int rows = tileEnd() - tile;
    int pieces = split.outputPieces(rows);
    int first = tile + Split.first(rows, piece, pieces);
    int count = tile + Split.first(rows, piece + 1, pieces) - first;
    Layer top = layers[layers.length - 1];
    projection.lossAndGradient(
        top.output(),
        top.outputOffset(window.lanes()),
        tile,
        first,
        count,
        window.targets(),
        scale,
        top.outputGradient());
  }

  private void outputWeights(int piece) {
    int most = split.vocabularyRows(layout.vocabularySize());
    int first = piece * most;
    int count = Math.min(most, layout.vocabularySize() - first);
    Layer top = layers[layers.length - 1];
    projection.weightGradient(
        top.packedOutput(),
        top.packedRow(window.lanes()) + tile,
        tileEnd() - tile,
        first,
        count,
        gradient,
        tile > 0);
  }

  // ---------------------------------------------------------------- connections

  /** Of the gradient at a piece of a layer's outputs, what is the layer's and what passes it by. */
  private void splitRows(int piece) {
    Layer current = layers[layer];
    Shortcut shortcut = current.shortcut;
    if (shortcut == null) {
      return;
    }
    int pieces = split.rowPieces(window.places());
    int first = Split.first(window.places(), piece, pieces);
    int count = Split.first(window.places(), piece + 1, pieces) - first;
    Layer below = layers[layer - 1];
    int lanes = window.lanes();
    shortcut.split(
        below.output(),
        below.outputOffset(lanes),
        current.h,
        lanes * hidden,
        current.dh,
        first,
        count);
  }

  // ---------------------------------------------------------------- time

  /** All steps of one block of lanes, last to first. */
  private void backwardBlock(int block) {
    int lanes = window.lanes();
    int blocks = split.laneBlocks(lanes);
    int from = Split.first(lanes, block, blocks);
    int to = Split.first(lanes, block + 1, blocks);
    Layer current = layers[layer];
    current.beginBackward(lanes, from, to - from);
    for (int t = window.steps() - 1; t >= 0; t--) {
      BackwardObserver listener = observer;
      if (listener != null) {
        listener.stateGradient(
            layer,
            t,
            from,
            to - from,
            current.dh,
            (t * lanes + from) * hidden,
            current.cellGradient(t, lanes, from, to - from));
      }
      if (window.padded()) {
        backwardPadded(current, t, from, to);
      } else {
        current.backwardStep(t, lanes, from, to - from);
      }
    }
  }

  private void backwardPadded(Layer current, int t, int from, int to) {
    int lanes = window.lanes();
    for (int lane = from; lane < to; ) {
      int end = lane;
      while (end < to && window.inputs()[t * lanes + end] >= 0) {
        end++;
      }
      if (end > lane) {
        current.backwardStep(t, lanes, lane, end - lane);
        lane = end;
      } else {
        current.holdBackward(t, lanes, lane);
        lane++;
      }
    }
  }

  // ---------------------------------------------------------------- weights

  /**
   * One of the tasks that follow a layer's time loop: a piece of ∂L/∂W_hh, of what goes to the
   * input weights, both with their bias, of a highway's gate, or of the gradient for what is below.
   */
  private void weightsAndInput(int task) {
    int most = split.weightRows(gateRows);
    int weightPieces = Split.pieces(gateRows, most);
    int first = task % weightPieces * most;
    int count = Math.min(most, gateRows - first);
    switch (task / weightPieces) {
      case 0 -> recurrentWeights(first, count);
      case 1 -> inputWeights(first, count);
      default -> {
        int rest = task - 2 * weightPieces;
        if (rest < gatePieces) {
          gateWeights(rest);
        } else {
          inputGradient(rest - gatePieces);
        }
      }
    }
  }

  private void recurrentWeights(int first, int count) {
    if (layers[layer] instanceof RecurrentLayer current) {
      current.recurrentWeightGradient(first, count, window.places(), gradient);
    }
  }

  private void inputWeights(int first, int count) {
    Layer current = layers[layer];
    if (layer == 0) {
      table.sumGradients(window.lanes(), window.places(), first, count);
      return;
    }
    for (int i = 0; i < current.inputs; i++) {
      for (int tap = 0; tap < current.taps; tap++) {
        inputWeights(current, i, tap, first, count);
      }
    }
  }

  /** Of one input at one tap: over rows of the window, and before them rows of what came before. */
  private void inputWeights(Layer current, int input, int tap, int first, int count) {
    int back = tap * current.dilation * window.lanes();
    int early = Math.min(back, window.places());
    int late = window.places() - early;
    int from = layer - current.inputs + input;
    int into = current.blockOffset(input * current.taps + tap) + first * current.input;
    boolean own = input == 0 && tap == 0; // the bias has its gradient from all rows
    if (late > 0) {
      kernels.gemmTransposed(
          count,
          late,
          current.gates,
          first + early * current.gateStride,
          current.gateStride,
          given(from),
          givenRow(from),
          gradient,
          into,
          current.input,
          false,
          own ? gradient : null,
          own ? current.biasIh.offset() + first : 0);
    }
    if (early > 0 && current instanceof FeedForwardLayer looking) {
      kernels.gemmTransposed(
          count,
          early,
          current.gates,
          first,
          current.gateStride,
          Layer.trained(looking.packedPast[input]),
          looking.history() * window.lanes() - back,
          gradient,
          into,
          current.input,
          late > 0,
          null,
          0);
    }
  }

  /** What layers were given of a layer below, packed. */
  private PackedMatrix given(int below) {
    return dropout == null ? layers[below].packedOutput() : Layer.trained(packedDropped[below + 1]);
  }

  private int givenRow(int below) {
    return dropout == null ? layers[below].packedRow(window.lanes()) : 0;
  }

  private void gateWeights(int piece) {
    Shortcut shortcut = layers[layer].shortcut;
    if (shortcut != null) {
      int most = split.weightRows(hidden);
      int first = piece * most;
      int count = Math.min(most, hidden - first);
      shortcut.gateWeightGradient(
          given(layer - 1), givenRow(layer - 1), window.places(), first, count, gradient);
    }
  }

  /** ∂L/∂x of a piece of rows, which is ∂L/∂ of what is below. */
  private void inputGradient(int piece) {
    int pieces = split.rowPieces(window.places());
    int first = Split.first(window.places(), piece, pieces);
    int count = Split.first(window.places(), piece + 1, pieces) - first;
    Layer current = layers[layer];
    // Where connections are dense, the layers above have written theirs already.
    boolean dense = layout.architecture().connections() == Connections.DENSE;
    boolean add = dense && layer < layers.length - 1;
    for (int i = 0; i < current.inputs; i++) {
      for (int tap = 0; tap < current.taps; tap++) {
        inputGradient(current, i, tap, first, count, add || tap > 0);
      }
    }
    float[] below = layers[layer - 1].outputGradient();
    Shortcut shortcut = current.shortcut;
    if (shortcut != null) {
      shortcut.addGateGradient(below, first, count);
    }
    Dropout mask = dropout;
    if (mask != null) { // all layers that were given this have added theirs
      int from = first * hidden;
      mask.apply(dropoutSeed, layer, below, 0, below, from, from + count * hidden);
    }
    if (shortcut != null) {
      shortcut.addPastGradient(below, first, count);
    }
  }

  /** What comes back through one tap: from the rows that saw these, so many steps later. */
  private void inputGradient(Layer current, int input, int tap, int first, int count, boolean add) {
    int ahead = tap * current.dilation * window.lanes();
    int rows = Math.min(count, window.places() - ahead - first);
    if (rows > 0) {
      kernels.gemm(
          rows,
          current.gates,
          (first + ahead) * current.gateStride,
          current.gateStride,
          Layer.trained(current.inputWeightsBack[input * current.taps + tap]),
          layers[layer - current.inputs + input].outputGradient(),
          first * hidden,
          hidden,
          add);
    }
  }

  /** Zeroes rows of the embedding's gradient; few of them belong to tokens of this window. */
  private void clearEmbedding(int piece) {
    ParameterLayout.Entry embedding = layout.entry("embedding.weight");
    int pieces = split.rowPieces(embedding.rows());
    int from = Split.first(embedding.rows(), piece, pieces) * embedding.columns();
    int to = Split.first(embedding.rows(), piece + 1, pieces) * embedding.columns();
    Arrays.fill(gradient, embedding.offset() + from, embedding.offset() + to, 0f);
  }

  private void tableGradients(int task) {
    int rows = layers[0].blockRows;
    int weightRows = split.weightRows(rows);
    int weightPieces = Split.pieces(rows, weightRows);
    if (task < weightPieces) {
      int first = task * weightRows;
      table.weightGradient(first, Math.min(weightRows, rows - first), gradient);
    } else {
      int pieces = split.rowPieces(table.distinct());
      int first = Split.first(table.distinct(), task - weightPieces, pieces);
      int end = Split.first(table.distinct(), task - weightPieces + 1, pieces);
      table.embeddingGradient(first, end - first, gradient);
    }
  }
}
