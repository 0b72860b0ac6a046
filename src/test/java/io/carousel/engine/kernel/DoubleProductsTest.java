package io.carousel.engine.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Products of doubles against their definition, on both implementations. */
class DoubleProductsTest {
  private static final double GUARD = 1.25e301;
  private static final int[][] SHAPES = {
    {1, 1, 1}, {2, 5, 3}, {6, 8, 16}, {7, 13, 9}, {5, 300, 17}, {13, 257, 8}, {64, 33, 70}
  };

  static Stream<DoubleProducts> both() {
    return Stream.of(new ScalarDoubleProducts(), new VectorDoubleProducts());
  }

  @Test
  void best_testsOwnJvm_isTheVectorOne() {
    assertThat(DoubleProducts.best()).isInstanceOf(VectorDoubleProducts.class);
  }

  @ParameterizedTest
  @MethodSource("both")
  void add_anyShapeOffsetAndStride_isTheDefinition(DoubleProducts products) {
    for (int[] shape : SHAPES) {
      for (boolean transposedA : List.of(false, true)) {
        for (boolean transposedB : List.of(false, true)) {
          check(products, shape[0], shape[1], shape[2], transposedA, transposedB);
        }
      }
    }
  }

  private static void check(
      DoubleProducts products, int m, int k, int n, boolean transposedA, boolean transposedB) {
    int aStride = (transposedA ? m : k) + 2;
    int bStride = (transposedB ? k : n) + 1;
    int cStride = n + 3;
    double[] a = random(3 + (transposedA ? k : m) * aStride, 1);
    double[] b = random(5 + (transposedB ? n : k) * bStride, 2);
    double[] before = random(m * n, 3);
    double[] c = new double[7 + m * cStride + 7];
    Arrays.fill(c, GUARD);
    double[] expected = c.clone();
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < n; j++) {
        double sum = before[i * n + j];
        c[7 + i * cStride + j] = sum;
        for (int p = 0; p < k; p++) {
          double left = a[3 + (transposedA ? p * aStride + i : i * aStride + p)];
          sum += left * b[5 + (transposedB ? j * bStride + p : p * bStride + j)];
        }
        expected[7 + i * cStride + j] = sum;
      }
    }
    DoubleOperand operand = products.operand(b, 5, bStride, k, n, transposedB);
    Arrays.fill(b, Double.NaN); // it was copied
    if (transposedA) {
      products.addTransposed(m, a, 3, aStride, operand, c, 7, cStride);
    } else {
      products.add(m, a, 3, aStride, operand, c, 7, cStride);
    }
    assertThat(c).as("%d %d %d", m, k, n).containsExactly(expected, within(1e-15 * k + 1e-15));
  }

  @ParameterizedTest
  @MethodSource("both")
  void add_rowByRow_hasTheBitsOfAllAtOnce(DoubleProducts products) {
    double[] a = random(20 * 300, 1);
    DoubleOperand b = products.operand(random(300 * 30, 2), 0, 30, 300, 30, false);
    double[] together = new double[20 * 30];
    double[] apart = new double[20 * 30];
    products.add(20, a, 0, 300, b, together, 0, 30);
    for (int row = 0; row < 20; row++) {
      products.add(1, a, row * 300, 300, b, apart, row * 30, 30);
    }
    assertThat(apart).containsExactly(together);
  }

  @ParameterizedTest
  @MethodSource("both")
  void add_nanAndInfinity_pass(DoubleProducts products) {
    double[] c = new double[3];
    DoubleOperand b =
        products.operand(new double[] {Double.NaN, 1, Double.POSITIVE_INFINITY}, 0, 3, 1, 3, false);
    products.add(1, new double[] {2}, 0, 1, b, c, 0, 3);
    assertThat(c).containsExactly(Double.NaN, 2, Double.POSITIVE_INFINITY);
  }

  @ParameterizedTest
  @MethodSource("both")
  void add_outsideOfAnArray_isRefused(DoubleProducts products) {
    double[] two = new double[2];
    DoubleOperand b = products.operand(two, 0, 1, 2, 1, false);
    assertThatThrownBy(() -> products.operand(two, 1, 1, 2, 1, false))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> products.add(2, two, 0, 2, b, two, 0, 1))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> products.add(1, two, 0, 1, b, two, 0, 1))
        .hasMessageContaining("found 1 rows of 2 columns, stride 1");
  }

  @ParameterizedTest
  @ValueSource(ints = {16, 32, 64})
  void contract_vectorsOfSoManyBytes_holds(int bytes) throws Exception {
    ChildJvm child =
        ChildJvm.run(
            Contract.class, "-XX:MaxVectorSize=" + bytes, "--add-modules", "jdk.incubator.vector");
    assertThat(child.exit()).as("%s", child.output()).isZero();
    assertThat(child.output()).contains("VectorDoubleProducts held");
  }

  @Test
  void contract_withoutTheModule_holdsInPlainLoops() throws Exception {
    ChildJvm child = ChildJvm.run(Contract.class);
    assertThat(child.exit()).as("%s", child.output()).isZero();
    assertThat(child.output()).containsExactly("ScalarDoubleProducts held");
  }

  /** What is best in a JVM of its own. */
  static final class Contract {
    private Contract() {}

    public static void main(String[] arguments) {
      DoubleProducts products = DoubleProducts.best();
      DoubleProductsTest test = new DoubleProductsTest();
      test.add_anyShapeOffsetAndStride_isTheDefinition(products);
      test.add_rowByRow_hasTheBitsOfAllAtOnce(products);
      test.add_nanAndInfinity_pass(products);
      System.out.println(products.getClass().getSimpleName() + " held");
    }
  }

  private static double[] random(int n, long seed) {
    return new SplittableRandom(seed).doubles(n, -1, 1).toArray();
  }
}
