package io.carousel.engine.nn;

import io.carousel.engine.kernel.Kernels;
import io.carousel.engine.kernel.PackedMatrix;
import java.util.Arrays;

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
  private final RecurrentLayer layer;
  private final int embedding;
  private final int gateRows;
  private final float[] weights;
  private final int embeddingOffset;

  /** Row in the table of each token of the vocabulary, −1 where it is not in this window. */
  private final int[] rowOfToken;

  private final int[] tokenOfRow;
  private final boolean kept;
  private int distinct;

  /** The first row that is not computed yet. */
  private int fresh;

  /** (T,B): row in the table, −1 for padding. */
  private final int[] rowAt;

  /** (U,E). */
  private final float[] embedded;

  /** (U,G·H): the table; backward its gradient. */
  private final float[] projected;

  /** (U,E): gradient of the embeddings. */
  private final float[] dEmbedded;

  private final float[] bias;
  private final PackedMatrix packedEmbedded;

  TokenTable(
      Kernels kernels, Parameters parameters, RecurrentLayer layer, int places, boolean training) {
    this.kernels = kernels;
    this.layer = layer;
    ParameterLayout layout = parameters.layout();
    embedding = parameters.architecture().embeddingSize();
    gateRows = layer.gateRows;
    weights = parameters.values();
    embeddingOffset = layout.entry("embedding.weight").offset();
    int vocabulary = layout.vocabularySize();
    // Only where a row's bits do not depend on those that are computed with it.
    kept = !training && kernels.rowsIndependent() && (long) vocabulary * gateRows <= KEPT;
    int most = kept ? vocabulary : Math.min(places, vocabulary);
    rowOfToken = new int[vocabulary];
    Arrays.fill(rowOfToken, -1);
    tokenOfRow = new int[most];
    rowAt = new int[places];
    embedded = new float[Math.multiplyExact(most, embedding)];
    projected = new float[Math.multiplyExact(most, gateRows)];
    dEmbedded = new float[training ? embedded.length : 0];
    bias = new float[gateRows];
    packedEmbedded = kernels.packedForTransposed(most, embedding);
  }

  /**
   * Numbers the distinct tokens of a window in the order of their first places.
   *
   * @param inputs (T,B) token ids, −1 for padding
   */
  void collect(int[] inputs, int places) {
    if (!kept) {
      forget();
    }
    fresh = distinct;
    for (int place = 0; place < places; place++) {
      int token = inputs[place];
      if (token < 0) {
        rowAt[place] = -1;
        continue;
      }
      int row = rowOfToken[token];
      if (row < 0) {
        row = distinct++;
        rowOfToken[token] = row;
        tokenOfRow[row] = token;
      }
      rowAt[place] = row;
    }
    if (distinct > fresh) {
      layer.inputBias(bias);
    }
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
        first * gateRows,
        gateRows);
  }

  /** Copies the table's rows to the layer's gates at places [first, first+count). */
  void gather(int first, int count) {
    for (int place = first; place < first + count; place++) {
      if (rowAt[place] >= 0) {
        System.arraycopy(
            projected, rowAt[place] * gateRows, layer.gates, place * layer.gateStride, gateRows);
      }
    }
  }

  /** Sums the gate gradients of all places by token, for columns [first, first+count). */
  void sumGradients(int places, int first, int count) {
    for (int row = 0; row < distinct; row++) {
      int at = row * gateRows + first;
      Arrays.fill(projected, at, at + count, 0f);
    }
    kernels.addRows(
        places, count, layer.gates, first, layer.gateStride, rowAt, projected, first, gateRows);
  }

  /** Makes the embeddings the right-hand side of {@link #weightGradient}. */
  void packEmbedded() {
    kernels.pack(packedEmbedded, distinct, embedded, 0, embedding, false);
  }

  /** Rows [first, first+count) of ∂L/∂W_ih and of ∂L/∂b_ih of the first layer. */
  void weightGradient(int first, int count, float[] gradient) {
    kernels.gemmTransposed(
        count,
        distinct,
        projected,
        first,
        gateRows,
        packedEmbedded,
        0,
        gradient,
        layer.weightIh.offset() + first * embedding,
        embedding,
        false,
        gradient,
        layer.biasIh.offset() + first);
  }

  /** Adds the gradient of the embeddings of rows [first, first+count) of the table. */
  void embeddingGradient(int first, int count, float[] gradient) {
    kernels.gemm(
        count,
        projected,
        first * gateRows,
        gateRows,
        RecurrentLayer.trained(layer.inputWeightsBack[0]),
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
