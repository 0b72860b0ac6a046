package io.carousel.engine.kernel;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** Sums of squares in float64. */
final class VectorSquares {
  /** As many as there are sums side by side. */
  private static final int SUMS = 8;

  private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_256;
  private static final VectorSpecies<Double> DOUBLES = DoubleVector.SPECIES_512;

  private VectorSquares() {}

  /** With all eight sums in one vector, where the machine has one that is so wide. */
  static double sum(int n, float[] x, int at) {
    if (VectorLanes.LANES < 2 * SUMS) {
      return ScalarKernels.eightSums(n, x, at);
    }
    DoubleVector sums = DoubleVector.zero(DOUBLES);
    int whole = n - n % SUMS;
    for (int j = at; j < at + whole; j += SUMS) {
      DoubleVector v =
          (DoubleVector)
              FloatVector.fromArray(FLOATS, x, j).convertShape(VectorOperators.F2D, DOUBLES, 0);
      sums = v.fma(v, sums); // the square of a float is exact, so that this rounds as mul and add
    }
    double first = sums.lane(0);
    for (int j = at + whole; j < at + n; j++) {
      first += (double) x[j] * x[j];
    }
    double low = (first + sums.lane(1)) + (sums.lane(2) + sums.lane(3));
    return low + ((sums.lane(4) + sums.lane(5)) + (sums.lane(6) + sums.lane(7)));
  }
}
