package io.carousel.engine.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * exp, tanh and the logistic function on vectors.
 *
 * <p>Not the lanewise operators of the Vector API: those call a vector library once they are
 * compiled and scalar code before, with other bits, so that a training run would depend on when the
 * JIT was ready. What stands here is additions, multiplications and fused multiply-adds only, which
 * are exact to the last bit either way. Constants are vectors made once: so the functions stay
 * small enough for the JIT compiler to take them whole into the loops that call them.
 *
 * <p>Largest errors, which {@code VectorMathTest} measures: exp 1, tanh 2 and sigmoid 2.5 units in
 * the last place.
 */
final class VectorMath {
  private static final FloatVector ONE = constant(1f);
  private static final FloatVector TWO = constant(2f);
  private static final FloatVector LOG2_E = constant(1.44269504f);
  // −ln 2 in two parts (Cody and Waite), so that n·ln 2 is exact in the first.
  private static final FloatVector MINUS_LN2_HIGH = constant(-0.693359375f);
  private static final FloatVector MINUS_LN2_LOW = constant(2.12194440e-4f);
  // Adding 1.5·2²³ rounds to an integer and leaves it in the low bits.
  private static final FloatVector ROUND = constant(12582912f);
  private static final FloatVector LARGEST = constant(88.3f);
  private static final FloatVector SMALLEST = constant(-87.3f);
  private static final FloatVector EXP_5 = constant(1.9875691500e-4f);
  private static final FloatVector EXP_4 = constant(1.3981999507e-3f);
  private static final FloatVector EXP_3 = constant(8.3334519073e-3f);
  private static final FloatVector EXP_2 = constant(4.1665795894e-2f);
  private static final FloatVector EXP_1 = constant(1.6666665459e-1f);
  private static final FloatVector EXP_0 = constant(5.0000001201e-1f);
  private static final FloatVector TANH_4 = constant(-5.70498872745e-3f);
  private static final FloatVector TANH_3 = constant(2.06390887954e-2f);
  private static final FloatVector TANH_2 = constant(-5.37397155531e-2f);
  private static final FloatVector TANH_1 = constant(1.33314442036e-1f);
  private static final FloatVector TANH_0 = constant(-3.33332819422e-1f);
  private static final FloatVector TANH_FAR = constant(0.625f);
  private static final IntVector ONE_BITS = ONE.reinterpretAsInts();

  private VectorMath() {}

  /**
   * eˣ for x in [−87.3, 88.3]; beyond, the value at the nearer end. NaN stays NaN.
   *
   * <p>Range reduction x = n·ln 2 + r, |r| ≤ ½ ln 2, and the polynomial of Cephes' expf.
   */
  static FloatVector exp(FloatVector x) {
    FloatVector bounded = x.min(LARGEST).max(SMALLEST);
    FloatVector shifted = bounded.fma(LOG2_E, ROUND);
    FloatVector n = shifted.sub(ROUND);
    FloatVector r = n.fma(MINUS_LN2_LOW, n.fma(MINUS_LN2_HIGH, bounded));
    FloatVector p = r.fma(EXP_5, EXP_4).fma(r, EXP_3).fma(r, EXP_2).fma(r, EXP_1).fma(r, EXP_0);
    p = p.fma(r.mul(r), r).add(ONE);
    IntVector power = shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23).add(ONE_BITS);
    return p.mul(power.reinterpretAsFloats());
  }

  /** 1 / (1 + e⁻ˣ). */
  static FloatVector sigmoid(FloatVector x) {
    return ONE.div(exp(x.neg()).add(ONE));
  }

  /**
   * tanh x: below 0.625 in magnitude Cephes' odd polynomial, which keeps the relative accuracy near
   * 0 and the sign of −0; above it 1 − 2 / (e²ˣ + 1).
   */
  static FloatVector tanh(FloatVector x) {
    FloatVector size = x.abs();
    FloatVector z = x.mul(x);
    FloatVector p = z.fma(TANH_4, TANH_3).fma(z, TANH_2).fma(z, TANH_1).fma(z, TANH_0);
    FloatVector near = x.mul(p.fma(z, ONE)); // not x + x·p·z, which would lose the sign of −0
    FloatVector far = ONE.sub(TWO.div(exp(size.add(size)).add(ONE)));
    FloatVector signed = far.blend(far.neg(), x.compare(VectorOperators.LT, 0f));
    return near.blend(signed, size.compare(VectorOperators.GE, TANH_FAR));
  }

  private static FloatVector constant(float value) {
    return FloatVector.broadcast(VectorLanes.SPECIES, value);
  }
}
