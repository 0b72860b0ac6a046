package io.carousel.engine.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The contract of the vector backend at every width that this machine can play, each in a JVM of
 * its own. That the backend ran, and how wide, is asserted: what falls back does not pass.
 */
class VectorWidthTest {

  @ParameterizedTest
  @ValueSource(ints = {16, 32, 64})
  void contract_vectorsOfSoManyBytes_holds(int bytes) throws Exception {
    ChildJvm child =
        ChildJvm.run(
            Contract.class,
            "-XX:MaxVectorSize=" + bytes,
            "--add-modules",
            "jdk.incubator.vector",
            "--enable-native-access=ALL-UNNAMED");
    int bits = Math.min(8 * bytes, Kernels.of(Backend.VECTOR).vectorBits());
    assertThat(child.exit()).as("%s", child.output()).isZero();
    assertThat(child.output()).contains("vector, " + bits + " bits", "contract held");
  }

  /** All of {@link KernelsContractTest} that takes a backend, on this JVM's vectors. */
  static final class Contract {
    /** Below, at and above each number of lanes, and so large that loops are compiled. */
    private static final int[] SIZES = {1, 3, 4, 7, 8, 13, 16, 17, 33, 100, 1000};

    private Contract() {}

    public static void main(String[] arguments) throws IllegalAccessException {
      Kernels kernels = Kernels.of(Backend.VECTOR);
      System.out.println(kernels.name() + ", " + kernels.vectorBits() + " bits");
      int tests = 0;
      for (Method test : KernelsContractTest.class.getDeclaredMethods()) {
        if (test.isAnnotationPresent(ParameterizedTest.class)) {
          tests++;
          if (test.getParameterCount() == 1) {
            check(test, Backend.VECTOR);
          } else {
            for (int size : SIZES) {
              check(test, Backend.VECTOR, size);
            }
          }
        }
      }
      if (tests == 0) {
        throw new IllegalStateException("found no test of the contract");
      }
      System.out.println("contract held");
    }

    private static void check(Method test, Object... parameters) throws IllegalAccessException {
      try {
        test.invoke(new KernelsContractTest(), parameters);
      } catch (InvocationTargetException e) {
        throw new AssertionError(test.getName() + Arrays.toString(parameters), e.getCause());
      }
    }
  }
}
