package io.carousel.engine.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;
import org.jspecify.annotations.Nullable;

/**
 * Kernels on the Vector API, as wide as the machine is.
 *
 * <p>The loops over a row are several small methods rather than one large one: a loop with five
 * exponentials passes the node limit of the optimising compiler, which then allocates its vectors.
 * Each loop runs over whole vectors without a mask, and once more with one over what is left: on
 * machines without mask registers a masked load costs several plain ones.
 */
final class VectorKernels extends Kernels {
  /** The widest that the machine has; never wider, or every operation falls back to objects. */
  static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;

  private static final int LANES = SPECIES.length();

  /** The first j lanes; made once, because a mask may be an object. */
  private static final VectorMask<Float>[] FIRST = firstLanes();

  // Lane j takes lane j + 8, j + 4, …; steps of a sum over the lanes in a fixed order.
  private static final VectorShuffle<Float> BY_8 = rotation(8);
  private static final VectorShuffle<Float> BY_4 = rotation(4);
  private static final VectorShuffle<Float> BY_2 = rotation(2);
  private static final VectorShuffle<Float> BY_1 = rotation(1);

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

  // ---------------------------------------------------------------- matrix products

  @Override
  PackedMatrix newPacked(int rows, int columns) {
    return new PanelMatrix(rows, columns);
  }

  @Override
  PackedMatrix newPackedForTransposed(int rows, int columns) {
    return new TransposedMatrix(rows, columns);
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
    switch (target) {
      case PanelMatrix panels -> panels.fill(from, count, source, offset, stride, transposed);
      case TransposedMatrix matrix when !transposed ->
          matrix.fill(from, count, source, offset, stride);
      default ->
          throw new IllegalArgumentException("expected a matrix of this backend, not transposed");
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
    VectorGemm.multiply(m, a, ao, lda, (PanelMatrix) b, d, dof, ldd, c, co, ldc);
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
    TransposedMatrix right = (TransposedMatrix) b;
    VectorGemm.multiplyTransposed(m, k, a, ao, lda, right, bRow, c, co, ldc, accumulate);
  }

  // ---------------------------------------------------------------- RNN

  @Override
  void doRnnForward(int n, boolean relu, float[] x, int xo, float[] h, int ho) {
    if (!relu) {
      tanh(n, x, xo, h, ho);
      return;
    }
    int whole = SPECIES.loopBound(n);
    for (int j = 0; j < whole; j += LANES) {
      store(load(x, xo + j, null).max(0f), h, ho + j, null);
    }
    if (whole < n) {
      VectorMask<Float> rest = FIRST[n - whole];
      store(load(x, xo + whole, rest).max(0f), h, ho + whole, rest);
    }
  }

  @Override
  void doRnnBackward(
      int n, boolean relu, float[] h, int ho, float[] dh, int dho, float[] dx, int dxo) {
    int whole = SPECIES.loopBound(n);
    for (int j = 0; j < whole; j += LANES) {
      rnnBackward(null, relu, h, ho + j, dh, dho + j, dx, dxo + j);
    }
    if (whole < n) {
      rnnBackward(FIRST[n - whole], relu, h, ho + whole, dh, dho + whole, dx, dxo + whole);
    }
  }

  private static void rnnBackward(
      @Nullable VectorMask<Float> mask,
      boolean relu,
      float[] h,
      int ho,
      float[] dh,
      int dho,
      float[] dx,
      int dxo) {
    FloatVector one = FloatVector.broadcast(SPECIES, 1f);
    FloatVector y = load(h, ho, mask);
    FloatVector slope =
        relu
            ? FloatVector.zero(SPECIES).blend(one, y.compare(VectorOperators.GT, 0f))
            : one.sub(y.mul(y));
    store(load(dh, dho, mask).mul(slope), dx, dxo, mask);
  }

  // ---------------------------------------------------------------- LSTM

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
    int whole = SPECIES.loopBound(n);
    for (int j = 0; j < whole; j += LANES) {
      lstmCell(null, n, gates, go + j, cPrevious, cpo + j, c, co + j);
    }
    if (whole < n) {
      lstmCell(FIRST[n - whole], n, gates, go + whole, cPrevious, cpo + whole, c, co + whole);
    }
    tanh(n, c, co, tanhC, tco);
    multiply(n, gates, go + 3 * n, tanhC, tco, h, ho);
  }

