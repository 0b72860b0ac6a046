package io.carousel.engine.nn;

import io.carousel.engine.kernel.Kernels;
import io.carousel.engine.kernel.PackedMatrix;
import org.jspecify.annotations.Nullable;

/**
 * What leads past a layer: a residual connection, or a highway with its gate. Everything here is
 * row by row; rows are places of (T,B).
 *
 * <pre>
 * residual  a = past + h                    dh = da,     dPast = da
 * highway   a = t ⊙ h + (1 − t) ⊙ past      dh = t ⊙ da, dPast = (1 − t) ⊙ da
 * </pre>
 */
final class Shortcut {
  private final Kernels kernels;
  private final int hidden;
  private final boolean highway;

  /** (T,B,H): what goes upwards. */
  final float[] a;

  /** (T,B,H): ∂L/∂a; after {@link #split}, the share of it that passes the layer by. */
  final float[] da;

  /** a of all steps, the right-hand side of weight gradients. */
  final @Nullable PackedMatrix packedA;

  /**
   * (T,B,H): the gate's activation, then the gradient of its pre-activation; empty without a gate.
   */
  private final float[] t;

  private final float[] weights;
  private final int weightOffset;
  private final int biasOffset;
  private final @Nullable PackedMatrix gateWeights;
  private final @Nullable PackedMatrix gateWeightsBack;

  Shortcut(Kernels kernels, Parameters parameters, int layer, int rows, boolean training) {
    this.kernels = kernels;
    Architecture architecture = parameters.architecture();
    hidden = architecture.hiddenSize();
    highway = architecture.connections() == Connections.HIGHWAY;
    weights = parameters.values();
    ParameterLayout layout = parameters.layout();
    weightOffset = highway ? layout.entry("highway.weight_l" + layer).offset() : 0;
    biasOffset = highway ? layout.entry("highway.bias_l" + layer).offset() : 0;
    int size = Math.multiplyExact(rows, hidden);
    a = new float[size];
    da = new float[training ? size : 0];
    t = new float[highway ? size : 0];
    packedA = training ? kernels.packedForTransposed(rows, hidden) : null;
    gateWeights = highway ? kernels.packed(hidden, hidden) : null;
    gateWeightsBack = highway && training ? kernels.packed(hidden, hidden) : null;
  }

  /** Tells how the gate's weights are packed. */
  void addPackings(WeightPackings packings) {
    if (gateWeights != null) {
      packings.add(gateWeights, gateWeightsBack, weightOffset, hidden, hidden, hidden);
    }
  }

  /** Whether there is a gate, with weights (H,H) of its own. */
  boolean hasGate() {
    return highway;
  }

  /**
   * Computes a of rows [first, first+count).
   *
   * @param x what the layer was given, (rows,H) from its offset: past, or past after dropout
   * @param past what the layer below hands upwards, (rows,H) from its offset
   * @param h what the layer computed, (rows,H) from its offset
   */
  void join(
      float[] x,
      int xOffset,
      float[] past,
      int pastOffset,
      float[] h,
      int hOffset,
      int first,
      int count) {
    int at = first * hidden;
    int n = count * hidden;
    PackedMatrix gate = gateWeights;
    if (gate == null) {
      System.arraycopy(past, pastOffset + at, a, at, n);
      kernels.sumRows(1, n, h, hOffset + at, n, a, at);
      return;
    }
    kernels.gemmBias(count, x, xOffset + at, hidden, gate, weights, biasOffset, t, at, hidden);
    kernels.highwayForward(n, t, at, past, pastOffset + at, h, hOffset + at, a, at);
  }

  /** Splits ∂L/∂a of rows [first, first+count) into the layer's share and that of the past. */
  void split(
      float[] past, int pastOffset, float[] h, int hOffset, float[] dh, int first, int count) {
    int at = first * hidden;
    int n = count * hidden;
    if (!highway) {
      System.arraycopy(da, at, dh, at, n);
      return;
    }
    kernels.highwayBackward(n, t, at, past, pastOffset + at, h, hOffset + at, da, at, dh, at);
  }

  /** Adds to ∂L/∂x (rows,H) of rows [first, first+count) what comes back through the gate. */
  void addGateGradient(float[] dx, int first, int count) {
    if (gateWeightsBack != null) {
      int at = first * hidden;
      kernels.gemm(count, t, at, hidden, gateWeightsBack, dx, at, hidden, true);
    }
  }

  /** Adds to ∂L/∂past of rows [first, first+count) what passed the layer by. */
  void addPastGradient(float[] dPast, int first, int count) {
    int n = count * hidden;
    kernels.sumRows(1, n, da, first * hidden, n, dPast, first * hidden);
  }

  /**
   * Rows [first, first+count) of ∂L/∂W_t and ∂L/∂b_t.
   *
   * @param x what the layer was given, rows [xRow, xRow+places) of it
   */
  void gateWeightGradient(
      PackedMatrix x, int xRow, int places, int first, int count, float[] gradient) {
    kernels.gemmTransposed(
        count,
        places,
        t,
        first,
        hidden,
        x,
        xRow,
        gradient,
        weightOffset + first * hidden,
        hidden,
        false,
        gradient,
        biasOffset + first);
  }
}
