package io.carousel.engine.kernel;

import org.jspecify.annotations.Nullable;

/**
 * Matrix products on ND4J's native BLAS; everything else on the vector kernels, or the scalar ones
 * where the Vector API is not there.
 *
 * <p>ND4J's own operations work on arrays of native memory and cost 8–30 µs a call, more than the
 * skinny products of a recurrent step take. So the products call {@code cblas_sgemm} of the
 * OpenBLAS that comes with it ({@link NativeBlas}), on the heap's arrays. BLAS runs on the calling
 * thread only: the engine's own threads split the work.
 *
 * <p>BLAS copies both operands of a product before it multiplies them, which costs more than a
 * product of few rows itself. Where it has kernels that do without for small products, those of few
 * rows are made of small ones; weights are then kept in the form that such kernels want, neither
 * transposed nor with rows a power of two apart.
 */
final class Nd4jKernels extends Kernels {

  /** A reference to its source, as BLAS packs by itself, or to a copy. */
  static final class View extends PackedMatrix {
    float[] source = new float[0];
    int offset;
    int stride;
    boolean transposed;

    /** Whether what is packed is copied where small products want it in another form. */
    final boolean copies;

    private float[] copy = new float[0];

    View(int rows, int columns, boolean copies) {
      super(rows, columns);
      this.copies = copies;
    }

    /** From a row of the copy to the next. */
    int copyStride() {
      return columns() % ALIASED == 0 ? columns() + PAD : columns();
    }

    /** Room for a copy, not transposed; made when it is first wanted, by whichever thread. */
    synchronized float[] copy() {
      if (copy.length == 0) {
        copy = new float[Math.multiplyExact(capacity(), copyStride())];
      }
      return copy;
    }
  }

  /** Rows of a product that is cut into small ones at most; longer ones are worth the copy. */
  private static final int FEW_ROWS = 128;

  /** Columns of a small product at least: two vectors, which its kernel is made for. */
  private static final int LEAST_COLUMNS = 32;

  /** Rows so many elements apart, or a multiple, share few places of the first-level cache. */
  private static final int ALIASED = 64;

  /** Elements between the rows of a copy. */
  private static final int PAD = 16;

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
    return new View(rows, columns, blas.smallProduct() > 0);
  }

  @Override
  PackedMatrix newPackedForTransposed(int rows, int columns) {
    return new View(rows, columns, false);
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
    if (!view.copies || !(transposed || stride % ALIASED == 0)) {
      view.source = source;
      view.offset = offset;
      view.stride = stride;
      view.transposed = transposed;
      return;
    }
    float[] copy = view.copy();
    view.source = copy;
    view.offset = 0;
    view.stride = view.copyStride();
    view.transposed = false;
    int at = offset + from * stride;
    if (transposed) {
      elementwise.doTranspose(count, view.rows(), source, at, stride, copy, from, view.stride);
    } else {
      for (int row = 0; row < count; row++) {
        int to = (from + row) * view.stride;
        System.arraycopy(source, at + row * stride, copy, to, view.columns());
      }
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
    View v = (View) b;
    if (d != null) {
      for (int i = 0; i < m; i++) {
        ScalarKernels.begin(v.columns(), d, dof + i * ldd, c, co + i * ldc);
      }
    }
    if (m <= FEW_ROWS && !v.transposed && blas.smallProduct() > 0) {
      multiplyFewRows(m, a, ao, lda, v, c, co, ldc, d != null);
    } else {
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
  }

  /** C = A · B, or C +=, in products that are small enough not to be copied. */
  private void multiplyFewRows(
      int m, float[] a, int ao, int lda, View b, float[] c, int co, int ldc, boolean accumulate) {
    int most = blas.smallProduct() / m;
    int depth = pieceSize(b.rows(), most / LEAST_COLUMNS, 1);
    int width = pieceSize(b.columns(), most / depth, LEAST_COLUMNS);
    for (int from = 0; from < b.rows(); from += depth) {
      int k = Math.min(depth, b.rows() - from);
      for (int column = 0; column < b.columns(); column += width) {
        blas.sgemm(
            false,
            false,
            m,
            Math.min(width, b.columns() - column),
            k,
            a,
            ao + from,
            lda,
            b.source,
            b.offset + from * b.stride + column,
            b.stride,
            c,
            co + column,
            ldc,
            accumulate || from > 0);
      }
    }
  }

  /** Size of equal pieces of at most so many, rounded up to a multiple that is not above it. */
  private static int pieceSize(int total, int most, int multiple) {
    int pieces = (total + most - 1) / most;
    int size = (total + pieces - 1) / pieces;
    return Math.min((size + multiple - 1) / multiple * multiple, most / multiple * multiple);
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
      float[] dh,
      int dho) {
    elementwise.doGruBackward(n, gates, go, hn, hno, hPrevious, hpo, dh, dho);
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

  @Override
  double doSumOfSquares(int n, float[] x, int xo) {
    return elementwise.doSumOfSquares(n, x, xo);
  }
}