  /** c = f·cPrev + i·g. */
  private static void lstmCell(
      @Nullable VectorMask<Float> mask,
      int n,
      float[] gates,
      int go,
      float[] cPrevious,
      int cpo,
      float[] c,
      int co) {
    FloatVector i = load(gates, go, mask);
    FloatVector f = load(gates, go + n, mask);
    FloatVector g = load(gates, go + 2 * n, mask);
    store(f.mul(load(cPrevious, cpo, mask)).add(i.mul(g)), c, co, mask);
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
    int whole = SPECIES.loopBound(n);
    for (int j = 0; j < whole; j += LANES) {
      lstmBackward(
          null, n, gates, go + j, cPrevious, cpo + j, tanhC, tco + j, dh, dho + j, dc, dco + j);
    }
    if (whole < n) {
      lstmBackward(
          FIRST[n - whole],
          n,
          gates,
          go + whole,
          cPrevious,
          cpo + whole,
          tanhC,
          tco + whole,
          dh,
          dho + whole,
          dc,
          dco + whole);
    }
  }

  private static void lstmBackward(
      @Nullable VectorMask<Float> mask,
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
    FloatVector i = load(gates, go, mask);
    FloatVector f = load(gates, go + n, mask);
    FloatVector g = load(gates, go + 2 * n, mask);
    FloatVector o = load(gates, go + 3 * n, mask);
    FloatVector shown = load(tanhC, tco, mask);
    FloatVector dhj = load(dh, dho, mask);
    FloatVector dcj = dhj.mul(o).mul(one.sub(shown.mul(shown))).add(load(dc, dco, mask));
    FloatVector df = dcj.mul(load(cPrevious, cpo, mask)).mul(f.mul(one.sub(f)));
    store(dcj.mul(g).mul(i.mul(one.sub(i))), gates, go, mask);
    store(df, gates, go + n, mask);
    store(dcj.mul(i).mul(one.sub(g.mul(g))), gates, go + 2 * n, mask);
    store(dhj.mul(shown).mul(o.mul(one.sub(o))), gates, go + 3 * n, mask);
    store(dcj.mul(f), dc, dco, mask);
  }

