package io.carousel.engine.train;

import io.carousel.engine.kernel.Kernels;
import io.carousel.engine.kernel.Workers;
import io.carousel.engine.nn.ParameterLayout;
import io.carousel.engine.nn.Parameters;
import java.util.List;

/**
 * Norms of a gradient, summed in float64 over pieces of fixed size, so that neither a huge element
 * overflows nor the number of threads changes a bit.
 */
final class GradientNorms {
  private static final int PIECE = 1 << 15;

  private final Kernels kernels;
  private final Workers workers;
  private final List<ParameterLayout.Entry> entries;
  private final float[] values;

  /** First piece of each entry, and behind the last their number. */
  private final int[] firstPiece;

  private final double[] sums;
  private final double[] squares;
  private final Workers.Task task = this::sumPiece;

  GradientNorms(Kernels kernels, Workers workers, Parameters gradient) {
    this.kernels = kernels;
    this.workers = workers;
    this.entries = gradient.layout().entries();
    this.values = gradient.values();
    firstPiece = new int[entries.size() + 1];
    for (int i = 0; i < entries.size(); i++) {
      firstPiece[i + 1] = firstPiece[i] + (entries.get(i).size() + PIECE - 1) / PIECE;
    }
    sums = new double[firstPiece[entries.size()]];
    squares = new double[entries.size()];
  }

  /**
   * Measures the gradient; returns its global norm, which is not finite where an element is not.
   */
  double measure() {
    workers.run(sums.length, task);
    double total = 0;
    for (int i = 0; i < squares.length; i++) {
      squares[i] = 0;
      for (int piece = firstPiece[i]; piece < firstPiece[i + 1]; piece++) {
        squares[i] += sums[piece];
      }
      total += squares[i];
    }
    return Math.sqrt(total);
  }

  /** Norm of one parameter's gradient as last measured. */
  double norm(int entry) {
    return Math.sqrt(squares[entry]);
  }

  private void sumPiece(int piece) {
    int entry = 0;
    while (firstPiece[entry + 1] <= piece) {
      entry++;
    }
    ParameterLayout.Entry e = entries.get(entry);
    int from = e.offset() + (piece - firstPiece[entry]) * PIECE;
    int count = Math.min(PIECE, e.offset() + e.size() - from);
    sums[piece] = kernels.sumOfSquares(count, values, from);
  }
}
