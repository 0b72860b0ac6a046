package io.carousel.engine.nn;

import java.util.Arrays;

/**
 * The recurrent state between two windows: h, and for an LSTM c, of every layer and lane. No
 * gradient flows through it (truncated back-propagation through time).
 */
public final class Carry {
  private final int lanes;
  private final float[][] h;
  private final float[][] c;

  /** All zero. */
  public Carry(Architecture architecture, int lanes) {
    this.lanes = lanes;
    int size = lanes * architecture.hiddenSize();
    h = new float[architecture.layers()][size];
    c =
        architecture.cell() == CellType.LSTM
            ? new float[architecture.layers()][size]
            : new float[0][];
  }

  public int lanes() {
    return lanes;
  }

  /** Hidden state (lanes,H) of a layer; the array itself. */
  public float[] h(int layer) {
    return h[layer];
  }

  /** Cell state (lanes,H) of an LSTM's layer; the array itself. */
  public float[] c(int layer) {
    return c[layer];
  }

  /** Sets everything to zero. */
  public void reset() {
    for (float[] state : h) {
      Arrays.fill(state, 0f);
    }
    for (float[] state : c) {
      Arrays.fill(state, 0f);
    }
  }

  /** Copies one lane of another carry over one of this. */
  public void copyLane(int lane, Carry from, int fromLane) {
    for (int layer = 0; layer < h.length; layer++) {
      int hidden = h[layer].length / lanes;
      System.arraycopy(from.h[layer], fromLane * hidden, h[layer], lane * hidden, hidden);
      if (c.length > 0) {
        System.arraycopy(from.c[layer], fromLane * hidden, c[layer], lane * hidden, hidden);
      }
    }
  }
}
