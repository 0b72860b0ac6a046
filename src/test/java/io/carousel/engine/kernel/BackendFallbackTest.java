package io.carousel.engine.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What is opened where the Vector API cannot be used, which it can in the tests' own JVM. */
class BackendFallbackTest {
  private static final String LOG_FORMAT =
      "-Djava.util.logging.SimpleFormatter.format=%4$s: %5$s%n";

  @Test
  void open_withoutTheModule_autoIsScalarAndVectorIsRefused() throws Exception {
    assertFallsBack(
        ChildJvm.run(Open.class, LOG_FORMAT),
        "the JVM was started without --add-modules jdk.incubator.vector");
  }

  @Test
  void open_vectorsTooNarrow_autoIsScalarAndVectorIsRefused() throws Exception {
    assertFallsBack(
        ChildJvm.run(
            Open.class, LOG_FORMAT, "-XX:MaxVectorSize=8", "--add-modules", "jdk.incubator.vector"),
        "the machine's vectors have 64 bits, expected 128 or more");
  }

  private static void assertFallsBack(ChildJvm child, String reason) {
    assertThat(child.exit()).as("%s", child.output()).isZero();
    assertThat(child.output())
        .filteredOn(line -> !line.equals("WARNING: Using incubator modules: jdk.incubator.vector"))
        .containsExactly(
            "WARNING: Falling back to the scalar backend: " + reason,
            "auto: scalar, 32 bits",
            "vector: The vector backend cannot run: " + reason);
  }

  /** Opens the default and then the vector backend by name. */
  static final class Open {
    private Open() {}

    public static void main(String[] arguments) {
      Kernels kernels = Kernels.of(Backend.AUTO);
      System.out.println("auto: " + kernels.name() + ", " + kernels.vectorBits() + " bits");
      try {
        System.out.println("vector: " + Kernels.of(Backend.VECTOR).name());
      } catch (BackendUnavailableException e) {
        System.out.println("vector: " + e.getMessage());
      }
    }
  }
}
