package io.carousel.engine.nn;

import java.util.Arrays;

/**
 * The recurrent state between two windows: h, and for an LSTM c, of every layer and lane; and what
 * the stack handed to the projection, where that is not the top layer's h. Of layers that are not
 * recurrent but look back, the last tokens and activations that they need. No gradient flows
 * through it (truncated back-propagation through time).
 */
public final class Carry {
  private final int lanes;
  private final float[][] h;
  private final float[][] c;
  private final float[] output;

  /** Of each layer that looks back and each of its inputs, the last steps (P,lanes,H). */
  private final float[][][] past;

  /** The last tokens (P,lanes), −1 before the beginning; of a first layer that looks back. */
  private final int[] tokens;

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
    past = new float[architecture.layers()][][];
    for (int layer = 0; layer < past.length; layer++) {
      int steps = layer == 0 ? 0 : architecture.history(layer);
      int inputs = steps > 0 ? architecture.inputs(layer) : 0;
      past[layer] = new float[inputs][Math.multiplyExact(steps, size)];
    }
    tokens = new int[Math.multiplyExact(architecture.history(0), lanes)];
    Arrays.fill(tokens, -1);
  }

  /** The last steps of one of a layer's inputs (P,lanes,H); the array itself. */
  float[] past(int layer, int input) {
    return past[layer][input];
  }

  /** The last tokens (P,lanes); the array itself. */
  int[] tokens() {
    return tokens;
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
    for (float[][] inputs : past) {
      for (float[] steps : inputs) {
        Arrays.fill(steps, 0f);
      }
    }
    Arrays.fill(tokens, -1);
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
    for (int layer = 0; layer < past.length; layer++) {
      for (int input = 0; input < past[layer].length; input++) {
        float[] theirs = from.past[layer][input];
        float[] ours = past[layer][input];
        for (int step = 0; step * lanes * hidden < ours.length; step++) {
          int at = (step * lanes + lane) * hidden;
          System.arraycopy(theirs, (step * from.lanes + fromLane) * hidden, ours, at, hidden);
        }
      }
    }
    for (int step = 0; step * lanes < tokens.length; step++) {
      tokens[step * lanes + lane] = from.tokens[step * from.lanes + fromLane];
    }
  }

  /** Appends a window's steps of what a layer was given, and forgets as many of the oldest. */
  void appendPast(int layer, int input, float[] x, int offset, Window window) {
    float[] steps = past[layer][input];
    int hidden = h[layer].length / lanes;
    int kept = steps.length / (lanes * hidden);
    for (int lane = 0; lane < lanes; lane++) {
      int length = window.length(lane);
      for (int step = 0; step < kept; step++) { // forwards, so that what is read is still there
        int from = step + length; // of the old steps and the window's one behind the other
        int to = (step * lanes + lane) * hidden;
        if (from < kept) {
          System.arraycopy(steps, (from * lanes + lane) * hidden, steps, to, hidden);
        } else {
          int at = offset + ((from - kept) * lanes + lane) * hidden;
          System.arraycopy(x, at, steps, to, hidden);
        }
      }
    }
  }

  /** Appends a window's tokens, and forgets as many of the oldest. */
  void appendTokens(Window window) {
    int kept = tokens.length / lanes;
    for (int lane = 0; lane < lanes; lane++) {
      int length = window.length(lane);
      for (int step = 0; step < kept; step++) {
        int from = step + length;
        tokens[step * lanes + lane] =
            from < kept
                ? tokens[from * lanes + lane]
                : window.inputs()[(from - kept) * lanes + lane];
      }
    }
  }
}
