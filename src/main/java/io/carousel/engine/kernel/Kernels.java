package io.carousel.engine.kernel;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Float arithmetic of one backend.
 *
 * <p>All matrices are row-major parts of flat arrays: (array, offset of the first element, leading
 * dimension). Every public method checks its arguments once, here; the implementations assume them.
 * Outputs must not overlap inputs unless a method says that it works in place. Nothing here starts
 * threads or allocates: the caller splits the work and owns the memory. Every sum is taken in a
 * fixed order, so that the same call gives the same bits, compiled or interpreted.
 */
public abstract sealed class Kernels permits ScalarKernels, VectorKernels, Nd4jKernels {

  Kernels() {}

  /**
   * The kernels of a backend; {@link Backend#AUTO} takes the Vector API where its module is there
   * and the machine has vectors of at least 128 bits, else plain Java.
   *
   * @throws BackendUnavailableException where a backend was named that cannot run here
   */
  public static Kernels of(Backend backend) {
    return Backends.open(backend);
  }

  /** {@code scalar}, {@code vector} or {@code nd4j}. */
  public abstract String name();

  /** Width of the vectors that the arithmetic runs on, in bits; 32 for scalar code. */
  public abstract int vectorBits();

  /**
   * Whether a row of a product has the same bits however many rows are multiplied in one call.
   * Where it is not so, callers that promise bits independent of the number of threads must cut
   * their rows independently of it.
   */
  public abstract boolean rowsIndependent();

  // ---------------------------------------------------------------- matrix products

  /** An empty right-hand side of {@link #gemm}, with k up to {@code rows} and exactly n columns. */
  public final PackedMatrix packed(int rows, int columns) {
    checkSize(rows, columns);
    return newPacked(rows, columns);
  }

  /** An empty right-hand side of {@link #gemmTransposed}, with up to {@code rows} rows. */
  public final PackedMatrix packedForTransposed(int rows, int columns) {
    checkSize(rows, columns);
    return newPackedForTransposed(rows, columns);
  }

  /**
   * Fills a right-hand side from a source that is (k,n), or (n,k) and then read transposed.
   *
   * <p>A backend may keep a reference instead of a copy: the source must not change before the last
   * product with {@code target}.
   */
  public final void pack(
      PackedMatrix target, int k, float[] source, int offset, int stride, boolean transposed) {
    setRows(target, k);
    int rows = transposed ? target.columns() : k;
    packRows(target, 0, rows, source, offset, stride, transposed);
  }

  /**
   * Does the share of {@link #pack} that rows [from, from+count) of the source are, where k was set
   * by {@link #setRows}; so that several threads can fill one right-hand side, each from its own
   * rows.
   */
  public final void packRows(
      PackedMatrix target,
      int from,
      int count,
      float[] source,
      int offset,
      int stride,
      boolean transposed) {
    int k = target.rows();
    int n = target.columns();
    Objects.checkFromIndexSize(from, count, transposed ? n : k);
    checkMatrix(source, offset, transposed ? n : k, transposed ? k : n, stride);
    doPack(target, from, count, source, offset, stride, transposed);
  }

  /** Says how many rows {@link #packRows} is going to fill. */
  public final void setRows(PackedMatrix target, int rows) {
    Objects.checkIndex(rows - 1, target.capacity());
    target.setRows(rows);
  }

  /** C (m,n) = A (m,k) · B (k,n), or C += where {@code accumulate}. */
  public final void gemm(
      int m,
      float[] a,
      int aOffset,
      int aStride,
      PackedMatrix b,
      float[] c,
      int cOffset,
      int cStride,
      boolean accumulate) {
    checkMatrix(a, aOffset, m, b.rows(), aStride);
    checkMatrix(c, cOffset, m, b.columns(), cStride);
    if (m > 0) {
      float[] initial = accumulate ? c : null;
      doGemm(m, a, aOffset, aStride, b, initial, cOffset, cStride, c, cOffset, cStride);
    }
  }

