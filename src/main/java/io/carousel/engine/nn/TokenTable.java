package io.carousel.engine.nn;

import io.carousel.engine.kernel.Kernels;
import io.carousel.engine.kernel.PackedMatrix;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The embedding and the first layer's input projection, for the distinct tokens of a window only.
 *
 * <p>A token's embedding and its projection W_ih e + b are the same wherever it stands. So the
 * table P (U,G·H) of the U distinct tokens is computed once and its rows are copied to where they
 * are wanted; backward, the gradients of all places of a token are summed first and multiplied
 * once. Mathematically it is the plain thing, with U instead of T·B rows in three of the first
 * layer's products.
 *
 * <p>Where nothing is trained the table of a small vocabulary is kept from window to window, so
 * that a stream of single tokens soon reads one row instead of all W_ih.
 */
final class TokenTable {
  /** Elements of a table that is kept, 4 MB; a larger one would push the weights out of caches. */
  private static final int KEPT = 1 << 20;

  private final Kernels kernels;
  private final Layer layer;
  private final int embedding;
  private final int width; // of a row of the table: taps·G·H
  private final float[] weights;
  private final int embeddingOffset;

  /** Row in the table of each token of the vocabulary, −1 where it is not in this window. */
  private final int[] rowOfToken;

  private final int[] tokenOfRow;
  private final boolean kept;
  private int distinct;

  /** The first row that is not computed yet. */
  private int fresh;

  /**
   * (P+T,B): row in the table, −1 for padding; P steps before the window, which a layer that looks
   * back sees.
   */
  private final int[] rowAt;

  /** P·B of this window. */
  private int before;

  /** (U,E). */
  private final float[] embedded;

  /** (U,G·H): the table; backward its gradient. */
  private final float[] projected;

  /** (U,E): gradient of the embeddings. */
  private final float[] dEmbedded;

  private final float[] bias;
  private final PackedMatrix packedEmbedded;

  TokenTable(
      Kernels kernels,
      Parameters parameters,
      Layer layer,
      int places,
      int lanes,
      boolean training) {
    this.kernels = kernels;
    this.layer = layer;
    ParameterLayout layout = parameters.layout();
    embedding = parameters.architecture().embeddingSize();
    width = layer.blockRows;
    weights = parameters.values();
    embeddingOffset = layout.entry("embedding.weight").offset();
    int vocabulary = layout.vocabularySize();
    // Only where a row's bits do not depend on those that are computed with it.
    kept = !training && kernels.rowsIndependent() && (long) vocabulary * width <= KEPT;
    int most = kept ? vocabulary : Math.min(places + layer.history() * lanes, vocabulary);
    rowOfToken = new int[vocabulary];
    Arrays.fill(rowOfToken, -1);
    tokenOfRow = new int[most];
    rowAt = new int[places + layer.history() * lanes];
    embedded = new float[Math.multiplyExact(most, embedding)];
    projected = new float[Math.multiplyExact(most, width)];
    dEmbedded = new float[training ? embedded.length : 0];
    bias = new float[width];
    packedEmbedded = kernels.packedForTransposed(most, embedding);
  }

  /**
   * Numbers the distinct tokens of a window in the order of their first places.
   *
   * @param earlier (P,B) the tokens before the window, −1 where there are none
   * @param inputs (T,B) token ids, −1 for padding
   */
  void collect(int[] earlier, int[] inputs, int places) {
    if (!kept) {
      forget();
    }
    fresh = distinct;
    before = earlier.length;
    for (int place = 0; place < before; place++) {
      rowAt[place] = row(earlier[place]);
    }
    for (int place = 0; place < places; place++) {
      rowAt[before + place] = row(inputs[place]);
    }
    if (distinct > fresh) {
      layer.inputBias(bias); // of the block of the own step; the others have none
    }
  }

  private int row(int token) {
    if (token < 0) {
      return -1;
    }
    int row = rowOfToken[token];
    if (row < 0) {
      row = distinct++;
      rowOfToken[token] = row;
      tokenOfRow[row] = token;
    }
    return row;
  }

