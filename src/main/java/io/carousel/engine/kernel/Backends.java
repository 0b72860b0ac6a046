package io.carousel.engine.kernel;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import org.jspecify.annotations.Nullable;

/** Opens backends; the only place that knows when each of them can run. */
final class Backends {
  private static final Logger LOG = System.getLogger(Backends.class.getName());

  private Backends() {}

  static Kernels open(Backend backend) {
    return switch (backend) {
      case SCALAR -> new ScalarKernels();
      case VECTOR -> vector();
      case ND4J -> new Nd4jKernels(elementwise());
      case AUTO -> auto();
    };
  }

  private static Kernels auto() {
    String reason = vectorProblem();
    if (reason == null) {
      return vector();
    }
    LOG.log(Level.WARNING, "Falling back to the scalar backend: {0}", reason);
    return new ScalarKernels();
  }

  /** What the native backend, which only multiplies matrices, uses for everything else. */
  private static Kernels elementwise() {
    return vectorProblem() == null ? vector() : new ScalarKernels();
  }

  private static Kernels vector() {
    String reason = vectorProblem();
    if (reason != null) {
      throw new BackendUnavailableException("The vector backend cannot run: " + reason, null);
    }
    return VectorHolder.open();
  }

  /** What computes in doubles; not a matter of choice, so there is nothing to report. */
  static DoubleProducts doubleProducts() {
    return vectorProblem() == null ? VectorHolder.doubles() : new ScalarDoubleProducts();
  }

  /** Why the Vector API cannot be used, or null. */
  private static @Nullable String vectorProblem() {
    if (ModuleLayer.boot().findModule("jdk.incubator.vector").isEmpty()) {
      return "the JVM was started without --add-modules jdk.incubator.vector";
    }
    int bits = VectorHolder.bits();
    return bits >= 128
        ? null
        : "the machine's vectors have " + bits + " bits, expected 128 or more";
  }

  /** Keeps classes of the incubator module from being loaded before it is known to be there. */
  private static final class VectorHolder {
    static int bits() {
      return VectorLanes.SPECIES.vectorBitSize();
    }

    static Kernels open() {
      return new VectorKernels();
    }

    static DoubleProducts doubles() {
      return new VectorDoubleProducts();
    }
  }
}
