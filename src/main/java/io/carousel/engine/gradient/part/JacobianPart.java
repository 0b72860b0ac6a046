package io.carousel.engine.gradient.part;

import io.carousel.engine.gradient.cell.DoubleWeights;
import io.carousel.engine.gradient.numerics.Linear;
import io.carousel.engine.gradient.numerics.Statistics;
import io.carousel.engine.gradient.report.Flags;
import io.carousel.engine.gradient.report.Jacobian;
import io.carousel.engine.gradient.sequence.JacobianSample;
import io.carousel.engine.gradient.sequence.SequenceAnalysis;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** {@code jacobian}. */
public final class JacobianPart implements ReportPart<Jacobian> {
  private final List<String> states;
  private final int hidden;
  private final int[] steps;
  private final List<List<JacobianSample>> samples = new ArrayList<>(); // [L][sequences]

  public JacobianPart(DoubleWeights weights, int[] steps) {
    states = weights.cell().states();
    hidden = weights.hiddenSize();
    this.steps = steps;
    for (int layer = 0; layer < weights.layers(); layer++) {
      samples.add(new ArrayList<>());
    }
  }

  @Override
  public void add(SequenceAnalysis sequence) {
    for (int layer = 0; layer < sequence.jacobians().size(); layer++) {
      samples.get(layer).add(sequence.jacobians().get(layer));
    }
  }

  @Override
  public Jacobian build() {
    List<Jacobian.Layer> layers = new ArrayList<>();
    for (int layer = 0; layer < samples.size(); layer++) {
      List<JacobianSample> of = samples.get(layer);
      double[] largest = mean(of.stream().map(JacobianSample::logLargest).toList());
      double[] smallest = mean(of.stream().map(JacobianSample::logSmallest).toList());
      double[] condition = new double[steps.length];
      for (int i = 0; i < condition.length; i++) {
        condition[i] = largest[i] - smallest[i];
      }
      Flags flags = new Flags();
      layers.add(
          new Jacobian.Layer(
              layer,
              states.size() * hidden,
              of.size(),
              Arrays.stream(steps).boxed().toList(),
              flags.numbers("sigma_max", Statistics.exp(largest)),
              flags.numbers("sigma_min", Statistics.exp(smallest)),
              flags.numbers(
                  "log_abs_determinant",
                  mean(of.stream().map(JacobianSample::logAbsDeterminant).toList())),
              flags.numbers("condition", Statistics.exp(condition)),
              flags.list()));
    }
    return new Jacobian(List.copyOf(layers));
  }

  private double[] mean(List<double[]> sequences) {
    double[] mean = new double[steps.length];
    for (double[] one : sequences) {
      Linear.addScaled(1.0 / sequences.size(), one, 0, mean, 0, mean.length);
    }
    return mean;
  }
}