  /** C (m,n) = A (m,k) · B (k,n) + bias (n), the bias being added to each row. */
  public final void gemmBias(
      int m,
      float[] a,
      int aOffset,
      int aStride,
      PackedMatrix b,
      float[] bias,
      int biasOffset,
      float[] c,
      int cOffset,
      int cStride) {
    checkMatrix(a, aOffset, m, b.rows(), aStride);
    checkMatrix(c, cOffset, m, b.columns(), cStride);
    Objects.checkFromIndexSize(biasOffset, b.columns(), bias.length);
    if (m > 0) {
      doGemm(m, a, aOffset, aStride, b, bias, biasOffset, 0, c, cOffset, cStride);
    }
  }

  /**
   * C (m,n) = Aᵀ · B, or C += where {@code accumulate}: A is (k,m), B the rows [bRow, bRow+k) of a
   * matrix from {@link #packedForTransposed}. The product of weight gradients, whose k is T·B.
   *
   * @param sums receives Aᵀ · 1 (m) as C receives the product, which is the gradient of the bias;
   *     or null
   */
  public final void gemmTransposed(
      int m,
      int k,
      float[] a,
      int aOffset,
      int aStride,
      PackedMatrix b,
      int bRow,
      float[] c,
      int cOffset,
      int cStride,
      boolean accumulate,
      float @Nullable [] sums,
      int sumsOffset) {
    Objects.checkFromIndexSize(bRow, k, b.rows());
    checkMatrix(a, aOffset, k, m, aStride);
    checkMatrix(c, cOffset, m, b.columns(), cStride);
    if (sums != null) {
      Objects.checkFromIndexSize(sumsOffset, m, sums.length);
    }
    if (m > 0) {
      doGemmTransposed(
          m, k, a, aOffset, aStride, b, bRow, c, cOffset, cStride, accumulate, sums, sumsOffset);
    }
  }

  /** Aᵀ · 1, for backends whose product does not have it on the way. */
  final void sumColumns(
      int m, int k, float[] a, int ao, int lda, boolean accumulate, float[] sums, int to) {
    if (!accumulate) {
      Arrays.fill(sums, to, to + m, 0f);
    }
    sumRows(k, m, a, ao, lda, sums, to);
  }

  // ---------------------------------------------------------------- cells

  // Gates have a stride of their own, which may be larger than their width.

  /** RNN forward: h (rows,H) = tanh(x), or relu(x), of the pre-activations x (rows,H). */
  public final void rnnForward(
      int rows,
      int hidden,
      boolean relu,
      float[] x,
      int xOffset,
      int xStride,
      float[] h,
      int hOffset) {
    checkMatrix(x, xOffset, rows, hidden, xStride);
    checkMatrix(h, hOffset, rows, hidden, hidden);
    for (int row = 0; row < rows; row++) {
      doRnnForward(hidden, relu, x, xOffset + row * xStride, h, hOffset + row * hidden);
    }
  }

  /** RNN backward: dx (rows,H) = dh · φ′, with φ′ from h = φ(x). */
  public final void rnnBackward(
      int rows,
      int hidden,
      boolean relu,
      float[] h,
      int hOffset,
      float[] dh,
      int dhOffset,
      float[] dx,
      int dxOffset,
      int dxStride) {
    checkMatrix(h, hOffset, rows, hidden, hidden);
    checkMatrix(dh, dhOffset, rows, hidden, hidden);
    checkMatrix(dx, dxOffset, rows, hidden, dxStride);
    for (int row = 0; row < rows; row++) {
      int at = row * hidden;
      doRnnBackward(
          hidden, relu, h, hOffset + at, dh, dhOffset + at, dx, dxOffset + row * dxStride);
    }
  }

  /**
   * LSTM forward. Gates (rows,4H) hold the pre-activations of i f g o and become their activations;
   * c = f·cPrev + i·g, h = o·tanh(c). All state arrays are (rows,H).
   */
  public final void lstmForward(
      int rows,
      int hidden,
      float[] gates,
      int gatesOffset,
      int gatesStride,
      float[] cPrevious,
      int cPreviousOffset,
      float[] c,
      int cOffset,
      float[] tanhC,
      int tanhCOffset,
      float[] h,
      int hOffset) {
    checkMatrix(gates, gatesOffset, rows, 4 * hidden, gatesStride);
    checkMatrix(cPrevious, cPreviousOffset, rows, hidden, hidden);
    checkMatrix(c, cOffset, rows, hidden, hidden);
    checkMatrix(tanhC, tanhCOffset, rows, hidden, hidden);
    checkMatrix(h, hOffset, rows, hidden, hidden);
    for (int row = 0; row < rows; row++) {
      int at = row * hidden;
      doLstmForward(
          hidden,
          gates,
          gatesOffset + row * gatesStride,
          cPrevious,
          cPreviousOffset + at,
          c,
          cOffset + at,
          tanhC,
          tanhCOffset + at,
          h,
          hOffset + at);
    }
  }

