package io.carousel.engine.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * One contract for all backends: each against the definition in float64, over odd, prime and tail
 * sizes and non-zero offsets, with guard values around everything that is written.
 *
 * <p>A backend that cannot run here fails these tests; it is not skipped.
 */
class KernelsContractTest {
  private static final int[] SIZES = {
    1, 3, 4, 6, 7, 8, 13, 16, 17, 25, 31, 32, 33, 64, 100, 127, 1000
  };
  private static final float GUARD = 12345.678f;
  private static final int OFFSET = 5;
  private static final double EPSILON = Math.ulp(1f);

  static Stream<Arguments> sizes() {
    return Stream.of(Backend.SCALAR, Backend.VECTOR, Backend.ND4J)
        .flatMap(backend -> IntStream.of(SIZES).mapToObj(size -> Arguments.of(backend, size)));
  }

  // ---------------------------------------------------------------- products

  @ParameterizedTest
  @MethodSource("sizes")
  void gemm_anyShape_matchesDouble(Backend backend, int size) {
    Kernels kernels = Kernels.of(backend);
    for (int[] shape : new int[][] {{size, 13, 17}, {7, size, 9}, {5, 33, size}, {size, 40, 3}}) {
      checkGemm(kernels, shape[0], shape[1], shape[2]);
    }
  }

  /** So large that a backend cuts them into several pieces along n, or k, or both. */
  @ParameterizedTest
  @EnumSource(
      value = Backend.class,
      names = {"SCALAR", "VECTOR", "ND4J"})
  void gemm_cutIntoPieces_matchesDouble(Backend backend) {
    Kernels kernels = Kernels.of(backend);
    for (int[] shape : new int[][] {{128, 100, 200}, {128, 40, 600}, {100, 150, 700}}) {
      checkGemm(kernels, shape[0], shape[1], shape[2]);
    }
  }

  /** Rows a power of two apart, which a backend may copy, and then another matrix in its place. */
  @ParameterizedTest
  @EnumSource(
      value = Backend.class,
      names = {"SCALAR", "VECTOR", "ND4J"})
  void gemm_packedAgain_isOfTheLastMatrix(Backend backend) {
    Kernels kernels = Kernels.of(backend);
    int size = 64;
    float[] source = random(1, 3 * size * size);
    float[] a = random(2, size);
    PackedMatrix packed = kernels.packed(size, size);
    int[][] packings = {{5, 65, 0}, {0, 64, 1}, {7, 64, 0}, {3, 65, 1}, {0, 128, 0}, {1, 66, 0}};
    for (int[] each : packings) {
      boolean transposed = each[2] == 1;
      kernels.pack(packed, size, source, each[0], each[1], transposed);
      float[] c = new float[size];
      kernels.gemm(1, a, 0, size, packed, c, 0, size, false);
      for (int j = 0; j < size; j++) {
        double sum = 0;
        for (int p = 0; p < size; p++) {
          int at = each[0] + (transposed ? j * each[1] + p : p * each[1] + j);
          sum += (double) a[p] * source[at];
        }
        assertThat((double) c[j]).isCloseTo(sum, within(EPSILON * size * size));
      }
    }
  }

  private static void checkGemm(Kernels kernels, int m, int n, int k) {
    for (boolean transposed : new boolean[] {false, true}) {
      checkGemm(kernels, m, n, k, transposed, false, false);
      checkGemm(kernels, m, n, k, transposed, true, false);
      checkGemm(kernels, m, n, k, transposed, false, true);
    }
  }

