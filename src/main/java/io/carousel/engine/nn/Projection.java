package io.carousel.engine.nn;

import io.carousel.engine.kernel.Kernels;
import io.carousel.engine.kernel.PackedMatrix;
import org.jspecify.annotations.Nullable;

/**
 * The output layer, logits = h W_decᵀ + b, with softmax and cross-entropy.
 *
 * <p>Works through the T·B rows in tiles whose logits fit {@value #TILE_BYTES} bytes, so that the
 * logits of a large vocabulary never exist as a whole.
 */
final class Projection {
  private static final int TILE_BYTES = 32 << 20;

  private final Kernels kernels;
  private final int vocabulary;
  private final int hidden;
  private final float[] weights;
  private final ParameterLayout.Entry weight;
  private final ParameterLayout.Entry bias;
  private final int tileRows;

  /** (tileRows,V): logits, then their gradient. */
  private final float[] logits;

  /** (T,B): −log p of each target. */
  private final float[] losses;

  /** (T,B): how many symbols are more likely than the target; −1 where it is not scored. */
  private final int[] ranks;

  private final PackedMatrix packedWeight;
  private final @Nullable PackedMatrix packedWeightBack;

  Projection(Kernels kernels, Parameters parameters, int rows, boolean training) {
    this.kernels = kernels;
    ParameterLayout layout = parameters.layout();
    vocabulary = layout.vocabularySize();
    hidden = parameters.architecture().hiddenSize();
    weights = parameters.values();
    weight = layout.entry("decoder.weight");
    bias = layout.entry("decoder.bias");
    int tiles = Split.pieces(rows, Math.min(rows, mostTileRows(vocabulary)));
    tileRows = Split.pieces(rows, tiles);
    logits = new float[Math.multiplyExact(tileRows, vocabulary)];
    losses = new float[rows];
    ranks = new int[rows];
    packedWeight = kernels.packed(hidden, vocabulary);
    packedWeightBack = training ? kernels.packed(vocabulary, hidden) : null;
  }

  /** Tells how the weights are packed. */
  void addPackings(WeightPackings packings) {
    packings.add(packedWeight, packedWeightBack, weight.offset(), vocabulary, hidden, hidden);
  }

  int tileRows() {
    return tileRows;
  }

  /** The most rows of a tile. */
  static int mostTileRows(int vocabulary) {
    return Math.max(16, TILE_BYTES / (Float.BYTES * vocabulary));
  }

  float[] losses() {
    return losses;
  }

  int[] ranks() {
    return ranks;
  }

  /** Logits (count,V) of rows [first, first+count) of h, from {@code out[outOffset]}. */
  void logits(float[] h, int hOffset, int first, int count, float[] out, int outOffset) {
    kernels.gemmBias(
        count,
        h,
        hOffset + first * hidden,
        hidden,
        packedWeight,
        weights,
        bias.offset(),
        out,
        outOffset,
        vocabulary);
  }

  /**
   * Loss and, into dh, its gradient for rows [first, first+count) of the window, which are rows
   * [first−tile, …) of the tile that begins at {@code tile}.
   */
  void lossAndGradient(
      float[] h,
      int hOffset,
      int tile,
      int first,
      int count,
      int[] targets,
      float scale,
      float[] dh) {
    int at = (first - tile) * vocabulary;
    logits(h, hOffset, first, count, logits, at);
    kernels.softmaxCrossEntropy(
        count, vocabulary, logits, at, targets, first, scale, losses, first);
    kernels.gemm(
        count,
        logits,
        at,
        vocabulary,
        Layer.trained(packedWeightBack),
        dh,
        first * hidden,
        hidden,
        false);
  }

  /** Loss and rank of the targets of rows [first, first+count). */
  void score(float[] h, int hOffset, int tile, int first, int count, int[] targets) {
    int at = (first - tile) * vocabulary;
    logits(h, hOffset, first, count, logits, at);
    for (int row = 0; row < count; row++) {
      ranks[first + row] = rank(at + row * vocabulary, targets[first + row]);
    }
    kernels.softmaxCrossEntropy(count, vocabulary, logits, at, targets, first, 1f, losses, first);
  }

  private int rank(int at, int target) {
    if (target < 0) {
      return -1;
    }
    float own = logits[at + target];
    int rank = 0;
    for (int j = 0; j < vocabulary; j++) {
      float other = logits[at + j];
      // A tie counts against the target only where it comes later, so that exactly one symbol
      // leads.
      if (other > own || (other == own && j < target)) {
        rank++;
      }
    }
    return rank;
  }

  /**
   * Rows [first, first+count) of ∂L/∂W_dec and of ∂L/∂b from the tile of {@code rows} rows whose
   * states are rows [hRow, …) of {@code packedH}; added to what earlier tiles gave.
   */
  void weightGradient(
      PackedMatrix packedH,
      int hRow,
      int rows,
      int first,
      int count,
      float[] gradient,
      boolean add) {
    kernels.gemmTransposed(
        count,
        rows,
        logits,
        first,
        vocabulary,
        packedH,
        hRow,
        gradient,
        weight.offset() + first * hidden,
        hidden,
        add,
        gradient,
        bias.offset() + first);
  }
}
