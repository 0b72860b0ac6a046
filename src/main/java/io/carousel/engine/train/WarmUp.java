package io.carousel.engine.train;

import io.carousel.engine.kernel.Kernels;
import io.carousel.engine.kernel.Workers;
import io.carousel.engine.nn.Architecture;
import io.carousel.engine.nn.Carry;
import io.carousel.engine.nn.CellType;
import io.carousel.engine.nn.Initialization;
import io.carousel.engine.nn.LanguageModel;
import io.carousel.engine.nn.Nonlinearity;
import io.carousel.engine.nn.Parameters;
import java.util.Arrays;

/**
 * Trains small networks until the JIT compiler has had the loops of a training step.
 *
 * <p>Until they are compiled, vectors are objects and a step takes a hundred times as long; and a
 * small network calls the same loops just as often in a fraction of the time. The weights are drawn
 * afresh and forgotten; nothing that a job computes depends on whether this ran.
 */
public final class WarmUp {
  private static final int VOCABULARY = 40;
  private static final int HIDDEN = 40;
  private static final int STEPS = 6;

  /** How often each cell and number of lanes is trained for a step. */
  private static final int ROUNDS = 60;

  /** Lanes of a thread: tiles of all heights that the rows of larger batches are cut into. */
  private static final int[] ALL_LANES = {12, 11, 10, 9, 8, 7, 1};

  /** Enough for what is a cell's own. */
  private static final int[] LANES = {12, 8, 1};

  private static final CellType FIRST = CellType.LSTM;

  private WarmUp() {}

  /** Runs; a few seconds on two processors. */
  public static void run(Kernels kernels, Workers workers) {
    train(kernels, workers, FIRST, ALL_LANES);
    for (CellType cell : CellType.values()) {
      if (cell != FIRST) {
        train(kernels, workers, cell, LANES);
      }
    }
  }

  private static void train(Kernels kernels, Workers workers, CellType cell, int[] ofThread) {
    int[] widths = Arrays.stream(ofThread).map(lanes -> lanes * workers.threads()).toArray();
    Architecture architecture =
        new Architecture(
            cell, 2, HIDDEN, HIDDEN, 0, false, Nonlinearity.TANH, Initialization.DEFAULT);
    Parameters parameters = Parameters.initialize(architecture, VOCABULARY, 1);
    Parameters gradient = new Parameters(parameters.layout());
    LanguageModel model = new LanguageModel(kernels, workers, parameters, STEPS, widths[0], true);
    ParameterUpdate update =
        new ParameterUpdate(
            kernels, workers, parameters, gradient, Optimizer.DEFAULT, GradientClipping.DEFAULT);
    int[] tokens = new int[STEPS * widths[0]];
    for (int place = 0; place < tokens.length; place++) {
      tokens[place] = place % VOCABULARY;
    }
    for (int round = 0; round < ROUNDS; round++) {
      for (int lanes : widths) {
        Carry carry = model.newCarry(lanes);
        model.lossAndGradient(STEPS, lanes, tokens, tokens, carry, round, gradient, null);
        update.apply(update.measure(), 1e-3);
        model.weightsChanged();
      }
    }
  }
}