  /**
   * LSTM backward. Gates (rows,4H) hold the activations i f g o and become the gradients of their
   * pre-activations; dc comes in as ∂L/∂c from the step after and leaves as ∂L/∂cPrev.
   */
  public final void lstmBackward(
      int rows,
      int hidden,
      float[] gates,
      int gatesOffset,
      int gatesStride,
      float[] cPrevious,
      int cPreviousOffset,
      float[] tanhC,
      int tanhCOffset,
      float[] dh,
      int dhOffset,
      float[] dc,
      int dcOffset) {
    checkMatrix(gates, gatesOffset, rows, 4 * hidden, gatesStride);
    checkMatrix(cPrevious, cPreviousOffset, rows, hidden, hidden);
    checkMatrix(tanhC, tanhCOffset, rows, hidden, hidden);
    checkMatrix(dh, dhOffset, rows, hidden, hidden);
    checkMatrix(dc, dcOffset, rows, hidden, hidden);
    for (int row = 0; row < rows; row++) {
      int at = row * hidden;
      doLstmBackward(
          hidden,
          gates,
          gatesOffset + row * gatesStride,
          cPrevious,
          cPreviousOffset + at,
          tanhC,
          tanhCOffset + at,
          dh,
          dhOffset + at,
          dc,
          dcOffset + at);
    }
  }

  /**
   * GRU forward. Gates (rows,3H) hold the pre-activations of r and z and the input's share of n's,
   * and become the activations r z n; hn (rows,H) is the state's share of n's pre-activation. n =
   * tanh(x_n + r·hn), h = n + z·(hPrev − n).
   */
  public final void gruForward(
      int rows,
      int hidden,
      float[] gates,
      int gatesOffset,
      int gatesStride,
      float[] hn,
      int hnOffset,
      float[] hPrevious,
      int hPreviousOffset,
      float[] h,
      int hOffset) {
    checkMatrix(gates, gatesOffset, rows, 3 * hidden, gatesStride);
    checkMatrix(hn, hnOffset, rows, hidden, hidden);
    checkMatrix(hPrevious, hPreviousOffset, rows, hidden, hidden);
    checkMatrix(h, hOffset, rows, hidden, hidden);
    for (int row = 0; row < rows; row++) {
      int at = row * hidden;
      doGruForward(
          hidden,
          gates,
          gatesOffset + row * gatesStride,
          hn,
          hnOffset + at,
          hPrevious,
          hPreviousOffset + at,
          h,
          hOffset + at);
    }
  }

  /**
   * GRU backward. Gates (rows,3H) hold the activations r z n and become the gradients of their
   * pre-activations, which for r and z are the state's, too; hn becomes the gradient of itself; dh
   * comes in as ∂L/∂h and leaves as its direct share dh·z of ∂L/∂hPrev.
   */
  public final void gruBackward(
      int rows,
      int hidden,
      float[] gates,
      int gatesOffset,
      int gatesStride,
      float[] hn,
      int hnOffset,
      float[] hPrevious,
      int hPreviousOffset,
      float[] dh,
      int dhOffset) {
    checkMatrix(gates, gatesOffset, rows, 3 * hidden, gatesStride);
    checkMatrix(hn, hnOffset, rows, hidden, hidden);
    checkMatrix(hPrevious, hPreviousOffset, rows, hidden, hidden);
    checkMatrix(dh, dhOffset, rows, hidden, hidden);
    for (int row = 0; row < rows; row++) {
      int at = row * hidden;
      doGruBackward(
          hidden,
          gates,
          gatesOffset + row * gatesStride,
          hn,
          hnOffset + at,
          hPrevious,
          hPreviousOffset + at,
          dh,
          dhOffset + at);
    }
  }

