package io.carousel.engine.kernel;

import org.jspecify.annotations.Nullable;

/**
 * Matrix products on ND4J's native BLAS; everything else on the vector kernels, or the scalar ones
 * where the Vector API is not there.
 *
 * <p>ND4J's own operations work on arrays of native memory and cost 8–30 µs a call, more than the
 * skinny products of a recurrent step take. So the products call {@code cblas_sgemm} of the very
 * library that ND4J has loaded ({@link NativeBlas}), on the heap's arrays, without a copy. BLAS
 * runs on the calling thread only: the engine's own threads split the work.
 */
final class Nd4jKernels extends Kernels {

  /** A reference to its source: BLAS packs by itself. */
  static final class View extends PackedMatrix {
    float[] source = new float[0];
    int offset;
    int stride;
    boolean transposed;

    View(int rows, int columns) {
      super(rows, columns);
    }
  }

  private final NativeBlas blas;
  private final Kernels elementwise;

  Nd4jKernels(Kernels elementwise) {
    this.elementwise = elementwise;
    this.blas = NativeBlas.open();
  }

  @Override
  public String name() {
    return "nd4j";
  }

  @Override
  public int vectorBits() {
    return elementwise.vectorBits();
  }

  /** OpenBLAS chooses its kernel by the shape, so a row's bits may depend on its neighbours. */
  @Override
  public boolean rowsIndependent() {
    return false;
  }

  @Override
  PackedMatrix newPacked(int rows, int columns) {
    return new View(rows, columns);
  }

  @Override
  PackedMatrix newPackedForTransposed(int rows, int columns) {
    return new View(rows, columns);
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
    View view = (View) target;
    view.source = source;
    view.offset = offset;
    view.stride = stride;
    view.transposed = transposed;
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
    View v = (View) b;
    if (d != null) {
      for (int i = 0; i < m; i++) {
        ScalarKernels.begin(v.columns(), d, dof + i * ldd, c, co + i * ldc);
      }
    }
    blas.sgemm(
        false,
        v.transposed,
        m,
        v.columns(),
        v.rows(),
        a,
        ao,
        lda,
        v.source,
        v.offset,
        v.stride,
        c,
        co,
        ldc,
        d != null);
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
    View v = (View) b;
    int from = v.offset + (v.transposed ? bRow : bRow * v.stride);
    blas.sgemm(
        true,
        v.transposed,
        m,
        v.columns(),
        k,
        a,
        ao,
        lda,
        v.source,
        from,
        v.stride,
        c,
        co,
        ldc,
        accumulate);
    if (sums != null) {
      sumColumns(m, k, a, ao, lda, accumulate, sums, so);
    }
  }

  @Override
  void doRnnForward(int n, boolean relu, float[] x, int xo, float[] h, int ho) {
    elementwise.doRnnForward(n, relu, x, xo, h, ho);
  }

  @Override
  void doRnnBackward(
      int n, boolean relu, float[] h, int ho, float[] dh, int dho, float[] dx, int dxo) {
    elementwise.doRnnBackward(n, relu, h, ho, dh, dho, dx, dxo);
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
    elementwise.doLstmForward(n, gates, go, cPrevious, cpo, c, co, tanhC, tco, h, ho);
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
    elementwise.doLstmBackward(n, gates, go, cPrevious, cpo, tanhC, tco, dh, dho, dc, dco);
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
    elementwise.doGruForward(n, gates, go, hn, hno, hPrevious, hpo, h, ho);
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
    elementwise.doGruBackward(n, gates, go, hn, hno, hPrevious, hpo, dHidden, dno, dh, dho);
  }

  @Override
  void doHighwayForward(
      int n, float[] t, int to, float[] x, int xo, float[] h, int ho, float[] out, int oo) {
    elementwise.doHighwayForward(n, t, to, x, xo, h, ho, out, oo);
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
    elementwise.doHighwayBackward(n, t, to, x, xo, h, ho, dOut, doo, dh, dho);
  }

  @Override
  float doSoftmaxCrossEntropy(int n, float[] logits, int at, int target, float scale) {
    return elementwise.doSoftmaxCrossEntropy(n, logits, at, target, scale);
  }

  @Override
  void doAdd(int n, float[] x, int xo, float[] y, int yo) {
    elementwise.doAdd(n, x, xo, y, yo);
  }
}
