package io.carousel.engine.kernel;

/** Float arithmetic of one backend. */
public abstract sealed class Kernels permits ScalarKernels {

  Kernels() {}

  /** {@code scalar}, {@code vector} or {@code nd4j}. */
  public abstract String name();

  /** Width of the vectors that the arithmetic runs on, in bits; 32 for scalar code. */
  public abstract int vectorBits();

  /**
   * The kernels of a backend.
   *
   * @throws BackendUnavailableException where a backend was named that cannot run here
   */
  public static Kernels of(Backend backend) {
    return new ScalarKernels();
  }
}
