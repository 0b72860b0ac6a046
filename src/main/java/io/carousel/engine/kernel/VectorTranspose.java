package io.carousel.engine.kernel;

import static io.carousel.engine.kernel.VectorLanes.LANES;
import static io.carousel.engine.kernel.VectorLanes.SPECIES;
import static io.carousel.engine.kernel.VectorLanes.load;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;

/**
 * Transposing copies, in square blocks of a vector's width.
 *
 * <p>A block's element stands at (row, lane); transposed, each bit of the row's number has changed
 * places with the same bit of the lane's. Two rows whose numbers differ in one bit exchange half of
 * their lanes for that, and four rows do two bits without leaving the registers.
 */
final class VectorTranspose {
  // For each bit: every lane's partner, whose number differs in it, and the lanes where it is set.
  private static final VectorShuffle<Float> PARTNER_1 = partner(1);
  private static final VectorShuffle<Float> PARTNER_2 = partner(2);
  private static final VectorShuffle<Float> PARTNER_4 = partner(4);
  private static final VectorShuffle<Float> PARTNER_8 = partner(8);
  private static final VectorMask<Float> SET_1 = set(1);
  private static final VectorMask<Float> SET_2 = set(2);
  private static final VectorMask<Float> SET_4 = set(4);
  private static final VectorMask<Float> SET_8 = set(8);

  /** Whether there is a way for so many lanes; wider vectors than are known go without. */
  private static final boolean BLOCKS = LANES == 4 || LANES == 8 || LANES == 16;

  private static final ThreadLocal<float[]> HALFWAY =
      ThreadLocal.withInitial(() -> new float[LANES * LANES]);

  private VectorTranspose() {}

  /** Copies (rows,columns) of a source to (columns,rows) of a target; strides in elements. */
  static void copy(
      int rows,
      int columns,
      float[] source,
      int from,
      int stride,
      float[] target,
      int to,
      int targetStride) {
    int wholeRows = BLOCKS ? rows - rows % LANES : 0;
    int wholeColumns = BLOCKS ? columns - columns % LANES : 0;
    float[] halfway = HALFWAY.get();
    for (int row = 0; row < wholeRows; row += LANES) {
      for (int column = 0; column < wholeColumns; column += LANES) {
        int at = from + row * stride + column;
        block(source, at, stride, halfway, target, to + column * targetStride + row, targetStride);
      }
    }
    for (int column = wholeColumns; column < columns; column++) {
      gather(wholeRows, source, from + column, stride, target, to + column * targetStride);
    }
    for (int column = 0; column < columns; column++) {
      int at = from + wholeRows * stride + column;
      int rest = rows - wholeRows;
      gather(rest, source, at, stride, target, to + column * targetStride + wholeRows);
    }
  }

  private static void gather(
      int count, float[] source, int from, int stride, float[] target, int to) {
    for (int i = 0; i < count; i++) {
      target[to + i] = source[from + i * stride];
    }
  }

  private static void block(
      float[] source,
      int from,
      int stride,
      float[] halfway,
      float[] target,
      int to,
      int targetStride) {
    switch (LANES) {
      case 4 -> lowBits(source, from, stride, target, to, targetStride);
      case 8 -> {
        thirdBit(source, from, stride, halfway);
        lowBits(halfway, 0, LANES, target, to, targetStride);
      }
      default -> {
        highBits(source, from, stride, halfway);
        lowBits(halfway, 0, LANES, target, to, targetStride);
      }
    }
  }

  /** Bits 0 and 1, of rows that follow one another. */
  private static void lowBits(float[] x, int xo, int xs, float[] y, int yo, int ys) {
    for (int row = 0; row < LANES; row += 4) {
      int at = xo + row * xs;
      FloatVector v0 = load(x, at);
      FloatVector v1 = load(x, at + xs);
      FloatVector v2 = load(x, at + 2 * xs);
      FloatVector v3 = load(x, at + 3 * xs);
      FloatVector w0 = clear(v0, v2, PARTNER_2, SET_2);
      FloatVector w1 = clear(v1, v3, PARTNER_2, SET_2);
      FloatVector w2 = set(v0, v2, PARTNER_2, SET_2);
      FloatVector w3 = set(v1, v3, PARTNER_2, SET_2);
      int to = yo + row * ys;
      clear(w0, w1, PARTNER_1, SET_1).intoArray(y, to);
      set(w0, w1, PARTNER_1, SET_1).intoArray(y, to + ys);
      clear(w2, w3, PARTNER_1, SET_1).intoArray(y, to + 2 * ys);
      set(w2, w3, PARTNER_1, SET_1).intoArray(y, to + 3 * ys);
    }
  }

  /** Bits 2 and 3, of rows four apart. */
  private static void highBits(float[] x, int xo, int xs, float[] y) {
    for (int row = 0; row < 4; row++) {
      int at = xo + row * xs;
      FloatVector v0 = load(x, at);
      FloatVector v1 = load(x, at + 4 * xs);
      FloatVector v2 = load(x, at + 8 * xs);
      FloatVector v3 = load(x, at + 12 * xs);
      FloatVector w0 = clear(v0, v2, PARTNER_8, SET_8);
      FloatVector w1 = clear(v1, v3, PARTNER_8, SET_8);
      FloatVector w2 = set(v0, v2, PARTNER_8, SET_8);
      FloatVector w3 = set(v1, v3, PARTNER_8, SET_8);
      int to = row * LANES;
      clear(w0, w1, PARTNER_4, SET_4).intoArray(y, to);
      set(w0, w1, PARTNER_4, SET_4).intoArray(y, to + 4 * LANES);
      clear(w2, w3, PARTNER_4, SET_4).intoArray(y, to + 8 * LANES);
      set(w2, w3, PARTNER_4, SET_4).intoArray(y, to + 12 * LANES);
    }
  }

  /** Bit 2 of a block of eight rows, whose partners lie four apart. */
  private static void thirdBit(float[] x, int xo, int xs, float[] y) {
    for (int row = 0; row < 4; row++) {
      FloatVector v0 = load(x, xo + row * xs);
      FloatVector v1 = load(x, xo + (row + 4) * xs);
      clear(v0, v1, PARTNER_4, SET_4).intoArray(y, row * LANES);
      set(v0, v1, PARTNER_4, SET_4).intoArray(y, (row + 4) * LANES);
    }
  }

  /** Of two rows that exchange a bit, the one in whose number it is clear. */
  private static FloatVector clear(
      FloatVector a, FloatVector b, VectorShuffle<Float> partner, VectorMask<Float> set) {
    return a.blend(b.rearrange(partner), set);
  }

  /** Of two rows that exchange a bit, the one in whose number it is set. */
  private static FloatVector set(
      FloatVector a, FloatVector b, VectorShuffle<Float> partner, VectorMask<Float> set) {
    return a.rearrange(partner).blend(b, set);
  }

  private static VectorShuffle<Float> partner(int bit) {
    return VectorShuffle.fromOp(SPECIES, lane -> (lane ^ bit) & (LANES - 1));
  }

  private static VectorMask<Float> set(int bit) {
    boolean[] lanes = new boolean[LANES];
    for (int lane = 0; lane < LANES; lane++) {
      lanes[lane] = (lane & bit) != 0;
    }
    return VectorMask.fromArray(SPECIES, lanes, 0);
  }
}
