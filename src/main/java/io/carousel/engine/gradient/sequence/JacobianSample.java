package io.carousel.engine.gradient.sequence;

import io.carousel.engine.gradient.cell.Cell;
import io.carousel.engine.gradient.cell.CellStep;
import io.carousel.engine.gradient.cell.LayerWeights;
import io.carousel.engine.gradient.cell.ModelWeights;
import io.carousel.engine.gradient.cell.SequenceTape;
import io.carousel.engine.gradient.cell.StepJacobian;
import io.carousel.engine.gradient.numerics.SingularValues;

/**
 * ln σ_max, ln σ_min and ln|det| of one layer's Jacobians over one sequence, at chosen steps.
 *
 * @param logLargest (steps)
 * @param logSmallest (steps)
 * @param logAbsDeterminant (steps)
 */
public record JacobianSample(
    double[] logLargest, double[] logSmallest, double[] logAbsDeterminant) {

  static JacobianSample of(ModelWeights model, SequenceTape tape, int layer, int[] steps) {
    Cell cell = model.weights().cell();
    LayerWeights w = model.layer(layer);
    double[] logLargest = new double[steps.length];
    double[] logSmallest = new double[steps.length];
    double[] logAbsDeterminant = new double[steps.length];
    for (int i = 0; i < steps.length; i++) {
      CellStep step = tape.step(layer, steps[i]);
      StepJacobian jacobian = cell.jacobian(step, w);
      SingularValues sigma = SingularValues.of(jacobian.matrix(), jacobian.size());
      logLargest[i] = Math.log(sigma.largest());
      logSmallest[i] = Math.log(sigma.smallest());
      logAbsDeterminant[i] = cell.logAbsDeterminant(step, w);
    }
    return new JacobianSample(logLargest, logSmallest, logAbsDeterminant);
  }
}
