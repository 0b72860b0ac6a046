package io.carousel.engine.kernel;

import static io.carousel.engine.kernel.VectorLanes.FIRST;
import static io.carousel.engine.kernel.VectorLanes.LANES;
import static io.carousel.engine.kernel.VectorLanes.SPECIES;
import static io.carousel.engine.kernel.VectorLanes.load;
import static io.carousel.engine.kernel.VectorLanes.store;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import org.jspecify.annotations.Nullable;

/**
 * One row of a cell, forward and backward; what is computed is said in {@link Kernels} and defined
 * in {@link ScalarKernels}.
 *
 * <p>The loops over a row are several small methods rather than one large one: a loop with five
 * exponentials passes the node limit of the optimising compiler, which then allocates its vectors.
 */
final class VectorCells {
  private VectorCells() {}

  // ---------------------------------------------------------------- RNN

  static void rnnForward(int n, boolean relu, float[] x, int xo, float[] h, int ho) {
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

  static void rnnBackward(
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

  static void lstmForward(
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

  static void lstmBackward(
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

  static void gruForward(
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

  static void gruBackward(
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

  // ---------------------------------------------------------------- element by element

  private static void multiply(int n, float[] x, int xo, float[] y, int yo, float[] z, int zo) {
    int whole = SPECIES.loopBound(n);
    for (int j = 0; j < whole; j += LANES) {
      load(x, xo + j, null).mul(load(y, yo + j, null)).intoArray(z, zo + j);
    }
    for (int j = whole; j < n; j++) {
      z[zo + j] = x[xo + j] * y[yo + j];
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
}
