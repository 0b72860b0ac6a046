package io.carousel.engine.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Kernels on the Vector API, as wide as the machine is.
 *
 * <p>The loops over a row are several small methods rather than one large one: a loop with five
 * exponentials passes the node limit of the optimising compiler, which then allocates its vectors.
 */
final class VectorKernels extends Kernels {
  /** The widest that the machine has; never wider, or every operation falls back to objects. */
  static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;

  private static final int LANES = SPECIES.length();

  @Override
  public String name() {
    return "vector";
  }

  @Override
  public int vectorBits() {
    return SPECIES.vectorBitSize();
  }

  @Override
  public boolean rowsIndependent() {
    return true;
  }

  @Override
  PackedMatrix newPacked(int rows, int columns) {
    return new PanelMatrix(rows, columns, VectorGemm.PANEL);
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
    ((PanelMatrix) target).fill(from, count, source, offset, stride, transposed);
  }

  @Override
  void doGemm(
      int m,
      float[] a,
      int ao,
      int lda,
      PackedMatrix b,
      float[] c,
      int co,
      int ldc,
      boolean accumulate) {
    VectorGemm.multiply(m, a, ao, lda, (PanelMatrix) b, c, co, ldc, accumulate);
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
      boolean accumulate) {
    VectorGemm.multiplyTransposed(m, k, a, ao, lda, (PanelMatrix) b, bRow, c, co, ldc, accumulate);
  }

  @Override
  void doRnnForward(int n, boolean relu, float[] x, int offset) {
    if (!relu) {
      tanh(n, x, offset, x, offset);
      return;
    }
    for (int j = 0; j < n; j += LANES) {
      VectorMask<Float> mask = SPECIES.indexInRange(j, n);
      load(x, offset + j, mask).max(0f).intoArray(x, offset + j, mask);
    }
  }