  /** Empties the table, because the weights have changed. */
  void forget() {
    for (int row = 0; row < distinct; row++) {
      rowOfToken[tokenOfRow[row]] = -1;
    }
    distinct = 0;
  }

  int distinct() {
    return distinct;
  }

  /** The first of the rows that {@link #collect} has found to be computed. */
  int fresh() {
    return fresh;
  }

  /** Computes rows [first, first+count) of the table. */
  void project(int first, int count) {
    for (int row = first; row < first + count; row++) {
      System.arraycopy(
          weights,
          embeddingOffset + tokenOfRow[row] * embedding,
          embedded,
          row * embedding,
          embedding);
    }
    kernels.gemmBias(
        count,
        embedded,
        first * embedding,
        embedding,
        layer.inputWeights[0],
        bias,
        0,
        projected,
        first * width,
        width);
  }

  /** Copies the table's rows to the layer's gates at places [first, first+count). */
  void gather(int lanes, int first, int count) {
    int rows = layer.gateRows;
    for (int place = first; place < first + count; place++) {
      int own = rowAt[before + place];
      if (own >= 0) {
        System.arraycopy(projected, own * width, layer.gates, place * layer.gateStride, rows);
        for (int tap = 1; tap < layer.taps; tap++) {
          int row = rowAt[before + place - tap * layer.dilation * lanes];
          if (row >= 0) {
            int from = row * width + tap * rows;
            kernels.sumRows(1, rows, projected, from, rows, layer.gates, place * layer.gateStride);
          }
        }
      }
    }
  }

  /**
   * Sums the gate gradients of all places by token, for columns [first, first+count) of each tap.
   */
  void sumGradients(int lanes, int places, int first, int count) {
    for (int tap = 0; tap < layer.taps; tap++) {
      int column = tap * layer.gateRows + first;
      for (int row = 0; row < distinct; row++) {
        int at = row * width + column;
        Arrays.fill(projected, at, at + count, 0f);
      }
      kernels.addRows(
          places,
          count,
          layer.gates,
          first,
          layer.gateStride,
          rowAt,
          before - tap * layer.dilation * lanes,
          projected,
          column,
          width);
    }
  }

  /** Before {@link #packEmbedded}. */
  void beginPacking() {
    kernels.setRows(packedEmbedded, distinct);
  }

  /** Makes rows of the embeddings right-hand sides of {@link #weightGradient}. */
  void packEmbedded(int first, int count) {
    kernels.packRows(packedEmbedded, first, count, embedded, 0, embedding, false);
  }

  /**
   * Rows [first, first+count) of ∂L/∂W_ih of the first layer, and of ∂L/∂b_ih those that it has.
   */
  void weightGradient(int first, int count, float[] gradient) {
    int biased = Math.clamp(layer.gateRows - first, 0, count);
    if (biased > 0) {
      weightGradient(first, biased, gradient, gradient);
    }
    if (biased < count) {
      weightGradient(first + biased, count - biased, gradient, null);
    }
  }

  private void weightGradient(
      int first, int count, float[] gradient, float @Nullable [] biasGradient) {
    kernels.gemmTransposed(
        count,
        distinct,
        projected,
        first,
        width,
        packedEmbedded,
        0,
        gradient,
        layer.weightIh.offset() + first * embedding,
        embedding,
        false,
        biasGradient,
        biasGradient == null ? 0 : layer.biasIh.offset() + first);
  }

  /** Adds the gradient of the embeddings of rows [first, first+count) of the table. */
  void embeddingGradient(int first, int count, float[] gradient) {
    kernels.gemm(
        count,
        projected,
        first * width,
        width,
        Layer.trained(layer.inputWeightsBack[0]),
        dEmbedded,
        first * embedding,
        embedding,
        false);
    for (int row = first; row < first + count; row++) {
      int at = embeddingOffset + tokenOfRow[row] * embedding;
      kernels.sumRows(1, embedding, dEmbedded, row * embedding, embedding, gradient, at);
    }
  }
}
