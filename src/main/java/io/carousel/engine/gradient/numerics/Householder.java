package io.carousel.engine.gradient.numerics;

import io.carousel.engine.kernel.DoubleOperand;
import io.carousel.engine.kernel.DoubleProducts;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A = Q·R by Householder's reflections, which leave Q orthonormal to rounding whatever A is, rank
 * deficient too.
 *
 * <p>Reflections are gathered in blocks, I − V T Vᵀ (Schreiber and Van Loan 1989), so that nearly
 * all of the work is matrix products.
 */
public final class Householder {
  private static final DoubleProducts PRODUCTS = DoubleProducts.best();
  private static final int BLOCK = 32;

  private final double[] a; // (n,k); R above the diagonal afterwards
  private final int n;
  private final int k;
  private final double[] logDiagonal; // ln|R_jj| (k)
  private final List<Reflections> blocks = new ArrayList<>();

  /**
   * Some reflections as one: I − V T Vᵀ on the rows from {@code first} on.
   *
   * @param v V (rows,size), unit lower triangular
   * @param negated −V
   * @param t T (size,size), upper triangular
   */
  private record Reflections(
      int first, int rows, int size, double[] v, double[] negated, double[] t) {}

  private Householder(double[] a, int n, int k) {
    this.a = a;
    this.n = n;
    this.k = k;
    logDiagonal = new double[k];
  }

  /**
   * Takes a matrix apart.
   *
   * @param a (n,k), k ≤ n; becomes Q, with orthonormal columns
   * @return ln|R_jj| (k): −∞ where a column depends on those before it
   */
  public static double[] orthonormalize(double[] a, int n, int k) {
    Householder qr = new Householder(a, n, k);
    for (int first = 0; first < k; first += BLOCK) {
      qr.factor(first, Math.min(BLOCK, k - first));
    }
    qr.formQ();
    return qr.logDiagonal;
  }

  private void factor(int first, int size) {
    int rows = n - first;
    double[] panel = new double[rows * size];
    for (int i = 0; i < rows; i++) {
      System.arraycopy(a, (first + i) * k + first, panel, i * size, size);
    }
    double[] v = new double[rows * size];
    double[] tau = new double[size];
    for (int j = 0; j < size; j++) {
      tau[j] = reflect(panel, rows, size, j, v);
      logDiagonal[first + j] = Math.log(Math.abs(panel[j * size + j]));
    }
    double[] negated = new double[v.length];
    Linear.addScaled(-1, v, 0, negated, 0, v.length);
    Reflections block = new Reflections(first, rows, size, v, negated, triangle(v, tau, rows));
    blocks.add(block);
    apply(block, true, first + size);
  }

  /** Makes column j of the panel zero below the diagonal; returns τ of I − τ v vᵀ. */
  private static double reflect(double[] panel, int rows, int size, int j, double[] v) {
    double[] x = new double[rows - j];
    for (int i = j; i < rows; i++) {
      x[i - j] = panel[i * size + j];
    }
    double norm = Linear.norm(x);
    v[j * size + j] = 1;
    if (norm == 0) {
      return 0;
    }
    double diagonal = x[0] > 0 ? -norm : norm; // the sign that does not cancel
    double pivot = x[0] - diagonal;
    for (int i = j + 1; i < rows; i++) {
      v[i * size + j] = x[i - j] / pivot;
    }
    double tau = -pivot / diagonal;
    double[] w = new double[size];
    for (int i = j; i < rows; i++) {
      Linear.addScaled(v[i * size + j], panel, i * size + j, w, j, size - j);
    }
    for (int i = j; i < rows; i++) {
      Linear.addScaled(-tau * v[i * size + j], w, j, panel, i * size + j, size - j);
    }
    panel[j * size + j] = diagonal;
    return tau;
  }

  private static double[] triangle(double[] v, double[] tau, int rows) {
    int size = tau.length;
    double[] gram = new double[size * size];
    Linear.addTransposedProduct(v, size, v, size, rows, gram);
    double[] t = new double[size * size];
    for (int j = 0; j < size; j++) {
      t[j * size + j] = tau[j];
      for (int i = 0; i < j; i++) {
        double sum = 0;
        for (int l = i; l < j; l++) {
          sum += t[i * size + l] * gram[l * size + j];
        }
        t[i * size + j] = -tau[j] * sum;
      }
    }
    return t;
  }

  /** A ← (I − V T Vᵀ) A or, transposed, (I − V Tᵀ Vᵀ) A, on the columns from one on. */
  private void apply(Reflections block, boolean transposed, int column) {
    int columns = k - column;
    if (columns == 0) {
      return;
    }
    int size = block.size;
    int at = block.first * k + column;
    DoubleOperand part = PRODUCTS.operand(a, at, k, block.rows, columns, false);
    double[] w = new double[size * columns]; // Vᵀ A
    PRODUCTS.addTransposed(size, block.v, 0, size, part, w, 0, columns);
    double[] tw = new double[size * columns];
    DoubleOperand right = PRODUCTS.operand(w, 0, columns, size, columns, false);
    if (transposed) {
      PRODUCTS.addTransposed(size, block.t, 0, size, right, tw, 0, columns);
    } else {
      PRODUCTS.add(size, block.t, 0, size, right, tw, 0, columns);
    }
    DoubleOperand twice = PRODUCTS.operand(tw, 0, columns, size, columns, false);
    PRODUCTS.add(block.rows, block.negated, 0, size, twice, a, at, k);
  }

  private void formQ() {
    Arrays.fill(a, 0);
    for (int j = 0; j < k; j++) {
      a[j * k + j] = 1;
    }
    for (Reflections block : blocks.reversed()) {
      apply(block, false, block.first); // columns before it are still those of the identity
    }
  }
}
