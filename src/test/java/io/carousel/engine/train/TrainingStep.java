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
import java.util.List;
import java.util.SplittableRandom;

/**
 * What is measured as a training step: forward, back-propagation through time, clip and Adam on one
 * window of random tokens, again and again.
 */
final class TrainingStep {

  /** What is trained: vocabulary V, embedding E, hidden H, layers L, lanes B, steps T. */
  record Shape(int number, CellType cell, int v, int e, int h, int l, int b, int t) {
    String title() {
      return "%s V%d E%d H%d L%d B%d T%d".formatted(cell, v, e, h, l, b, t);
    }
  }

  static final List<Shape> SHAPES =
      List.of(
          new Shape(1, CellType.LSTM, 30, 64, 64, 2, 32, 10),
          new Shape(2, CellType.LSTM, 65, 128, 128, 2, 50, 50),
          new Shape(3, CellType.LSTM, 65, 256, 256, 2, 64, 64),
          new Shape(4, CellType.LSTM, 65, 512, 512, 3, 50, 50),
          new Shape(5, CellType.LSTM, 10_000, 200, 200, 2, 20, 20),
          new Shape(6, CellType.LSTM, 10_000, 650, 650, 2, 20, 35),
          new Shape(7, CellType.RNN, 65, 128, 128, 1, 50, 50),
          new Shape(8, CellType.GRU, 65, 256, 256, 2, 64, 64));

  private static final double LEARNING_RATE = 0.002;

  private final Shape shape;
  private final LanguageModel model;
  private final ParameterUpdate update;
  private final Parameters gradient;
  private final Carry carry;
  private final int[] inputs;
  private final int[] targets;
  private long step;

  TrainingStep(Shape shape, Kernels kernels, Workers workers) {
    this.shape = shape;
    Architecture architecture =
        new Architecture(
            shape.cell(),
            shape.l(),
            shape.h(),
            shape.e(),
            0.0,
            false,
            Nonlinearity.TANH,
            Initialization.DEFAULT);
    Parameters parameters = Parameters.initialize(architecture, shape.v(), 1);
    gradient = new Parameters(parameters.layout());
    model = new LanguageModel(kernels, workers, parameters, shape.t(), shape.b(), true);
    update =
        new ParameterUpdate(
            kernels, workers, parameters, gradient, Optimizer.DEFAULT, GradientClipping.DEFAULT);
    carry = model.newCarry(shape.b());
    SplittableRandom random = new SplittableRandom(1);
    long places = (long) shape.t() * shape.b();
    inputs = random.ints(places, 0, shape.v()).toArray();
    targets = random.ints(places, 0, shape.v()).toArray();
  }

  Shape shape() {
    return shape;
  }

  /** One step; its mean loss in nats. */
  double run() {
    double loss =
        model.lossAndGradient(shape.t(), shape.b(), inputs, targets, carry, step++, gradient, null);
    update.apply(update.measure(), LEARNING_RATE);
    model.weightsChanged();
    return loss;
  }

  /**
   * Floating-point operations of the products of one step that are really computed: the first
   * layer's input projection only for the distinct tokens of the window.
   */
  double flops() {
    double gateRows = (double) shape.cell().gates() * shape.h();
    double rows = (double) shape.t() * shape.b();
    double recurrent =
        2
            * shape.l()
            * gateRows
            * shape.h()
            * (3 * rows - shape.b()); // nothing flows out of step 0
    double input = 2.0 * (shape.l() - 1) * gateRows * shape.h() * 3 * rows;
    double table = 2.0 * Arrays.stream(inputs).distinct().count() * shape.e() * gateRows * 3;
    return recurrent + input + table + 2.0 * rows * shape.h() * shape.v() * 3;
  }
}