  // ---------------------------------------------------------------- connections

  /**
   * Highway forward (Srivastava et al. 2015), n elements: t holds the transform gate's
   * pre-activations and becomes its activation; out = t·h + (1 − t)·x.
   */
  public final void highwayForward(
      int n,
      float[] t,
      int tOffset,
      float[] x,
      int xOffset,
      float[] h,
      int hOffset,
      float[] out,
      int outOffset) {
    Objects.checkFromIndexSize(tOffset, n, t.length);
    Objects.checkFromIndexSize(xOffset, n, x.length);
    Objects.checkFromIndexSize(hOffset, n, h.length);
    Objects.checkFromIndexSize(outOffset, n, out.length);
    doHighwayForward(n, t, tOffset, x, xOffset, h, hOffset, out, outOffset);
  }

  /**
   * Highway backward, n elements: t holds the gate's activation and becomes the gradient of its
   * pre-activation; dOut comes in as ∂L/∂out and leaves as the share (1 − t)·∂L/∂out that passes
   * the layer by; dh receives t·∂L/∂out.
   */
  public final void highwayBackward(
      int n,
      float[] t,
      int tOffset,
      float[] x,
      int xOffset,
      float[] h,
      int hOffset,
      float[] dOut,
      int dOutOffset,
      float[] dh,
      int dhOffset) {
    Objects.checkFromIndexSize(tOffset, n, t.length);
    Objects.checkFromIndexSize(xOffset, n, x.length);
    Objects.checkFromIndexSize(hOffset, n, h.length);
    Objects.checkFromIndexSize(dOutOffset, n, dOut.length);
    Objects.checkFromIndexSize(dhOffset, n, dh.length);
    doHighwayBackward(n, t, tOffset, x, xOffset, h, hOffset, dOut, dOutOffset, dh, dhOffset);
  }

  // ---------------------------------------------------------------- output

  /**
   * Softmax and cross-entropy, in place: logits (rows,n) become scale·∂loss/∂logits.
   *
   * @param targets class of each row; where it is negative the row is not scored: its gradient and
   *     its loss become 0
   * @param losses receives −log p(target) of each row, in nats
   */
  public final void softmaxCrossEntropy(
      int rows,
      int n,
      float[] logits,
      int offset,
      int[] targets,
      int targetsOffset,
      float scale,
      float[] losses,
      int lossesOffset) {
    checkMatrix(logits, offset, rows, n, n);
    Objects.checkFromIndexSize(targetsOffset, rows, targets.length);
    Objects.checkFromIndexSize(lossesOffset, rows, losses.length);
    for (int row = 0; row < rows; row++) {
      int target = targets[targetsOffset + row];
      int at = offset + row * n;
      if (target < 0) {
        Arrays.fill(logits, at, at + n, 0f);
        losses[lossesOffset + row] = 0;
      } else {
        Objects.checkIndex(target, n);
        losses[lossesOffset + row] = doSoftmaxCrossEntropy(n, logits, at, target, scale);
      }
    }
  }

  // ---------------------------------------------------------------- sums

  /**
   * The sum of the squares of n elements in float64, the same bits on every backend: eight sums
   * side by side of every eighth element, the last n mod 8 elements all in the first of them, and
   * then the sum of pairs of pairs of these.
   */
  public final double sumOfSquares(int n, float[] x, int xOffset) {
    Objects.checkFromIndexSize(xOffset, n, x.length);
    return doSumOfSquares(n, x, xOffset);
  }

  /** sum (n) += the rows of x (rows,n), in their order. */
  public final void sumRows(
      int rows, int n, float[] x, int xOffset, int xStride, float[] sum, int sumOffset) {
    checkMatrix(x, xOffset, rows, n, xStride);
    Objects.checkFromIndexSize(sumOffset, n, sum.length);
    for (int row = 0; row < rows; row++) {
      doAdd(n, x, xOffset + row * xStride, sum, sumOffset);
    }
  }

