package io.carousel.engine.train;

import io.carousel.engine.kernel.Kernels;
import io.carousel.engine.kernel.Workers;
import io.carousel.engine.nn.Architecture;
import io.carousel.engine.nn.LanguageModel;
import io.carousel.engine.nn.ParameterLayout;
import io.carousel.engine.nn.Parameters;

/** The gradient as training computes it, in float32, for an analysis to compare with. */
public final class ProductionGradient {
  private ProductionGradient() {}

  /**
   * Gradient of the mean loss over the scored predictions of one window from a zero state, without
   * dropout, in the order of the parameters' layout.
   *
   * @param inputs [T][B] token ids
   * @param targets [T][B] token ids, negative where not scored
   */
  public static float[] of(
      Kernels kernels, Parameters parameters, int[][] inputs, int[][] targets) {
    int steps = inputs.length;
    int lanes = inputs[0].length;
    Parameters plain = withoutDropout(parameters);
    Parameters gradient = new Parameters(plain.layout());
    try (Workers workers = new Workers(1, "gradient")) {
      LanguageModel model = new LanguageModel(kernels, workers, plain, steps, lanes, true);
      model.lossAndGradient(
          steps, lanes, flat(inputs), flat(targets), model.newCarry(lanes), 0, gradient, null);
    }
    return gradient.values();
  }

  private static Parameters withoutDropout(Parameters parameters) {
    Architecture plain = parameters.architecture().withoutDropout();
    return new Parameters(
        new ParameterLayout(plain, parameters.layout().vocabularySize()), parameters.values());
  }

  private static int[] flat(int[][] rows) {
    int lanes = rows[0].length;
    int[] flat = new int[rows.length * lanes];
    for (int t = 0; t < rows.length; t++) {
      System.arraycopy(rows[t], 0, flat, t * lanes, lanes);
    }
    return flat;
  }
}
