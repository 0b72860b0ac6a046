package io.carousel.engine.kernel;

import static io.carousel.engine.kernel.VectorLanes.LANES;
import static io.carousel.engine.kernel.VectorLanes.SPECIES;
import static io.carousel.engine.kernel.VectorLanes.load;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * One row of a cell, forward and backward; what is computed is said in {@link Kernels} and defined
 * in {@link ScalarKernels}.
 *
 * <p>The loops over a row are several small methods rather than one large one: a large one passes
 * the node limit of the optimising compiler, which then makes objects of its vectors. What is left
 * of a row after the whole vectors is computed by plain code, or by {@link VectorMath}.
 */
final class VectorCells {
  private VectorCells() {}

  // ---------------------------------------------------------------- RNN

  static void rnnForward(int n, boolean relu, float[] x, int xo, float[] h, int ho) {
    if (!relu) {
      VectorMath.tanh(n, x, xo, h, ho);
      return;
    }
    int whole = SPECIES.loopBound(n);
    for (int j = 0; j < whole; j += LANES) {
      load(x, xo + j).max(0f).intoArray(h, ho + j);
    }
    for (int j = whole; j < n; j++) {
      h[ho + j] = Math.max(x[xo + j], 0f);
    }
  }

  static void rnnBackward(
      int n, boolean relu, float[] h, int ho, float[] dh, int dho, float[] dx, int dxo) {
    int whole = SPECIES.loopBound(n);
    for (int j = 0; j < whole; j += LANES) {
      rnnBackwardVector(relu, h, ho + j, dh, dho + j, dx, dxo + j);
    }
    ScalarKernels.rnnBackward(whole, n, relu, h, ho, dh, dho, dx, dxo);
  }

  private static void rnnBackwardVector(
      boolean relu, float[] h, int ho, float[] dh, int dho, float[] dx, int dxo) {
    FloatVector one = FloatVector.broadcast(SPECIES, 1f);
    FloatVector y = load(h, ho);
    FloatVector slope =
        relu
            ? FloatVector.zero(SPECIES).blend(one, y.compare(VectorOperators.GT, 0f))
            : one.sub(y.mul(y));
    load(dh, dho).mul(slope).intoArray(dx, dxo);
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
    VectorMath.sigmoid(2 * n, gates, go, gates, go); // i and f lie next to each other
    VectorMath.tanh(n, gates, go + 2 * n, gates, go + 2 * n);
    VectorMath.sigmoid(n, gates, go + 3 * n, gates, go + 3 * n);
    int whole = SPECIES.loopBound(n);
    for (int j = 0; j < whole; j += LANES) {
      lstmCell(n, gates, go + j, cPrevious, cpo + j, c, co + j);
    }
    for (int j = whole; j < n; j++) {
      float kept = gates[go + n + j] * cPrevious[cpo + j];
      c[co + j] = kept + gates[go + j] * gates[go + 2 * n + j];
    }
    VectorMath.tanh(n, c, co, tanhC, tco);
    multiply(n, gates, go + 3 * n, tanhC, tco, h, ho);
  }

