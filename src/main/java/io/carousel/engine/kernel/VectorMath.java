package io.carousel.engine.kernel;

import static io.carousel.engine.kernel.VectorLanes.LANES;
import static io.carousel.engine.kernel.VectorLanes.load;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * exp, tanh and the logistic function of rows of numbers.
 *
 * <p>Not the lanewise operators of the Vector API: those call a vector library once they are
 * compiled and scalar code before, with other bits, so that a training run would depend on when the
 * JIT was ready. What stands here is additions, multiplications and fused multiply-adds only, which
 * are exact to the last bit either way.
 *
 * <p>All three are one loop, in a method that is too long for the JIT compiler to take into another
 * one. Several short ones it does take into the method that computes a row of a cell, until that
 * passes its limit of nodes in the middle of a function, whose vectors then become objects.
 *
 * <p>Constants are kept as integers: vectors of floats would be read again for every element, since
 * the loop stores floats, which might have changed them as far as the compiler knows. Bounds are
 * comparisons with a blend, because min and max have to see to the sign of zeros.
 *
 * <p>Largest errors, which {@code VectorMathTest} measures: exp 1, tanh 2 and sigmoid 2.5 units in
 * the last place.
 */
final class VectorMath {
  private static final IntVector ONE = constant(1f);
  private static final IntVector TWO = constant(2f);
  private static final IntVector LOG2_E = constant(1.44269504f);
  // −ln 2 in two parts (Cody and Waite), so that n·ln 2 is exact in the first.
  private static final IntVector MINUS_LN2_HIGH = constant(-0.693359375f);
  private static final IntVector MINUS_LN2_LOW = constant(2.12194440e-4f);
  // Adding 1.5·2²³ rounds to an integer and leaves it in the low bits.
  private static final IntVector ROUND = constant(12582912f);
  private static final IntVector LARGEST = constant(88.3f);
  private static final IntVector SMALLEST = constant(-87.3f);
  private static final IntVector EXP_5 = constant(1.9875691500e-4f);
  private static final IntVector EXP_4 = constant(1.3981999507e-3f);
  private static final IntVector EXP_3 = constant(8.3334519073e-3f);
  private static final IntVector EXP_2 = constant(4.1665795894e-2f);
  private static final IntVector EXP_1 = constant(1.6666665459e-1f);
  private static final IntVector EXP_0 = constant(5.0000001201e-1f);
  private static final IntVector TANH_4 = constant(-5.70498872745e-3f);
  private static final IntVector TANH_3 = constant(2.06390887954e-2f);
  private static final IntVector TANH_2 = constant(-5.37397155531e-2f);
  private static final IntVector TANH_1 = constant(1.33314442036e-1f);
  private static final IntVector TANH_0 = constant(-3.33332819422e-1f);
  private static final IntVector TANH_FAR = constant(0.625f);

  private VectorMath() {}

  /** The functions. */
  private enum Function {
    EXP,
    SIGMOID,
    TANH
  }

  /**
   * y = eˣ⁻ˢ for x − s in [−87.3, 88.3]; beyond, the value at the nearer end. NaN stays NaN.
   *
   * @param y may be x
   */
  static void exp(int n, float[] x, int xo, float shift, float[] y, int yo) {
    apply(Function.EXP, n, x, xo, shift, y, yo);
  }

  /** y = 1 / (1 + e⁻ˣ); y may be x. */
  static void sigmoid(int n, float[] x, int xo, float[] y, int yo) {
    apply(Function.SIGMOID, n, x, xo, 0f, y, yo);
  }

  /**
   * y = tanh x; y may be x. Below 0.625 in magnitude Cephes' odd polynomial, which keeps the
   * relative accuracy near 0 and the sign of −0; above it 1 − 2 / (e²ˣ + 1).
   */
  static void tanh(int n, float[] x, int xo, float[] y, int yo) {
    apply(Function.TANH, n, x, xo, 0f, y, yo);
  }

  private static void apply(
      Function function, int n, float[] x, int xo, float shift, float[] y, int yo) {
    int whole = VectorLanes.SPECIES.loopBound(n);
    applyVectors(function, whole, x, xo, shift, y, yo);
    if (whole < n) {
      float[] rest = VectorLanes.rest(n - whole, x, xo + whole);
      applyVectors(function, LANES, rest, 0, shift, rest, 0);
      VectorLanes.copy(n - whole, rest, 0, y, yo + whole);
    }
  }

  /** Whole vectors. */
  private static void applyVectors(
      Function function, int n, float[] x, int xo, float shift, float[] y, int yo) {
    boolean exp = function == Function.EXP;
    boolean tanh = function == Function.TANH;
    FloatVector one = ONE.reinterpretAsFloats();
    for (int j = 0; j < n; j += LANES) {
      FloatVector v = load(x, xo + j);
      FloatVector size = v.abs();
      FloatVector power = exp ? v.sub(shift) : tanh ? size.add(size) : v.neg();

      // e to the power, by range reduction to n·ln 2 + r, |r| ≤ ½ ln 2, and Cephes' polynomial
      FloatVector smallest = SMALLEST.reinterpretAsFloats();
      FloatVector largest = LARGEST.reinterpretAsFloats();
      power = power.blend(smallest, power.compare(VectorOperators.LT, smallest));
      power = power.blend(largest, power.compare(VectorOperators.GT, largest));
      FloatVector round = ROUND.reinterpretAsFloats();
      FloatVector shifted = power.fma(LOG2_E.reinterpretAsFloats(), round);
      FloatVector whole = shifted.sub(round);
      FloatVector r = whole.fma(MINUS_LN2_HIGH.reinterpretAsFloats(), power);
      r = whole.fma(MINUS_LN2_LOW.reinterpretAsFloats(), r);
      FloatVector p = r.fma(EXP_5.reinterpretAsFloats(), EXP_4.reinterpretAsFloats());
      p = p.fma(r, EXP_3.reinterpretAsFloats());
      p = p.fma(r, EXP_2.reinterpretAsFloats());
      p = p.fma(r, EXP_1.reinterpretAsFloats());
      p = p.fma(r, EXP_0.reinterpretAsFloats());
      p = p.fma(r.mul(r), r).add(one);
      IntVector two = shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23).add(ONE);
      FloatVector result = p.mul(two.reinterpretAsFloats());

      if (tanh) {
        FloatVector far = one.sub(TWO.reinterpretAsFloats().div(result.add(one)));
        far = far.blend(far.neg(), v.compare(VectorOperators.LT, 0f));
        FloatVector z = v.mul(v);
        FloatVector q = z.fma(TANH_4.reinterpretAsFloats(), TANH_3.reinterpretAsFloats());
        q = q.fma(z, TANH_2.reinterpretAsFloats());
        q = q.fma(z, TANH_1.reinterpretAsFloats());
        q = q.fma(z, TANH_0.reinterpretAsFloats());
        FloatVector near = v.mul(q.fma(z, one)); // v + v·q·z would lose the sign of −0
        FloatVector bound = TANH_FAR.reinterpretAsFloats();
        result = near.blend(far, size.compare(VectorOperators.GE, bound));
      } else if (!exp) {
        result = one.div(result.add(one));
      }
      result.intoArray(y, yo + j);
    }
  }

  private static IntVector constant(float value) {
    return FloatVector.broadcast(VectorLanes.SPECIES, value).reinterpretAsInts();
  }
}
