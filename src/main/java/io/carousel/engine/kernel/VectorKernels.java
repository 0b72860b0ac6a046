package io.carousel.engine.kernel;

import static io.carousel.engine.kernel.VectorLanes.LANES;
import static io.carousel.engine.kernel.VectorLanes.SPECIES;

import jdk.incubator.vector.FloatVector;
import org.jspecify.annotations.Nullable;

/** Kernels on the Vector API. */
final class VectorKernels extends Kernels {

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
      case PanelMatrix panels when transposed ->
          panels.fillColumns(from, count, source, offset, stride);
      case PanelMatrix panels -> panels.fillRows(from, count, source, offset, stride);
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
      boolean accumulate,
      float @Nullable [] sums,
      int so) {
    TransposedMatrix right = (TransposedMatrix) b;
    VectorGemm.multiplyTransposed(m, k, a, ao, lda, right, bRow, c, co, ldc, accumulate, sums, so);
  }

  // ---------------------------------------------------------------- rows

  @Override
  void doRnnForward(int n, boolean relu, float[] x, int xo, float[] h, int ho) {
    VectorCells.rnnForward(n, relu, x, xo, h, ho);
  }

  @Override
  void doRnnBackward(
      int n, boolean relu, float[] h, int ho, float[] dh, int dho, float[] dx, int dxo) {
    VectorCells.rnnBackward(n, relu, h, ho, dh, dho, dx, dxo);
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
    VectorCells.lstmForward(n, gates, go, cPrevious, cpo, c, co, tanhC, tco, h, ho);
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
    VectorCells.lstmBackward(n, gates, go, cPrevious, cpo, tanhC, tco, dh, dho, dc, dco);
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
    VectorCells.gruForward(n, gates, go, hn, hno, hPrevious, hpo, h, ho);
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
    VectorCells.gruBackward(n, gates, go, hn, hno, hPrevious, hpo, dh, dho);
  }

  @Override
  void doHighwayForward(
      int n, float[] t, int to, float[] x, int xo, float[] h, int ho, float[] out, int oo) {
    VectorCells.highwayForward(n, t, to, x, xo, h, ho, out, oo);
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
    VectorCells.highwayBackward(n, t, to, x, xo, h, ho, dOut, doo, dh, dho);
  }

  @Override
  float doSoftmaxCrossEntropy(int n, float[] logits, int at, int target, float scale) {
    return VectorSoftmax.crossEntropy(n, logits, at, target, scale);
  }

  @Override
  void doAdd(int n, float[] x, int xo, float[] y, int yo) {
    int whole = SPECIES.loopBound(n);
    for (int j = 0; j < whole; j += LANES) {
      FloatVector.fromArray(SPECIES, y, yo + j)
          .add(FloatVector.fromArray(SPECIES, x, xo + j))
          .intoArray(y, yo + j);
    }
    for (int j = whole; j < n; j++) {
      y[yo + j] += x[xo + j];
    }
  }

  @Override
  void doTranspose(
      int rows,
      int columns,
      float[] source,
      int from,
      int stride,
      float[] target,
      int to,
      int targetStride) {
    VectorTranspose.copy(rows, columns, source, from, stride, target, to, targetStride);
  }

  @Override
  double doSumOfSquares(int n, float[] x, int xo) {
    return VectorSquares.sum(n, x, xo);
  }
}
