package io.carousel.engine.gradient.sequence;

import io.carousel.engine.gradient.cell.Backpropagation;
import io.carousel.engine.gradient.cell.ModelWeights;
import io.carousel.engine.gradient.cell.SequenceTape;
import io.carousel.engine.gradient.numerics.Linear;
import io.carousel.engine.gradient.numerics.Softmax;
import java.util.Arrays;

/**
 * Which tokens of a prefix move the choice between two continuations, such as a verb's singular and
 * plural form: the exact gradient of d = z_expected − z_other at the last position, with respect to
 * each token's embedding e_k.
 *
 * <p>The normaliser of the softmax cancels, so d is the log-odds ln(p_expected / p_other), in nats.
 *
 * @see <a href="https://aclanthology.org/Q16-1037/">Linzen, Dupoux and Goldberg (2016), Assessing
 *     the Ability of LSTMs to Learn Syntax-Sensitive Dependencies</a>
 * @see <a href="https://aclanthology.org/N16-1082/">Li, Chen, Hovy and Jurafsky (2016), Visualizing
 *     and Understanding Neural Models in NLP</a>
 */
public final class LogitContrast {
  private final double logOdds;
  private final double expectedProbability;
  private final double otherProbability;
  private final double[] gradientNorms; // (T)
  private final double[] gradientTimesInput; // (T)
  private final double[] stateGradientNorms; // (T)

  private LogitContrast(ModelWeights model, int[] prefix, int expected, int other) {
    int last = prefix.length - 1;
    double[] ofLogits = new double[model.weights().vocabularySize()];
    ofLogits[expected] = 1;
    ofLogits[other] = -1;
    SequenceTape tape = SequenceTape.run(model, prefix, ofLogits);
    double[] logits = tape.logits(last);
    Softmax softmax = Softmax.of(logits, 0, logits.length);
    logOdds = logits[expected] - logits[other];
    expectedProbability = Math.exp(-softmax.loss(logits[expected]));
    otherProbability = Math.exp(-softmax.loss(logits[other]));

    Backpropagation pass = Backpropagation.run(model, tape);
    double[] embeddings = model.embeddings(prefix);
    double[] gradient = pass.inputGradient();
    int width = gradient.length / prefix.length;
    int top = model.weights().layers() - 1;
    // Of layers that are not recurrent there is only what they are given.
    int state = Math.max(0, model.weights().paths().indexOf("h"));
    gradientNorms = new double[prefix.length];
    gradientTimesInput = new double[prefix.length];
    stateGradientNorms = new double[prefix.length];
    for (int k = 0; k < prefix.length; k++) {
      gradientNorms[k] = Linear.norm(gradient, k * width, width);
      for (int j = k * width; j < (k + 1) * width; j++) {
        gradientTimesInput[k] += gradient[j] * embeddings[j];
      }
      stateGradientNorms[k] = Linear.norm(pass.stateGradient(top, state, k));
    }
  }

  /**
   * Measures a contrast after a prefix that is read from a zero state.
   *
   * @param prefix token ids (T)
   * @param expected token id of one continuation
   * @param other token id of another
   * @throws IllegalArgumentException where the prefix is empty, an id is outside the vocabulary or
   *     both continuations are the same
   */
  public static LogitContrast of(ModelWeights model, int[] prefix, int expected, int other) {
    if (prefix.length == 0) {
      throw new IllegalArgumentException("prefix: expected at least 1 token, found none");
    }
    int vocabulary = model.weights().vocabularySize();
    for (int token : prefix) {
      requireId("prefix", token, vocabulary);
    }
    requireId("expected", expected, vocabulary);
    requireId("other", other, vocabulary);
    if (expected == other) {
      throw new IllegalArgumentException(
          "other: expected another token than expected, found %d twice".formatted(other));
    }
    return new LogitContrast(model, prefix, expected, other);
  }

  private static void requireId(String name, int id, int vocabularySize) {
    if (id < 0 || id >= vocabularySize) {
      throw new IllegalArgumentException(
          "%s: expected ids from 0 to %d, found %d".formatted(name, vocabularySize - 1, id));
    }
  }

  /** d, in nats: above 0 where the expected continuation is the likelier one of the two. */
  public double logOdds() {
    return logOdds;
  }

  /** Among all tokens of the vocabulary. */
  public double expectedProbability() {
    return expectedProbability;
  }

  /** Among all tokens of the vocabulary. */
  public double otherProbability() {
    return otherProbability;
  }

  /** ‖∂d/∂e_k‖₂ (T), in nats per unit of an embedding; 0 below the range of a double. */
  public double[] gradientNorms() {
    return Arrays.copyOf(gradientNorms, gradientNorms.length);
  }

  /**
   * e_k·∂d/∂e_k (T), in nats: to first order what is lost of d where the embedding is taken away.
   * Above 0 the token speaks for the expected continuation, below 0 for the other.
   */
  public double[] gradientTimesInput() {
    return Arrays.copyOf(gradientTimesInput, gradientTimesInput.length);
  }

  /**
   * ‖∂d/∂h_k‖₂ (T) of the top layer, along all ways from there to the last position; of a network
   * that is not recurrent, of what its top layer is given.
   */
  public double[] stateGradientNorms() {
    return Arrays.copyOf(stateGradientNorms, stateGradientNorms.length);
  }
}
