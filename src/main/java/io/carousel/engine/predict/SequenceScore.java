package io.carousel.engine.predict;

import java.util.Arrays;

/**
 * How likely each token of one sequence was, given those before it.
 *
 * <p>The first token is only read: a model learns no distribution over beginnings, as its training
 * sequences have no token for one.
 *
 * @param tokens (N), the sequence
 * @param logProbabilities (N), natural logarithms; of the first token NaN
 * @param ranks (N), how many symbols were more likely than the token, 0 where none was; of the
 *     first token −1
 */
public record SequenceScore(int[] tokens, float[] logProbabilities, int[] ranks) {

  /** Number of tokens that are scored. */
  public int scored() {
    return tokens.length - 1;
  }

  /** Of the whole sequence after its first token, in nats; 0 where nothing is scored. */
  public double logProbability() {
    double sum = 0;
    for (int i = 1; i < logProbabilities.length; i++) {
      sum += logProbabilities[i];
    }
    return sum;
  }

  /** Where the token was not among the k most likely ones (Du et al. 2017, DeepLog). */
  public int[] outsideTop(int k) {
    int[] found = new int[ranks.length];
    int count = 0;
    for (int i = 1; i < ranks.length; i++) {
      if (ranks[i] >= k) {
        found[count++] = i;
      }
    }
    return Arrays.copyOf(found, count);
  }
}
