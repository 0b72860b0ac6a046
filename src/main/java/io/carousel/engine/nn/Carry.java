package io.carousel.engine.nn;

import java.util.Arrays;

/**
 * The recurrent state between two windows: h, and for an LSTM c, of every layer and lane; and what
 * the stack handed to the projection, where that is not the top layer's h. No gradient flows
 * through it (truncated back-propagation through time).
 */
public final class Carry {
  private final int lanes;
  private final float[][] h;
  private final float[][] c;
  private final float[] output;

  /** All zero. */
  public Carry(Architecture architecture, int lanes) {
    this.lanes = lanes;
    int size = lanes * architecture.hiddenSize();
    h = new float[architecture.layers()][size];
    c =
        architecture.cell() == CellType.LSTM
            ? new float[architecture.layers()][size]
            : new float[0][];
    output = architecture.connections().addsPast() ? new float[size] : h[h.length - 1];
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

  /** What the stack's top handed to the projection last (lanes,H); the array itself. */
  float[] output() {
    return output;
  }

  /** Sets everything to zero. */
  public void reset() {
    for (float[] state : h) {
      Arrays.fill(state, 0f);
    }
    for (float[] state : c) {
      Arrays.fill(state, 0f);
    }
    Arrays.fill(output, 0f);
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
    int hidden = output.length / lanes;
    System.arraycopy(from.output, fromLane * hidden, output, lane * hidden, hidden);
  }
}
