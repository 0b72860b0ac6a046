package io.carousel.engine.kernel;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The readable definition of every kernel, and the fallback where nothing faster runs. What the
 * other backends compute is defined here, to rounding.
 */
final class ScalarKernels extends Kernels {

  /** The matrix as it is, row-major (k,n). */
  static final class Plain extends PackedMatrix {
    final float[] values;

    Plain(int rows, int columns) {
      super(rows, columns);
      values = new float[Math.multiplyExact(rows, columns)];
    }
  }

  @Override
  public String name() {
    return "scalar";
  }

  @Override
  public int vectorBits() {
    return Float.SIZE;
  }

  @Override
  public boolean rowsIndependent() {
    return true;
  }

  @Override
  PackedMatrix newPacked(int rows, int columns) {
    return new Plain(rows, columns);
  }

  @Override
  PackedMatrix newPackedForTransposed(int rows, int columns) {
    return new Plain(rows, columns);
  }

  @Override
  void doPack(
      PackedMatrix target,
      int from,
      int count,
      float[] source,
      int offset,
      int stride,
      boolean transposed) {
    float[] values = ((Plain) target).values;
    int n = target.columns();
    if (transposed) {
      doTranspose(count, target.rows(), source, offset + from * stride, stride, values, from, n);
      return;
    }
    for (int row = from; row < from + count; row++) {
      System.arraycopy(source, offset + row * stride, values, row * n, n);
    }
  }

  @Override
  void doGemm(
      int m,
      float[] a,
      int ao,
      int lda,
      PackedMatrix b,
      float @Nullable [] d,
      int dof,
      int ldd,
      float[] c,
      int co,
      int ldc) {
    float[] values = ((Plain) b).values;
    int n = b.columns();
    for (int i = 0; i < m; i++) {
      begin(n, d, dof + i * ldd, c, co + i * ldc);
      for (int p = 0; p < b.rows(); p++) {
        axpy(n, a[ao + i * lda + p], values, p * n, c, co + i * ldc);
      }
    }
  }

  @Override
  void doGemmTransposed(
      int m,
      int k,
      float[] a,
      int ao,
      int lda,
      PackedMatrix b,
      int bRow,
      float[] c,
      int co,
      int ldc,
      boolean accumulate,
      float @Nullable [] sums,
      int so) {
    float[] values = ((Plain) b).values;
    int n = b.columns();
    for (int i = 0; i < m; i++) {
      if (!accumulate) {
        Arrays.fill(c, co + i * ldc, co + i * ldc + n, 0f);
      }
      for (int p = 0; p < k; p++) {
        axpy(n, a[ao + p * lda + i], values, (bRow + p) * n, c, co + i * ldc);
      }
    }
    if (sums != null) {
      sumColumns(m, k, a, ao, lda, accumulate, sums, so);
    }
  }

  /** What a row of C begins with. */
  static void begin(int n, float @Nullable [] d, int from, float[] c, int to) {
    if (d == null) {
      Arrays.fill(c, to, to + n, 0f);
    } else if (d != c) {
      System.arraycopy(d, from, c, to, n);
    }
  }

  private static void axpy(int n, float factor, float[] x, int xo, float[] y, int yo) {
    for (int j = 0; j < n; j++) {
      y[yo + j] += factor * x[xo + j];
    }
  }

  @Override
  void doRnnForward(int n, boolean relu, float[] x, int xo, float[] h, int ho) {
    for (int j = 0; j < n; j++) {
      h[ho + j] = relu ? Math.max(x[xo + j], 0f) : tanh(x[xo + j]);
    }
  }

  @Override
  void doRnnBackward(
      int n, boolean relu, float[] h, int ho, float[] dh, int dho, float[] dx, int dxo) {
    rnnBackward(0, n, relu, h, ho, dh, dho, dx, dxo);
  }

  /** The elements [from, n) of a row. */
  static void rnnBackward(
      int from, int n, boolean relu, float[] h, int ho, float[] dh, int dho, float[] dx, int dxo) {
    for (int j = from; j < n; j++) {
      float y = h[ho + j];
      float slope = relu ? (y > 0 ? 1f : 0f) : 1 - y * y;
      dx[dxo + j] = dh[dho + j] * slope;
    }
  }

