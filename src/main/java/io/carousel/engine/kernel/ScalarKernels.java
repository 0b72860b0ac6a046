package io.carousel.engine.kernel;

/** The readable definition of every kernel, and the fallback where nothing faster runs. */
final class ScalarKernels extends Kernels {

  @Override
  public String name() {
    return "scalar";
  }

  @Override
  public int vectorBits() {
    return Float.SIZE;
  }
}