  @Override
  void doRnnBackward(
      int n, boolean relu, float[] h, int ho, float[] dh, int dho, float[] dx, int dxo) {
    FloatVector one = FloatVector.broadcast(SPECIES, 1f);
    for (int j = 0; j < n; j += LANES) {
      VectorMask<Float> mask = SPECIES.indexInRange(j, n);
      FloatVector y = load(h, ho + j, mask);
      FloatVector slope =
          relu
              ? FloatVector.zero(SPECIES).blend(one, y.compare(VectorOperators.GT, 0f))
              : one.sub(y.mul(y));
      load(dh, dho + j, mask).mul(slope).intoArray(dx, dxo + j, mask);
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
    sigmoid(2 * n, gates, go); // i and f lie next to each other
    tanh(n, gates, go + 2 * n, gates, go + 2 * n);
    sigmoid(n, gates, go + 3 * n);
    for (int j = 0; j < n; j += LANES) {
      VectorMask<Float> mask = SPECIES.indexInRange(j, n);
      FloatVector i = load(gates, go + j, mask);
      FloatVector f = load(gates, go + n + j, mask);
      FloatVector g = load(gates, go + 2 * n + j, mask);
      f.mul(load(cPrevious, cpo + j, mask)).add(i.mul(g)).intoArray(c, co + j, mask);
    }
    tanh(n, c, co, tanhC, tco);
    for (int j = 0; j < n; j += LANES) {
      VectorMask<Float> mask = SPECIES.indexInRange(j, n);
      load(gates, go + 3 * n + j, mask).mul(load(tanhC, tco + j, mask)).intoArray(h, ho + j, mask);
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
    FloatVector one = FloatVector.broadcast(SPECIES, 1f);
    for (int j = 0; j < n; j += LANES) {
      VectorMask<Float> mask = SPECIES.indexInRange(j, n);
      FloatVector i = load(gates, go + j, mask);
      FloatVector f = load(gates, go + n + j, mask);
      FloatVector g = load(gates, go + 2 * n + j, mask);
      FloatVector o = load(gates, go + 3 * n + j, mask);
      FloatVector shown = load(tanhC, tco + j, mask);
      FloatVector dhj = load(dh, dho + j, mask);
      FloatVector dcj = dhj.mul(o).mul(one.sub(shown.mul(shown))).add(load(dc, dco + j, mask));
      dcj.mul(g).mul(i.mul(one.sub(i))).intoArray(gates, go + j, mask);
      dcj.mul(load(cPrevious, cpo + j, mask))
          .mul(f.mul(one.sub(f)))
          .intoArray(gates, go + n + j, mask);
      dcj.mul(i).mul(one.sub(g.mul(g))).intoArray(gates, go + 2 * n + j, mask);
      dhj.mul(shown).mul(o.mul(one.sub(o))).intoArray(gates, go + 3 * n + j, mask);
      dcj.mul(f).intoArray(dc, dco + j, mask);
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
    sigmoid(2 * n, gates, go); // r and z lie next to each other
    int no = go + 2 * n;
    for (int j = 0; j < n; j += LANES) {
      VectorMask<Float> mask = SPECIES.indexInRange(j, n);
      load(gates, go + j, mask)
          .mul(load(hn, hno + j, mask))
          .add(load(gates, no + j, mask))
          .intoArray(gates, no + j, mask);
    }
    tanh(n, gates, no, gates, no);
    for (int j = 0; j < n; j += LANES) {
      VectorMask<Float> mask = SPECIES.indexInRange(j, n);
      FloatVector candidate = load(gates, no + j, mask);
      load(hPrevious, hpo + j, mask)
          .sub(candidate)
          .mul(load(gates, go + n + j, mask))
          .add(candidate)
          .intoArray(h, ho + j, mask);
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
      float[] dHidden,
      int dno,
      float[] dh,
      int dho) {
    FloatVector one = FloatVector.broadcast(SPECIES, 1f);
    for (int j = 0; j < n; j += LANES) {
      VectorMask<Float> mask = SPECIES.indexInRange(j, n);
      FloatVector r = load(gates, go + j, mask);
      FloatVector z = load(gates, go + n + j, mask);
      FloatVector candidate = load(gates, go + 2 * n + j, mask);
      FloatVector dhj = load(dh, dho + j, mask);
      FloatVector dn = dhj.mul(one.sub(z)).mul(one.sub(candidate.mul(candidate)));
      FloatVector dz =
          dhj.mul(load(hPrevious, hpo + j, mask).sub(candidate)).mul(z.mul(one.sub(z)));
      FloatVector dr = dn.mul(load(hn, hno + j, mask)).mul(r.mul(one.sub(r)));
      dr.intoArray(gates, go + j, mask);
      dz.intoArray(gates, go + n + j, mask);
      dn.intoArray(gates, go + 2 * n + j, mask);
      dr.intoArray(dHidden, dno + j, mask);
      dz.intoArray(dHidden, dno + n + j, mask);
      dn.mul(r).intoArray(dHidden, dno + 2 * n + j, mask);
      dhj.mul(z).intoArray(dh, dho + j, mask);
    }
  }

  @Override
  float doSoftmaxCrossEntropy(int n, float[] logits, int at, int target, float scale) {
    float max = max(n, logits, at);
    float chosen = logits[at + target] - max;
    float sum = expSum(n, logits, at, max);
    float factor = scale / sum;
    for (int j = 0; j < n; j += LANES) {
      VectorMask<Float> mask = SPECIES.indexInRange(j, n);
      load(logits, at + j, mask).mul(factor).intoArray(logits, at + j, mask);
    }
    logits[at + target] -= scale;
    return (float) Math.log(sum) - chosen;
  }

  private static float max(int n, float[] x, int at) {
    float max = Float.NEGATIVE_INFINITY;
    for (int j = at; j < at + n; j++) {
      max = Math.max(max, x[j]);
    }
    return max;
  }

  /** x becomes exp(x − max); returns the sum, taken lane by lane and then over the lanes. */
  private static float expSum(int n, float[] x, int at, float max) {
    FloatVector sums = FloatVector.zero(SPECIES);
    for (int j = 0; j < n; j += LANES) {
      VectorMask<Float> mask = SPECIES.indexInRange(j, n);
      FloatVector e = VectorMath.exp(load(x, at + j, mask).sub(max));
      e.intoArray(x, at + j, mask);
      sums = sums.add(e, mask);
    }
    return sumOfLanes(sums);
  }

  /** In the order of the lanes; reduceLanes has no fixed order. */
  private static float sumOfLanes(FloatVector v) {
    float sum = 0;
    for (int lane = 0; lane < LANES; lane++) {
      sum += v.lane(lane);
    }
    return sum;
  }

  private static void sigmoid(int n, float[] x, int at) {
    for (int j = 0; j < n; j += LANES) {
      VectorMask<Float> mask = SPECIES.indexInRange(j, n);
      VectorMath.sigmoid(load(x, at + j, mask)).intoArray(x, at + j, mask);
    }
  }

  private static void tanh(int n, float[] x, int xo, float[] y, int yo) {
    for (int j = 0; j < n; j += LANES) {
      VectorMask<Float> mask = SPECIES.indexInRange(j, n);
      VectorMath.tanh(load(x, xo + j, mask)).intoArray(y, yo + j, mask);
    }
  }

  private static FloatVector load(float[] x, int at, VectorMask<Float> mask) {
    return FloatVector.fromArray(SPECIES, x, at, mask);
  }
}
