package io.carousel.engine.kernel;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * The fastest that this machine multiplies: a product of 1536³, its rows split over the threads.
 */
public final class GemmPeak {
  private static final int SIZE = 1536;
  private static final int PIECES = 16;
  private static final int RUNS = 12;

  private GemmPeak() {}

  /** Billions of floating-point operations a second, the best of some runs. */
  public static double gflops(Kernels kernels, Workers workers) {
    SplittableRandom random = new SplittableRandom(1);
    float[] a = matrix(random);
    float[] b = matrix(random);
    float[] c = new float[SIZE * SIZE];
    PackedMatrix packed = kernels.packed(SIZE, SIZE);
    kernels.pack(packed, SIZE, b, 0, SIZE, false);
    int rows = SIZE / PIECES;
    double[] seconds = new double[RUNS];
    for (int run = 0; run < RUNS; run++) {
      long start = System.nanoTime();
      workers.run(
          PIECES,
          piece -> {
            int at = piece * rows * SIZE;
            kernels.gemm(rows, a, at, SIZE, packed, c, at, SIZE, false);
          });
      seconds[run] = (System.nanoTime() - start) * 1e-9;
    }
    return 2.0 * SIZE * SIZE * SIZE * 1e-9 / Arrays.stream(seconds).min().orElseThrow();
  }

  private static float[] matrix(SplittableRandom random) {
    float[] values = new float[SIZE * SIZE];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextFloat() - 0.5f;
    }
    return values;
  }
}
