package io.carousel.engine.gradient;

import io.carousel.engine.gradient.DiagnosticsRequest.Step;
import io.carousel.engine.gradient.cell.DoubleWeights;
import io.carousel.engine.gradient.cell.ModelWeights;
import io.carousel.engine.gradient.cell.TokenBatch;
import io.carousel.engine.gradient.numerics.Linear;
import io.carousel.engine.gradient.part.GradientPart;
import io.carousel.engine.gradient.report.Clipping;
import io.carousel.engine.gradient.report.Flags;
import java.util.Arrays;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** {@code clipping}: forward passes along a step of gradient descent, raw and clipped. */
final class Cliff {
  /** Of the step; all but the first take a forward pass over the batch. */
  private static final double[] FRACTIONS = {0, 0.125, 0.25, 0.5, 1};

  private Cliff() {}

  static Clipping of(
      DoubleWeights weights,
      TokenBatch batch,
      GradientPart exact,
      Step step,
      Clipping.@Nullable Training training) {
    double norm = Linear.norm(exact.gradient());
    double factor = norm > step.clippingThreshold() ? step.clippingThreshold() / norm : 1;
    double[] scales =
        DoubleStream.concat(Arrays.stream(FRACTIONS), Arrays.stream(FRACTIONS).map(f -> f * factor))
            .map(f -> f * step.learningRate())
            .toArray();
    double[] distinct = Arrays.stream(scales).distinct().filter(scale -> scale != 0).toArray();
    double[] losses =
        IntStream.range(0, distinct.length)
            .parallel()
            .mapToDouble(i -> lossAfter(weights, batch, exact.gradient(), distinct[i]))
            .toArray();
    double[] along = new double[scales.length];
    for (int i = 0; i < scales.length; i++) {
      along[i] = exact.loss();
      for (int j = 0; j < distinct.length; j++) {
        along[i] = scales[i] == distinct[j] ? losses[j] : along[i];
      }
    }
    Flags flags = new Flags();
    return new Clipping(
        step.learningRate(),
        step.clippingThreshold(),
        flags.number("gradient_norm", norm),
        norm > step.clippingThreshold(),
        Arrays.stream(FRACTIONS).boxed().toList(),
        flags.numbers("raw_loss", Arrays.copyOf(along, FRACTIONS.length)),
        flags.numbers("clipped_loss", Arrays.copyOfRange(along, FRACTIONS.length, along.length)),
        training,
        flags.list());
  }

  /** The mean loss after the parameters have moved by −scale·gradient. */
  private static double lossAfter(
      DoubleWeights weights, TokenBatch batch, double[] gradient, double scale) {
    double[] moved = weights.values().clone();
    Linear.addScaled(-scale, gradient, 0, moved, 0, moved.length);
    DoubleWeights after = new DoubleWeights(weights.layout(), moved, weights.cell());
    double sum = 0;
    for (double loss : batch.losses(new ModelWeights(after))) {
      sum += loss;
    }
    return sum / batch.scored();
  }
}