  /**
   * Adds row i of x (rows,n) to row {@code rowOf[rowOfOffset + i]} of y, in the order of i; where
   * that is negative, nowhere.
   */
  public final void addRows(
      int rows,
      int n,
      float[] x,
      int xOffset,
      int xStride,
      int[] rowOf,
      int rowOfOffset,
      float[] y,
      int yOffset,
      int yStride) {
    checkMatrix(x, xOffset, rows, n, xStride);
    Objects.checkFromIndexSize(rowOfOffset, rows, rowOf.length);
    for (int row = 0; row < rows; row++) {
      int into = rowOf[rowOfOffset + row];
      if (into >= 0) {
        int at = yOffset + into * yStride;
        Objects.checkFromIndexSize(at, n, y.length);
        doAdd(n, x, xOffset + row * xStride, y, at);
      }
    }
  }

  // ---------------------------------------------------------------- implementations

  abstract PackedMatrix newPacked(int rows, int columns);

  abstract PackedMatrix newPackedForTransposed(int rows, int columns);

  /** Rows [from, from+count) of the source, which is (k,n), or (n,k) where it is transposed. */
  abstract void doPack(
      PackedMatrix target,
      int from,
      int count,
      float[] source,
      int offset,
      int stride,
      boolean transposed);

  /**
   * C = D + A · B; D is C itself, a row (stride 0) that every row begins with, or null for zeros.
   */
  abstract void doGemm(
      int m,
      float[] a,
      int aOffset,
      int aStride,
      PackedMatrix b,
      float @Nullable [] d,
      int dOffset,
      int dStride,
      float[] c,
      int cOffset,
      int cStride);

  abstract void doGemmTransposed(
      int m,
      int k,
      float[] a,
      int aOffset,
      int aStride,
      PackedMatrix b,
      int bRow,
      float[] c,
      int cOffset,
      int cStride,
      boolean accumulate,
      float @Nullable [] sums,
      int so);

  abstract void doRnnForward(int n, boolean relu, float[] x, int xo, float[] h, int ho);

  abstract void doRnnBackward(
      int n, boolean relu, float[] h, int ho, float[] dh, int dho, float[] dx, int dxo);

  abstract void doLstmForward(
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
      int ho);

  abstract void doLstmBackward(
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
      int dco);

  abstract void doGruForward(
      int n,
      float[] gates,
      int go,
      float[] hn,
      int hno,
      float[] hPrevious,
      int hpo,
      float[] h,
      int ho);

  abstract void doGruBackward(
      int n,
      float[] gates,
      int go,
      float[] hn,
      int hno,
      float[] hPrevious,
      int hpo,
      float[] dh,
      int dho);

  abstract void doHighwayForward(
      int n, float[] t, int to, float[] x, int xo, float[] h, int ho, float[] out, int oo);

  abstract void doHighwayBackward(
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
      int dho);

  abstract float doSoftmaxCrossEntropy(int n, float[] logits, int at, int target, float scale);

  abstract void doAdd(int n, float[] x, int xo, float[] y, int yo);

  abstract double doSumOfSquares(int n, float[] x, int xo);

  /** Copies (rows,columns) of a source to (columns,rows) of a target; strides in elements. */
  void doTranspose(
      int rows,
      int columns,
      float[] source,
      int from,
      int stride,
      float[] target,
      int to,
      int targetStride) {
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        target[to + column * targetStride + row] = source[from + row * stride + column];
      }
    }
  }

  private static void checkSize(int rows, int columns) {
    if (rows < 1 || columns < 1) {
      throw new IllegalArgumentException(
          "expected a matrix of at least 1 x 1, found %d x %d".formatted(rows, columns));
    }
  }

  /** Checks that (rows,columns) with this stride lies inside the array. */
  private static void checkMatrix(float[] array, int offset, int rows, int columns, int stride) {
    if (rows < 0 || columns < 0 || stride < columns) {
      throw new IllegalArgumentException(
          "expected a matrix whose stride is at least its width, found %d x %d with stride %d"
              .formatted(rows, columns, stride));
    }
    if (rows > 0) {
      long last = (long) (rows - 1) * stride + columns;
      Objects.checkFromIndexSize(offset, last, (long) array.length);
    }
  }
}