  private static void checkGemm(
      Kernels kernels,
      int m,
      int n,
      int k,
      boolean transposed,
      boolean accumulate,
      boolean addsBias) {
    int lda = k + 2;
    int ldb = (transposed ? k : n) + 1;
    int ldc = n + 3;
    float[] a = random(1, m * lda + OFFSET);
    float[] b = random(2, (transposed ? n : k) * ldb + OFFSET);
    Guarded c = new Guarded(3, m, n, ldc);
    PackedMatrix packed = kernels.packed(k + 4, n); // more room than rows
    if (accumulate) { // in two parts, as two threads would
      int rows = transposed ? n : k;
      kernels.setRows(packed, k);
      kernels.packRows(packed, rows / 2, rows - rows / 2, b, OFFSET, ldb, transposed);
      kernels.packRows(packed, 0, rows / 2, b, OFFSET, ldb, transposed);
    } else {
      kernels.pack(packed, k, b, OFFSET, ldb, transposed);
    }
    float[] bias = random(4, n + OFFSET);
    if (addsBias) {
      kernels.gemmBias(m, a, OFFSET, lda, packed, bias, OFFSET, c.values, OFFSET, ldc);
    } else {
      kernels.gemm(m, a, OFFSET, lda, packed, c.values, OFFSET, ldc, accumulate);
    }
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < n; j++) {
        double sum = addsBias ? bias[OFFSET + j] : accumulate ? c.before(i, j) : 0;
        double size = Math.abs(sum);
        for (int p = 0; p < k; p++) {
          double x = a[OFFSET + i * lda + p];
          double y = b[OFFSET + (transposed ? j * ldb + p : p * ldb + j)];
          sum += x * y;
          size += Math.abs(x * y);
        }
        assertThat((double) c.after(i, j)).isCloseTo(sum, within(EPSILON * (k + 2) * size));
      }
    }
    c.assertGuards();
  }

  @ParameterizedTest
  @MethodSource("sizes")
  void gemmTransposed_anyShape_matchesDouble(Backend backend, int size) {
    Kernels kernels = Kernels.of(backend);
    for (int[] shape : new int[][] {{size, 13, 17}, {7, size, 9}, {18, 33, size}}) {
      checkGemmTransposed(kernels, shape[0], shape[1], shape[2], false);
      checkGemmTransposed(kernels, shape[0], shape[1], shape[2], true);
    }
  }

  private static void checkGemmTransposed(
      Kernels kernels, int m, int n, int k, boolean accumulate) {
    int lda = m + 2;
    int ldb = n + 1;
    int ldc = n + 3;
    int bRow = 2;
    float[] a = random(1, k * lda + OFFSET);
    float[] b = random(2, (k + bRow) * ldb + OFFSET);
    Guarded c = new Guarded(3, m, n, ldc);
    PackedMatrix packed = kernels.packedForTransposed(k + bRow, n);
    kernels.setRows(packed, k + bRow);
    int half = (k + bRow) / 2; // filled in two parts, as two threads would
    kernels.packRows(packed, 0, half, b, OFFSET, ldb, false);
    kernels.packRows(packed, half, k + bRow - half, b, OFFSET, ldb, false);
    Guarded sums = new Guarded(4, 1, m, m);
    kernels.gemmTransposed(
        m, k, a, OFFSET, lda, packed, bRow, c.values, OFFSET, ldc, accumulate, sums.values, OFFSET);
    for (int i = 0; i < m; i++) {
      double sum = accumulate ? sums.before(0, i) : 0;
      double size = Math.abs(sum);
      for (int p = 0; p < k; p++) {
        sum += a[OFFSET + p * lda + i];
        size += Math.abs(a[OFFSET + p * lda + i]);
      }
      assertThat((double) sums.after(0, i)).isCloseTo(sum, within(EPSILON * (k + 2) * size));
    }
    sums.assertGuards();
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < n; j++) {
        double sum = accumulate ? c.before(i, j) : 0;
        double size = Math.abs(sum);
        for (int p = 0; p < k; p++) {
          double term = (double) a[OFFSET + p * lda + i] * b[OFFSET + (bRow + p) * ldb + j];
          sum += term;
          size += Math.abs(term);
        }
        assertThat((double) c.after(i, j)).isCloseTo(sum, within(EPSILON * (k + 2) * size));
      }
    }
    c.assertGuards();
  }

  @ParameterizedTest
  @EnumSource(
      value = Backend.class,
      names = {"SCALAR", "VECTOR"})
  void gemm_rowsMultipliedTogether_sameBitsAsAlone(Backend backend) {
    Kernels kernels = Kernels.of(backend);
    assertThat(kernels.rowsIndependent()).isTrue();
    int m = 15;
    int n = 45;
    int k = 129;
    float[] a = random(1, m * k);
    PackedMatrix packed = kernels.packed(k, n);
    kernels.pack(packed, k, random(2, n * k), 0, n, false);
    float[] together = new float[m * n];
    float[] alone = new float[m * n];
    kernels.gemm(m, a, 0, k, packed, together, 0, n, false);
    for (int i = 0; i < m; i++) {
      kernels.gemm(1, a, i * k, k, packed, alone, i * n, n, false);
    }
    assertThat(alone).isEqualTo(together);
  }

  @ParameterizedTest
  @EnumSource(
      value = Backend.class,
      names = {"SCALAR", "VECTOR", "ND4J"})
  void gemm_nanAndInfinity_stayInTheirRow(Backend backend) {
    Kernels kernels = Kernels.of(backend);
    int n = 19;
    int k = 11;
    float[] a = new float[3 * k];
    Arrays.fill(a, 1f);
    a[3] = Float.NaN;
    a[k + 4] = Float.POSITIVE_INFINITY;
    float[] b = new float[k * n];
    Arrays.fill(b, 1f);
    PackedMatrix packed = kernels.packed(k, n);
    kernels.pack(packed, k, b, 0, n, false);
    float[] c = new float[3 * n];
    kernels.gemm(3, a, 0, k, packed, c, 0, n, false);
    for (int j = 0; j < n; j++) {
      assertThat(c[j]).isNaN();
      assertThat(c[n + j]).isEqualTo(Float.POSITIVE_INFINITY);
      assertThat(c[2 * n + j]).isEqualTo(k);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Backend.class,
      names = {"SCALAR", "VECTOR", "ND4J"})
  void gemm_outsideTheArray_isRefused(Backend backend) {
    Kernels kernels = Kernels.of(backend);
    PackedMatrix packed = kernels.packed(4, 4);
    kernels.pack(packed, 4, new float[16], 0, 4, false);
    float[] small = new float[15];
    float[] enough = new float[16];
    assertThatThrownBy(() -> kernels.gemm(4, small, 0, 4, packed, enough, 0, 4, false))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> kernels.gemm(4, enough, 0, 4, packed, enough, 1, 4, false))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> kernels.gemm(4, enough, 0, 3, packed, enough, 0, 4, false))
        .isInstanceOf(IllegalArgumentException.class);
  }

  // ---------------------------------------------------------------- cells

  @ParameterizedTest
  @MethodSource("sizes")
  void lstm_anySize_matchesDouble(Backend backend, int hidden) {
    Kernels kernels = Kernels.of(backend);
    int rows = 3;
    int stride = 4 * hidden + 3;
    Guarded gates = new Guarded(1, rows, 4 * hidden, stride);
    float[] previous = random(2, rows * hidden + OFFSET);
    Guarded c = new Guarded(3, rows, hidden, hidden);
    Guarded tanhC = new Guarded(4, rows, hidden, hidden);
    Guarded h = new Guarded(5, rows, hidden, hidden);
    float[] pre = gates.values.clone();
    kernels.lstmForward(
        rows,
        hidden,
        gates.values,
        OFFSET,
        stride,
        previous,
        OFFSET,
        c.values,
        OFFSET,
        tanhC.values,
        OFFSET,
        h.values,
        OFFSET);
    float[] active = gates.values.clone();
    Guarded dh = new Guarded(6, rows, hidden, hidden);
    Guarded dc = new Guarded(7, rows, hidden, hidden);
    kernels.lstmBackward(
        rows,
        hidden,
        gates.values,
        OFFSET,
        stride,
        previous,
        OFFSET,
        tanhC.values,
        OFFSET,
        dh.values,
        OFFSET,
        dc.values,
        OFFSET);
    for (int row = 0; row < rows; row++) {
      for (int j = 0; j < hidden; j++) {
        int at = OFFSET + row * stride + j;
        double i = sigmoid(pre[at]);
        double f = sigmoid(pre[at + hidden]);
        double g = Math.tanh(pre[at + 2 * hidden]);
        double o = sigmoid(pre[at + 3 * hidden]);
        double before = previous[OFFSET + row * hidden + j];
        double cell = f * before + i * g;
        assertClose(active[at], i);
        assertClose(active[at + hidden], f);
        assertClose(active[at + 2 * hidden], g);
        assertClose(active[at + 3 * hidden], o);
        assertClose(c.after(row, j), cell);
        assertClose(tanhC.after(row, j), Math.tanh(cell));
        assertClose(h.after(row, j), o * Math.tanh(cell));
        double dcell =
            dc.before(row, j) + dh.before(row, j) * o * (1 - Math.pow(Math.tanh(cell), 2));
        assertClose(gates.values[at], dcell * g * i * (1 - i));
        assertClose(gates.values[at + hidden], dcell * before * f * (1 - f));
        assertClose(gates.values[at + 2 * hidden], dcell * i * (1 - g * g));
        assertClose(
            gates.values[at + 3 * hidden], dh.before(row, j) * Math.tanh(cell) * o * (1 - o));
        assertClose(dc.after(row, j), dcell * f);
      }
    }
    for (Guarded each : new Guarded[] {gates, c, tanhC, h, dh, dc}) {
      each.assertGuards();
    }
  }

  @ParameterizedTest
  @MethodSource("sizes")
  void gru_anySize_matchesDouble(Backend backend, int hidden) {
    Kernels kernels = Kernels.of(backend);
    int rows = 3;
    int stride = 3 * hidden + 3;
    Guarded gates = new Guarded(1, rows, 3 * hidden, stride);
    Guarded hn = new Guarded(2, rows, hidden, hidden);
    float[] previous = random(3, rows * hidden + OFFSET);
    Guarded h = new Guarded(4, rows, hidden, hidden);
    float[] pre = gates.values.clone();
    kernels.gruForward(
        rows,
        hidden,
        gates.values,
        OFFSET,
        stride,
        hn.values,
        OFFSET,
        previous,
        OFFSET,
        h.values,
        OFFSET);
    Guarded dh = new Guarded(5, rows, hidden, hidden);
    kernels.gruBackward(
        rows,
        hidden,
        gates.values,
        OFFSET,
        stride,
        hn.values,
        OFFSET,
        previous,
        OFFSET,
        dh.values,
        OFFSET);
    for (int row = 0; row < rows; row++) {
      for (int j = 0; j < hidden; j++) {
        int at = OFFSET + row * stride + j;
        double state = hn.before(row, j);
        double before = previous[OFFSET + row * hidden + j];
        double r = sigmoid(pre[at]);
        double z = sigmoid(pre[at + hidden]);
        double n = Math.tanh(pre[at + 2 * hidden] + r * state);
        assertClose(h.after(row, j), (1 - z) * n + z * before);
        double d = dh.before(row, j);
        double dn = d * (1 - z) * (1 - n * n);
        double dz = d * (before - n) * z * (1 - z);
        double dr = dn * state * r * (1 - r);
        assertClose(gates.values[at], dr);
        assertClose(gates.values[at + hidden], dz);
        assertClose(gates.values[at + 2 * hidden], dn);
        assertClose(hn.after(row, j), dn * r);
        assertClose(dh.after(row, j), d * z);
      }
    }
    for (Guarded each : new Guarded[] {gates, hn, h, dh}) {
      each.assertGuards();
    }
  }

  @ParameterizedTest
  @MethodSource("sizes")
  void rnn_anySize_matchesDouble(Backend backend, int hidden) {
    Kernels kernels = Kernels.of(backend);
    int rows = 2;
    for (boolean relu : new boolean[] {false, true}) {
      int stride = hidden + 3;
      Guarded x = new Guarded(1, rows, hidden, stride);
      Guarded h = new Guarded(4, rows, hidden, hidden);
      float[] dh = random(2, rows * hidden + OFFSET);
      Guarded dx = new Guarded(3, rows, hidden, stride);
      kernels.rnnForward(rows, hidden, relu, x.values, OFFSET, stride, h.values, OFFSET);
      kernels.rnnBackward(
          rows, hidden, relu, h.values, OFFSET, dh, OFFSET, dx.values, OFFSET, stride);
      for (int row = 0; row < rows; row++) {
        for (int j = 0; j < hidden; j++) {
          double pre = x.before(row, j);
          double y = relu ? Math.max(pre, 0) : Math.tanh(pre);
          double slope = relu ? (pre > 0 ? 1 : 0) : 1 - y * y;
          assertClose(h.after(row, j), y);
          assertClose(dx.after(row, j), dh[OFFSET + row * hidden + j] * slope);
        }
      }
      h.assertGuards();
      dx.assertGuards();
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Backend.class,
      names = {"SCALAR", "VECTOR", "ND4J"})
  void rnnForward_specialValues_areWhatMathSays(Backend backend) {
    float[] special = {
      0f, -0f, Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, 1e-30f, -1e-7f, 50f
    };
    float[] x = special.clone();
    Kernels.of(backend).rnnForward(1, x.length, false, x, 0, x.length, x, 0);
    assertThat(Float.floatToRawIntBits(x[0])).isZero();
    assertThat(Float.floatToRawIntBits(x[1])).isEqualTo(Float.floatToRawIntBits(-0f));
    assertThat(x[2]).isNaN();
    assertThat(x[3]).isCloseTo(1f, within(1e-6f));
    assertThat(x[4]).isCloseTo(-1f, within(1e-6f));
    assertThat(x[5]).isCloseTo(1e-30f, within(1e-36f));
    assertThat(x[6]).isCloseTo(-1e-7f, within(1e-13f));
    assertThat(x[7]).isCloseTo(1f, within(1e-6f));
  }

  // ---------------------------------------------------------------- connections

  @ParameterizedTest
  @MethodSource("sizes")
  void highway_anySize_matchesDouble(Backend backend, int n) {
    Kernels kernels = Kernels.of(backend);
    Guarded gate = new Guarded(1, 1, n, n);
    float[] x = random(2, n + OFFSET);
    float[] h = random(3, n + OFFSET);
    Guarded out = new Guarded(4, 1, n, n);
    kernels.highwayForward(n, gate.values, OFFSET, x, OFFSET, h, OFFSET, out.values, OFFSET);
    Guarded dOut = new Guarded(5, 1, n, n);
    Guarded dh = new Guarded(6, 1, n, n);
    kernels.highwayBackward(
        n, gate.values, OFFSET, x, OFFSET, h, OFFSET, dOut.values, OFFSET, dh.values, OFFSET);
    for (int j = 0; j < n; j++) {
      double t = sigmoid(gate.before(0, j));
      double past = x[OFFSET + j];
      double layer = h[OFFSET + j];
      double d = dOut.before(0, j);
      assertClose(out.after(0, j), t * layer + (1 - t) * past);
      assertClose(dh.after(0, j), d * t);
      assertClose(gate.after(0, j), d * (layer - past) * t * (1 - t));
      assertClose(dOut.after(0, j), d * (1 - t));
    }
    for (Guarded each : new Guarded[] {gate, out, dOut, dh}) {
      each.assertGuards();
    }
  }

  // ---------------------------------------------------------------- output

  @ParameterizedTest
  @MethodSource("sizes")
  void softmaxCrossEntropy_anySize_matchesDouble(Backend backend, int n) {
    Kernels kernels = Kernels.of(backend);
    int rows = 3;
    Guarded logits = new Guarded(1, rows, n, n);
    for (int j = 0; j < n; j++) {
      logits.values[OFFSET + n + j] += 300; // must not overflow
    }
    logits.remember();
    int[] targets = {0, n / 2, -1};
    float[] losses = {GUARD, 1, 1, 1, GUARD};
    float scale = 0.25f;
    kernels.softmaxCrossEntropy(rows, n, logits.values, OFFSET, targets, 0, scale, losses, 1);
    for (int row = 0; row < rows; row++) {
      double max = Double.NEGATIVE_INFINITY;
      for (int j = 0; j < n; j++) {
        max = Math.max(max, logits.before(row, j));
      }
      double sum = 0;
      for (int j = 0; j < n; j++) {
        sum += Math.exp(logits.before(row, j) - max);
      }
      boolean scored = targets[row] >= 0;
      for (int j = 0; j < n; j++) {
        double p = Math.exp(logits.before(row, j) - max) / sum;
        double expected = scored ? scale * (p - (j == targets[row] ? 1 : 0)) : 0;
        assertClose(logits.after(row, j), expected);
      }
      double loss = scored ? Math.log(sum) + max - logits.before(row, targets[row]) : 0;
      assertThat((double) losses[1 + row]).isCloseTo(loss, within(EPSILON * (n + 8) * 4));
    }
    assertThat(losses[0]).isEqualTo(GUARD);
    assertThat(losses[4]).isEqualTo(GUARD);
    logits.assertGuards();
  }

  @ParameterizedTest
  @EnumSource(
      value = Backend.class,
      names = {"SCALAR", "VECTOR", "ND4J"})
  void softmaxCrossEntropy_notFinite_isSeenInTheLoss(Backend backend) {
    float[] losses = new float[2];
    float[] logits = {1, Float.NaN, 2, 1, Float.POSITIVE_INFINITY, 2};
    Kernels.of(backend).softmaxCrossEntropy(2, 3, logits, 0, new int[] {0, 0}, 0, 1f, losses, 0);
    assertThat(losses[0]).isNaN();
    assertThat(Float.isFinite(losses[1])).isFalse();

    float[] wide = random(1, 70);
    wide[5] = Float.NaN;
    Kernels.of(backend).softmaxCrossEntropy(1, 70, wide, 0, new int[] {0}, 0, 1f, losses, 0);
    assertThat(losses[0]).isNaN();
  }

  // ---------------------------------------------------------------- sums

  /** Exactly, because a training run's clip must not depend on the backend's order of additions. */
  @ParameterizedTest
  @MethodSource("sizes")
  void sumOfSquares_anySize_isTheEightSums(Backend backend, int n) {
    float[] x = random(1, n + OFFSET);
    double[] sums = new double[8];
    for (int j = 0; j < n; j++) {
      double value = x[OFFSET + j];
      sums[j < n - n % 8 ? j % 8 : 0] += value * value;
    }
    double low = (sums[0] + sums[1]) + (sums[2] + sums[3]);
    double high = (sums[4] + sums[5]) + (sums[6] + sums[7]);
    assertThat(Kernels.of(backend).sumOfSquares(n, x, OFFSET)).isEqualTo(low + high);
  }

  @ParameterizedTest
  @MethodSource("sizes")
  void sumRows_anySize_matchesDouble(Backend backend, int n) {
    int rows = 5;
    int stride = n + 2;
    float[] x = random(1, rows * stride + OFFSET);
    Guarded sum = new Guarded(2, 1, n, n);
    Kernels.of(backend).sumRows(rows, n, x, OFFSET, stride, sum.values, OFFSET);
    for (int j = 0; j < n; j++) {
      double expected = sum.before(0, j);
      for (int row = 0; row < rows; row++) {
        expected += x[OFFSET + row * stride + j];
      }
      assertThat((double) sum.after(0, j)).isCloseTo(expected, within(EPSILON * 2 * rows * rows));
    }
    sum.assertGuards();
  }

  @ParameterizedTest
  @MethodSource("sizes")
  void addRows_rowsOfSeveralPlaces_matchDouble(Backend backend, int n) {
    int[] rowOf = {2, 0, -1, 2, 2};
    int[] behindAnother = {1, 2, 0, -1, 2, 2};
    float[] x = random(1, rowOf.length * n + OFFSET);
    Guarded y = new Guarded(2, 3, n, n + 2);
    Kernels.of(backend)
        .addRows(rowOf.length, n, x, OFFSET, n, behindAnother, 1, y.values, OFFSET, n + 2);
    for (int row = 0; row < 3; row++) {
      for (int j = 0; j < n; j++) {
        double expected = y.before(row, j);
        for (int place = 0; place < rowOf.length; place++) {
          expected += rowOf[place] == row ? x[OFFSET + place * n + j] : 0;
        }
        assertThat((double) y.after(row, j)).isCloseTo(expected, within(EPSILON * 32));
      }
    }
    y.assertGuards();
  }

  // ---------------------------------------------------------------- support

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  /** Elementwise results: a few units in the last place of operands that are up to 4. */
  private static void assertClose(float actual, double expected) {
    assertThat((double) actual)
        .isCloseTo(expected, within(8 * EPSILON * Math.max(1, Math.abs(expected))));
  }

  private static float[] random(long seed, int size) {
    SplittableRandom random = new SplittableRandom(seed * 31 + size);
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) (4 * random.nextDouble() - 2);
    }
    return values;
  }

  /** A matrix inside an array whose other elements must stay as they are. */
  private static final class Guarded {
    final float[] values;
    private final int rows;
    private final int columns;
    private final int stride;
    private float[] before;

    Guarded(long seed, int rows, int columns, int stride) {
      this.rows = rows;
      this.columns = columns;
      this.stride = stride;
      values = new float[OFFSET + rows * stride + OFFSET];
      Arrays.fill(values, GUARD);
      float[] content = random(seed, rows * columns);
      for (int i = 0; i < rows; i++) {
        System.arraycopy(content, i * columns, values, OFFSET + i * stride, columns);
      }
      before = values.clone();
    }

    void remember() {
      before = values.clone();
    }

    float before(int row, int column) {
      return before[OFFSET + row * stride + column];
    }

    float after(int row, int column) {
      return values[OFFSET + row * stride + column];
    }

    void assertGuards() {
      for (int at = 0; at < values.length; at++) {
        int column = (at - OFFSET) % stride;
        boolean inside = at >= OFFSET && at < OFFSET + rows * stride && column < columns;
        if (!inside) {
          assertThat(values[at]).as("guard at %d", at).isEqualTo(GUARD);
        }
      }
    }
  }
}