  /** c = f·cPrev + i·g. */
  private static void lstmCell(
      int n, float[] gates, int go, float[] cPrevious, int cpo, float[] c, int co) {
    FloatVector i = load(gates, go);
    FloatVector f = load(gates, go + n);
    FloatVector g = load(gates, go + 2 * n);
    f.mul(load(cPrevious, cpo)).add(i.mul(g)).intoArray(c, co);
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
      lstmBackwardVector(
          n, gates, go + j, cPrevious, cpo + j, tanhC, tco + j, dh, dho + j, dc, dco + j);
    }
    ScalarKernels.lstmBackward(whole, n, gates, go, cPrevious, cpo, tanhC, tco, dh, dho, dc, dco);
  }

  private static void lstmBackwardVector(
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
    FloatVector i = load(gates, go);
    FloatVector f = load(gates, go + n);
    FloatVector g = load(gates, go + 2 * n);
    FloatVector o = load(gates, go + 3 * n);
    FloatVector shown = load(tanhC, tco);
    FloatVector dhj = load(dh, dho);
    FloatVector dcj = dhj.mul(o).mul(one.sub(shown.mul(shown))).add(load(dc, dco));
    FloatVector df = dcj.mul(load(cPrevious, cpo)).mul(f.mul(one.sub(f)));
    dcj.mul(g).mul(i.mul(one.sub(i))).intoArray(gates, go);
    df.intoArray(gates, go + n);
    dcj.mul(i).mul(one.sub(g.mul(g))).intoArray(gates, go + 2 * n);
    dhj.mul(shown).mul(o.mul(one.sub(o))).intoArray(gates, go + 3 * n);
    dcj.mul(f).intoArray(dc, dco);
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
    VectorMath.sigmoid(2 * n, gates, go, gates, go); // r and z lie next to each other
    int no = go + 2 * n;
    int whole = SPECIES.loopBound(n);
    for (int j = 0; j < whole; j += LANES) {
      gruCandidate(gates, go + j, hn, hno + j, no + j);
    }
    for (int j = whole; j < n; j++) {
      gates[no + j] += gates[go + j] * hn[hno + j];
    }
    VectorMath.tanh(n, gates, no, gates, no);
    for (int j = 0; j < whole; j += LANES) {
      gruState(gates, go + n + j, no + j, hPrevious, hpo + j, h, ho + j);
    }
    for (int j = whole; j < n; j++) {
      float candidate = gates[no + j];
      h[ho + j] = candidate + gates[go + n + j] * (hPrevious[hpo + j] - candidate);
    }
  }

  /** n's pre-activation: x_n + r·hn. */
  private static void gruCandidate(float[] gates, int ro, float[] hn, int hno, int no) {
    FloatVector state = load(gates, ro).mul(load(hn, hno));
    state.add(load(gates, no)).intoArray(gates, no);
  }

  /** h = n + z·(hPrev − n). */
  private static void gruState(
      float[] gates, int zo, int no, float[] hPrevious, int hpo, float[] h, int ho) {
    FloatVector candidate = load(gates, no);
    FloatVector difference = load(hPrevious, hpo).sub(candidate);
    difference.mul(load(gates, zo)).add(candidate).intoArray(h, ho);
  }

  static void gruBackward(
      int n,
      float[] gates,
      int go,
      float[] hn,
      int hno,
      float[] hPrevious,
      int hpo,
      float[] dh,
      int dho) {
    int whole = SPECIES.loopBound(n);
    for (int j = 0; j < whole; j += LANES) {
      gruBackwardVector(n, gates, go + j, hn, hno + j, hPrevious, hpo + j, dh, dho + j);
    }
    ScalarKernels.gruBackward(whole, n, gates, go, hn, hno, hPrevious, hpo, dh, dho);
  }

  private static void gruBackwardVector(
      int n,
      float[] gates,
      int go,
      float[] hn,
      int hno,
      float[] hPrevious,
      int hpo,
      float[] dh,
      int dho) {
    FloatVector one = FloatVector.broadcast(SPECIES, 1f);
    FloatVector r = load(gates, go);
    FloatVector z = load(gates, go + n);
    FloatVector candidate = load(gates, go + 2 * n);
    FloatVector dhj = load(dh, dho);
    FloatVector dn = dhj.mul(one.sub(z)).mul(one.sub(candidate.mul(candidate)));
    FloatVector dz = dhj.mul(load(hPrevious, hpo).sub(candidate)).mul(z.mul(one.sub(z)));
    FloatVector dr = dn.mul(load(hn, hno)).mul(r.mul(one.sub(r)));
    dr.intoArray(gates, go);
    dz.intoArray(gates, go + n);
    dn.intoArray(gates, go + 2 * n);
    dn.mul(r).intoArray(hn, hno);
    dhj.mul(z).intoArray(dh, dho);
  }

  // ---------------------------------------------------------------- element by element

  private static void multiply(int n, float[] x, int xo, float[] y, int yo, float[] z, int zo) {
    int whole = SPECIES.loopBound(n);
    for (int j = 0; j < whole; j += LANES) {
      load(x, xo + j).mul(load(y, yo + j)).intoArray(z, zo + j);
    }
    for (int j = whole; j < n; j++) {
      z[zo + j] = x[xo + j] * y[yo + j];
    }
  }

  // ---------------------------------------------------------------- highway

  static void highwayForward(
      int n, float[] t, int to, float[] x, int xo, float[] h, int ho, float[] out, int oo) {
    VectorMath.sigmoid(n, t, to, t, to);
    int whole = SPECIES.loopBound(n);
    for (int j = 0; j < whole; j += LANES) {
      FloatVector past = load(x, xo + j);
      load(t, to + j).mul(load(h, ho + j).sub(past)).add(past).intoArray(out, oo + j);
    }
    ScalarKernels.highwayForward(whole, n, t, to, x, xo, h, ho, out, oo);
  }

  static void highwayBackward(
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
    int whole = SPECIES.loopBound(n);
    for (int j = 0; j < whole; j += LANES) {
      highwayBackwardVector(t, to + j, x, xo + j, h, ho + j, dOut, doo + j, dh, dho + j);
    }
    ScalarKernels.highwayBackward(whole, n, t, to, x, xo, h, ho, dOut, doo, dh, dho);
  }

  private static void highwayBackwardVector(
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
    FloatVector one = FloatVector.broadcast(SPECIES, 1f);
    FloatVector gate = load(t, to);
    FloatVector d = load(dOut, doo);
    FloatVector past = one.sub(gate);
    d.mul(gate).intoArray(dh, dho);
    d.mul(load(h, ho).sub(load(x, xo))).mul(gate.mul(past)).intoArray(t, to);
    d.mul(past).intoArray(dOut, doo);
  }
}