  // ---------------------------------------------------------------- GRU

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
    int whole = SPECIES.loopBound(n);
    for (int j = 0; j < whole; j += LANES) {
      gruCandidate(null, gates, go + j, hn, hno + j, no + j);
    }
    if (whole < n) {
      gruCandidate(FIRST[n - whole], gates, go + whole, hn, hno + whole, no + whole);
    }
    tanh(n, gates, no, gates, no);
    for (int j = 0; j < whole; j += LANES) {
      gruState(null, gates, go + n + j, no + j, hPrevious, hpo + j, h, ho + j);
    }
    if (whole < n) {
      gruState(
          FIRST[n - whole],
          gates,
          go + n + whole,
          no + whole,
          hPrevious,
          hpo + whole,
          h,
          ho + whole);
    }
  }

  /** n's pre-activation: x_n + r·hn. */
  private static void gruCandidate(
      @Nullable VectorMask<Float> mask, float[] gates, int ro, float[] hn, int hno, int no) {
    FloatVector state = load(gates, ro, mask).mul(load(hn, hno, mask));
    store(state.add(load(gates, no, mask)), gates, no, mask);
  }

  /** h = n + z·(hPrev − n). */
  private static void gruState(
      @Nullable VectorMask<Float> mask,
      float[] gates,
      int zo,
      int no,
      float[] hPrevious,
      int hpo,
      float[] h,
      int ho) {
    FloatVector candidate = load(gates, no, mask);
    FloatVector difference = load(hPrevious, hpo, mask).sub(candidate);
    store(difference.mul(load(gates, zo, mask)).add(candidate), h, ho, mask);
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
    int whole = SPECIES.loopBound(n);
    for (int j = 0; j < whole; j += LANES) {
      gruBackward(
          null, n, gates, go + j, hn, hno + j, hPrevious, hpo + j, dHidden, dno + j, dh, dho + j);
    }
    if (whole < n) {
      gruBackward(
          FIRST[n - whole],
          n,
          gates,
          go + whole,
          hn,
          hno + whole,
          hPrevious,
          hpo + whole,
          dHidden,
          dno + whole,
          dh,
          dho + whole);
    }
  }

  private static void gruBackward(
      @Nullable VectorMask<Float> mask,
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
    FloatVector r = load(gates, go, mask);
    FloatVector z = load(gates, go + n, mask);
    FloatVector candidate = load(gates, go + 2 * n, mask);
    FloatVector dhj = load(dh, dho, mask);
    FloatVector dn = dhj.mul(one.sub(z)).mul(one.sub(candidate.mul(candidate)));
    FloatVector dz = dhj.mul(load(hPrevious, hpo, mask).sub(candidate)).mul(z.mul(one.sub(z)));
    FloatVector dr = dn.mul(load(hn, hno, mask)).mul(r.mul(one.sub(r)));
    store(dr, gates, go, mask);
    store(dz, gates, go + n, mask);
    store(dn, gates, go + 2 * n, mask);
    store(dr, dHidden, dno, mask);
    store(dz, dHidden, dno + n, mask);
    store(dn.mul(r), dHidden, dno + 2 * n, mask);
    store(dhj.mul(z), dh, dho, mask);
  }

  // ---------------------------------------------------------------- softmax

  @Override
  float doSoftmaxCrossEntropy(int n, float[] logits, int at, int target, float scale) {
    float max = max(n, logits, at);
    float chosen = logits[at + target] - max;
    float sum = expSum(n, logits, at, max);
    scale(n, logits, at, scale / sum);
    logits[at + target] -= scale;
    return (float) Math.log(sum) - chosen;
  }

  /** NaN where one of them is. */
  private static float max(int n, float[] x, int at) {
    int whole = SPECIES.loopBound(n);
    FloatVector largest = FloatVector.broadcast(SPECIES, Float.NEGATIVE_INFINITY);
    for (int j = 0; j < whole; j += LANES) {
      largest = largest.max(FloatVector.fromArray(SPECIES, x, at + j));
    }
    float max = largest.reduceLanes(VectorOperators.MAX); // exact, so in any order
    for (int j = whole; j < n; j++) {
      max = Math.max(max, x[at + j]);
    }
    return max;
  }

  /** x becomes exp(x − max); returns the sum, taken lane by lane and then over the lanes. */
  private static float expSum(int n, float[] x, int at, float max) {
    int whole = SPECIES.loopBound(n);
    FloatVector sum = FloatVector.zero(SPECIES);
    for (int j = at; j < at + whole; j += LANES) {
      FloatVector e = VectorMath.exp(FloatVector.fromArray(SPECIES, x, j).sub(max));
      e.intoArray(x, j);
      sum = sum.add(e);
    }
    // Halves added to halves, because reduceLanes has no fixed order.
    if (LANES > 8) {
      sum = sum.add(sum.rearrange(BY_8));
    }
    if (LANES > 4) {
      sum = sum.add(sum.rearrange(BY_4));
    }
    sum = sum.add(sum.rearrange(BY_2));
    sum = sum.add(sum.rearrange(BY_1));
    return sum.lane(0) + expRest(n - whole, x, at + whole, max);
  }

  /** The same for fewer than a vector. */
  private static float expRest(int n, float[] x, int at, float max) {
    float sum = 0;
    if (n > 0) {
      VectorMask<Float> mask = FIRST[n];
      VectorMath.exp(FloatVector.fromArray(SPECIES, x, at, mask).sub(max)).intoArray(x, at, mask);
      for (int j = at; j < at + n; j++) {
        sum += x[j];
      }
    }
    return sum;
  }

  // ---------------------------------------------------------------- element by element

  @Override
  void doAdd(int n, float[] x, int xo, float[] y, int yo) {
    int whole = SPECIES.loopBound(n);
    for (int j = 0; j < whole; j += LANES) {
      load(y, yo + j, null).add(load(x, xo + j, null)).intoArray(y, yo + j);
    }
    for (int j = whole; j < n; j++) {
      y[yo + j] += x[xo + j];
    }
  }

  private static void multiply(int n, float[] x, int xo, float[] y, int yo, float[] z, int zo) {
    int whole = SPECIES.loopBound(n);
    for (int j = 0; j < whole; j += LANES) {
      load(x, xo + j, null).mul(load(y, yo + j, null)).intoArray(z, zo + j);
    }
    for (int j = whole; j < n; j++) {
      z[zo + j] = x[xo + j] * y[yo + j];
    }
  }

  private static void scale(int n, float[] x, int at, float factor) {
    int whole = SPECIES.loopBound(n);
    for (int j = at; j < at + whole; j += LANES) {
      load(x, j, null).mul(factor).intoArray(x, j);
    }
    for (int j = at + whole; j < at + n; j++) {
      x[j] *= factor;
    }
  }

  private static void sigmoid(int n, float[] x, int at) {
    int whole = SPECIES.loopBound(n);
    for (int j = at; j < at + whole; j += LANES) {
      VectorMath.sigmoid(FloatVector.fromArray(SPECIES, x, j)).intoArray(x, j);
    }
    if (whole < n) {
      sigmoid(FIRST[n - whole], x, at + whole);
    }
  }

  private static void sigmoid(VectorMask<Float> mask, float[] x, int at) {
    VectorMath.sigmoid(FloatVector.fromArray(SPECIES, x, at, mask)).intoArray(x, at, mask);
  }

  private static void tanh(int n, float[] x, int xo, float[] y, int yo) {
    int whole = SPECIES.loopBound(n);
    for (int j = 0; j < whole; j += LANES) {
      VectorMath.tanh(FloatVector.fromArray(SPECIES, x, xo + j)).intoArray(y, yo + j);
    }
    if (whole < n) {
      tanh(FIRST[n - whole], x, xo + whole, y, yo + whole);
    }
  }

  private static void tanh(VectorMask<Float> mask, float[] x, int xo, float[] y, int yo) {
    VectorMath.tanh(FloatVector.fromArray(SPECIES, x, xo, mask)).intoArray(y, yo, mask);
  }

  // ---------------------------------------------------------------- vectors

  /** A whole vector, or with a mask its first lanes. */
  private static FloatVector load(float[] x, int at, @Nullable VectorMask<Float> mask) {
    return mask == null
        ? FloatVector.fromArray(SPECIES, x, at)
        : FloatVector.fromArray(SPECIES, x, at, mask);
  }

  private static void store(FloatVector v, float[] x, int at, @Nullable VectorMask<Float> mask) {
    if (mask == null) {
      v.intoArray(x, at);
    } else {
      v.intoArray(x, at, mask);
    }
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  private static VectorMask<Float>[] firstLanes() {
    VectorMask<Float>[] masks = new VectorMask[LANES];
    for (int count = 0; count < LANES; count++) {
      masks[count] = SPECIES.indexInRange(0, count);
    }
    return masks;
  }

  private static VectorShuffle<Float> rotation(int by) {
    return VectorShuffle.fromOp(SPECIES, lane -> (lane + by) % LANES);
  }
}
