package io.carousel.engine.gradient.cell;

import io.carousel.engine.gradient.numerics.Linear;
import io.carousel.engine.nn.Parameters;
import java.util.List;

/**
 * Logits, loss and every gradient of a language model in float64, from a zero state: what the
 * float32 engine is held to.
 */
public final class ExactGradient {
  private final List<String> states;
  private final double loss;
  private final double[] gradient; // flat
  private final double[] logits; // (T,B,V)
  private final double[][] stateGradients; // per state (L,T,B,H)

  private ExactGradient(
      List<String> states,
      double loss,
      double[] gradient,
      double[] logits,
      double[][] stateGradients) {
    this.states = states;
    this.loss = loss;
    this.gradient = gradient;
    this.logits = logits;
    this.stateGradients = stateGradients;
  }

  /**
   * Computes them.
   *
   * @param parameters widened exactly
   * @param inputs token ids [T][B]
   * @param targets token ids [T][B]; −1 is not scored
   * @throws IllegalArgumentException where the arrays are of different shapes, an id is outside the
   *     vocabulary or nothing is scored
   */
  public static ExactGradient of(Parameters parameters, int[][] inputs, int[][] targets) {
    return of(DoubleWeights.of(parameters), inputs, targets);
  }

  public static ExactGradient of(DoubleWeights weights, int[][] inputs, int[][] targets) {
    TokenBatch batch = new TokenBatch(inputs, targets, weights.vocabularySize());
    ModelWeights model = new ModelWeights(weights);
    List<String> states = weights.recurrent() ? weights.cell().states() : List.of();
    int vocabulary = weights.vocabularySize();
    int cells = weights.layers() * batch.steps() * batch.size() * weights.hiddenSize();
    double loss = 0;
    double[] gradient = new double[weights.values().length];
    double[] logits = new double[batch.steps() * batch.size() * vocabulary];
    double[][] stateGradients = new double[states.size()][cells];
    double mean = 1.0 / batch.scored();
    for (int b = 0; b < batch.size(); b++) {
      SequenceTape tape = batch.run(model, b);
      Backpropagation pass = Backpropagation.run(model, tape);
      Linear.addScaled(mean, pass.gradient(), 0, gradient, 0, gradient.length);
      for (int t = 0; t < batch.steps(); t++) {
        loss += tape.losses[t] * mean;
        int lane = t * batch.size() + b;
        System.arraycopy(tape.logits[t], 0, logits, lane * vocabulary, vocabulary);
        copyStates(weights, pass, batch, b, t, stateGradients);
      }
    }
    return new ExactGradient(states, loss, gradient, logits, stateGradients);
  }

  private static void copyStates(
      DoubleWeights weights, Backpropagation pass, TokenBatch batch, int b, int t, double[][] to) {
    int hidden = weights.hiddenSize();
    double mean = 1.0 / batch.scored();
    for (int layer = 0; layer < weights.layers(); layer++) {
      int lane = (layer * batch.steps() + t) * batch.size() + b;
      for (int state = 0; state < to.length; state++) {
        double[] from = pass.stateGradient(layer, state, t);
        Linear.addScaled(mean, from, 0, to[state], lane * hidden, hidden);
      }
    }
  }

  /** Mean cross-entropy over the scored predictions, in nats. */
  public double loss() {
    return loss;
  }

  /** Gradient of {@link #loss()}, flat, in the order of the parameters' layout. */
  public double[] gradient() {
    return gradient;
  }

  /** (T,B,V). */
  public double[] logits() {
    return logits;
  }

  /**
   * Gradient of {@link #loss()} in every state, (L,T,B,H).
   *
   * @param state "h" or, of an LSTM, "c"; a model that is not recurrent has none
   */
  public double[] stateGradient(String state) {
    if (!states.contains(state)) {
      throw new IllegalArgumentException("expected one of %s, found %s".formatted(states, state));
    }
    return stateGradients[states.indexOf(state)];
  }
}
