package io.carousel.engine.gradient.numerics;

/**
 * Softmax with cross-entropy over one row of logits.
 *
 * @param largest the largest logit
 * @param sum Σ exp(logit − largest)
 */
public record Softmax(double largest, double sum) {

  public static Softmax of(double[] logits, int offset, int size) {
    double largest = Double.NEGATIVE_INFINITY;
    for (int v = offset; v < offset + size; v++) {
      largest = Math.max(largest, logits[v]);
    }
    double sum = 0;
    for (int v = offset; v < offset + size; v++) {
      sum += Math.exp(logits[v] - largest);
    }
    return new Softmax(largest, sum);
  }

  /** −ln p of the target whose logit that is, in nats. */
  public double loss(double logit) {
    return largest + Math.log(sum) - logit;
  }

  /** ∂loss/∂logits (V). */
  public double[] gradient(double[] logits, int target) {
    double[] gradient = new double[logits.length];
    for (int v = 0; v < gradient.length; v++) {
      gradient[v] = Math.exp(logits[v] - largest) / sum - (v == target ? 1 : 0);
    }
    return gradient;
  }
}