  @Override
  void doLstmForward(
      int n,
      float[] gates,
      int go,
      float[] cPrevious,
      int cpo,
      float[] c,
      int co,
      float[] tanhC,
      int tco,
      float[] h,
      int ho) {
    for (int j = 0; j < n; j++) {
      float i = sigmoid(gates[go + j]);
      float f = sigmoid(gates[go + n + j]);
      float g = tanh(gates[go + 2 * n + j]);
      float o = sigmoid(gates[go + 3 * n + j]);
      float cell = f * cPrevious[cpo + j] + i * g;
      float shown = tanh(cell);
      gates[go + j] = i;
      gates[go + n + j] = f;
      gates[go + 2 * n + j] = g;
      gates[go + 3 * n + j] = o;
      c[co + j] = cell;
      tanhC[tco + j] = shown;
      h[ho + j] = o * shown;
    }
  }

  @Override
  void doLstmBackward(
      int n,
      float[] gates,
      int go,
      float[] cPrevious,
      int cpo,
      float[] tanhC,
      int tco,
      float[] dh,
      int dho,
      float[] dc,
      int dco) {
    lstmBackward(0, n, gates, go, cPrevious, cpo, tanhC, tco, dh, dho, dc, dco);
  }

  /** The elements [from, n) of a row. */
  static void lstmBackward(
      int from,
      int n,
      float[] gates,
      int go,
      float[] cPrevious,
      int cpo,
      float[] tanhC,
      int tco,
      float[] dh,
      int dho,
      float[] dc,
      int dco) {
    for (int j = from; j < n; j++) {
      float i = gates[go + j];
      float f = gates[go + n + j];
      float g = gates[go + 2 * n + j];
      float o = gates[go + 3 * n + j];
      float shown = tanhC[tco + j];
      float dhj = dh[dho + j];
      float dcj = dc[dco + j] + dhj * o * (1 - shown * shown);
      gates[go + j] = dcj * g * (i * (1 - i));
      gates[go + n + j] = dcj * cPrevious[cpo + j] * (f * (1 - f));
      gates[go + 2 * n + j] = dcj * i * (1 - g * g);
      gates[go + 3 * n + j] = dhj * shown * (o * (1 - o));
      dc[dco + j] = dcj * f;
    }
  }

  @Override
  void doGruForward(
      int n,
      float[] gates,
      int go,
      float[] hn,
      int hno,
      float[] hPrevious,
      int hpo,
      float[] h,
      int ho) {
    for (int j = 0; j < n; j++) {
      float r = sigmoid(gates[go + j]);
      float z = sigmoid(gates[go + n + j]);
      float candidate = tanh(gates[go + 2 * n + j] + r * hn[hno + j]);
      gates[go + j] = r;
      gates[go + n + j] = z;
      gates[go + 2 * n + j] = candidate;
      h[ho + j] = candidate + z * (hPrevious[hpo + j] - candidate);
    }
  }

  @Override
  void doGruBackward(
      int n,
      float[] gates,
      int go,
      float[] hn,
      int hno,
      float[] hPrevious,
      int hpo,
      float[] dh,
      int dho) {
    gruBackward(0, n, gates, go, hn, hno, hPrevious, hpo, dh, dho);
  }

  /** The elements [from, n) of a row. */
  static void gruBackward(
      int from,
      int n,
      float[] gates,
      int go,
      float[] hn,
      int hno,
      float[] hPrevious,
      int hpo,
      float[] dh,
      int dho) {
    for (int j = from; j < n; j++) {
      float r = gates[go + j];
      float z = gates[go + n + j];
      float candidate = gates[go + 2 * n + j];
      float dhj = dh[dho + j];
      float dn = dhj * (1 - z) * (1 - candidate * candidate);
      float dz = dhj * (hPrevious[hpo + j] - candidate) * (z * (1 - z));
      float dr = dn * hn[hno + j] * (r * (1 - r));
      gates[go + j] = dr;
      gates[go + n + j] = dz;
      gates[go + 2 * n + j] = dn;
      hn[hno + j] = dn * r;
      dh[dho + j] = dhj * z;
    }
  }

