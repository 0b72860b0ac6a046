package io.carousel.engine.predict;

import java.util.SplittableRandom;

/** Distributions over a vocabulary, as natural logarithms in float64. */
final class Distribution {
  private Distribution() {}

  /** log softmax of logits[offset, offset+n) divided by a temperature. */
  static double[] logSoftmax(float[] logits, int offset, int n, double temperature) {
    double max = Double.NEGATIVE_INFINITY;
    for (int j = 0; j < n; j++) {
      max = Math.max(max, logits[offset + j]);
    }
    double[] out = new double[n];
    double sum = 0;
    for (int j = 0; j < n; j++) {
      out[j] = (logits[offset + j] - max) / temperature;
      sum += Math.exp(out[j]);
    }
    double logSum = Math.log(sum);
    for (int j = 0; j < n; j++) {
      out[j] -= logSum;
    }
    return out;
  }

  /** −Σ p log p, in nats. */
  static double entropy(double[] logProbabilities) {
    double entropy = 0;
    for (double logProbability : logProbabilities) {
      double p = Math.exp(logProbability);
      entropy -= p == 0 ? 0 : p * logProbability;
    }
    return entropy;
  }

  /** The likeliest token, the first of them where several are equal. */
  static int mostLikely(double[] logProbabilities) {
    int best = 0;
    for (int j = 1; j < logProbabilities.length; j++) {
      if (logProbabilities[j] > logProbabilities[best]) {
        best = j;
      }
    }
    return best;
  }

  static int sample(double[] logProbabilities, SplittableRandom random) {
    double left = random.nextDouble();
    int last = 0;
    for (int j = 0; j < logProbabilities.length; j++) {
      double p = Math.exp(logProbabilities[j]);
      if (p > 0) {
        last = j;
        left -= p;
        if (left < 0) {
          return j;
        }
      }
    }
    return last; // rounding left a little over
  }
}