  @Override
  void doHighwayForward(
      int n, float[] t, int to, float[] x, int xo, float[] h, int ho, float[] out, int oo) {
    for (int j = 0; j < n; j++) {
      t[to + j] = sigmoid(t[to + j]);
    }
    highwayForward(0, n, t, to, x, xo, h, ho, out, oo);
  }

  /** The elements [from, n), t being activated. */
  static void highwayForward(
      int from,
      int n,
      float[] t,
      int to,
      float[] x,
      int xo,
      float[] h,
      int ho,
      float[] out,
      int oo) {
    for (int j = from; j < n; j++) {
      out[oo + j] = x[xo + j] + t[to + j] * (h[ho + j] - x[xo + j]);
    }
  }

  @Override
  void doHighwayBackward(
      int n,
      float[] t,
      int to,
      float[] x,
      int xo,
      float[] h,
      int ho,
      float[] dOut,
      int doo,
      float[] dh,
      int dho) {
    highwayBackward(0, n, t, to, x, xo, h, ho, dOut, doo, dh, dho);
  }

  /** The elements [from, n). */
  static void highwayBackward(
      int from,
      int n,
      float[] t,
      int to,
      float[] x,
      int xo,
      float[] h,
      int ho,
      float[] dOut,
      int doo,
      float[] dh,
      int dho) {
    for (int j = from; j < n; j++) {
      float gate = t[to + j];
      float d = dOut[doo + j];
      dh[dho + j] = d * gate;
      t[to + j] = d * (h[ho + j] - x[xo + j]) * (gate * (1 - gate));
      dOut[doo + j] = d * (1 - gate);
    }
  }

  @Override
  float doSoftmaxCrossEntropy(int n, float[] logits, int at, int target, float scale) {
    float max = Float.NEGATIVE_INFINITY;
    for (int j = at; j < at + n; j++) {
      max = Math.max(max, logits[j]);
    }
    float chosen = logits[at + target] - max;
    float sum = 0;
    for (int j = at; j < at + n; j++) {
      logits[j] = (float) Math.exp(logits[j] - max);
      sum += logits[j];
    }
    float factor = scale / sum;
    for (int j = at; j < at + n; j++) {
      logits[j] *= factor;
    }
    logits[at + target] -= scale;
    return (float) Math.log(sum) - chosen;
  }

  @Override
  void doAdd(int n, float[] x, int xo, float[] y, int yo) {
    for (int j = 0; j < n; j++) {
      y[yo + j] += x[xo + j];
    }
  }

  private static float sigmoid(float x) {
    return (float) (1 / (1 + Math.exp(-x)));
  }

  private static float tanh(float x) {
    return (float) Math.tanh(x);
  }

  @Override
  double doSumOfSquares(int n, float[] x, int xo) {
    return eightSums(n, x, xo);
  }

  /** Side by side, because a single chain of additions would wait for each of them. */
  static double eightSums(int n, float[] x, int at) {
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    double s4 = 0;
    double s5 = 0;
    double s6 = 0;
    double s7 = 0;
    int i = at;
    for (; i + 7 < at + n; i += 8) {
      s0 += (double) x[i] * x[i];
      s1 += (double) x[i + 1] * x[i + 1];
      s2 += (double) x[i + 2] * x[i + 2];
      s3 += (double) x[i + 3] * x[i + 3];
      s4 += (double) x[i + 4] * x[i + 4];
      s5 += (double) x[i + 5] * x[i + 5];
      s6 += (double) x[i + 6] * x[i + 6];
      s7 += (double) x[i + 7] * x[i + 7];
    }
    for (; i < at + n; i++) {
      s0 += (double) x[i] * x[i];
    }
    return ((s0 + s1) + (s2 + s3)) + ((s4 + s5) + (s6 + s7));
  }
}
