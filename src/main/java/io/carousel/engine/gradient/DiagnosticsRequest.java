package io.carousel.engine.gradient;

import io.carousel.engine.gradient.cell.TokenBatch;
import io.carousel.engine.gradient.report.CostlyPart;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What to diagnose a model on.
 *
 * @param inputs token ids [T][B]
 * @param targets token ids [T][B] to predict at each step; −1 is not scored
 * @param requiredLag R, the number of steps over which the model is to learn; null for the longest
 *     lag that this window has
 * @param perSequence whether the report holds the lag matrix of each sequence beside their mean
 * @param truncation after how many steps training cuts the gradient off; null where that is not
 *     known, and nothing is then said about it
 * @param step the step of gradient descent whose loss is looked at
 * @param costly which of the parts that take passes of their own are wanted
 * @param training what training has seen lately; null outside of it
 */
public record DiagnosticsRequest(
    int[][] inputs,
    int[][] targets,
    @Nullable Integer requiredLag,
    boolean perSequence,
    @Nullable Integer truncation,
    Step step,
    Set<CostlyPart> costly,
    @Nullable TrainingObservations training) {

  public DiagnosticsRequest {
    TokenBatch.requireShape(inputs, targets);
    requirePositive("required_lag", requiredLag);
    requirePositive("truncation", truncation);
    costly = costly.isEmpty() ? EnumSet.noneOf(CostlyPart.class) : EnumSet.copyOf(costly);
  }

  /** Every part, of a step as {@link Step#DEFAULT}, outside of training. */
  public DiagnosticsRequest(
      int[][] inputs, int[][] targets, @Nullable Integer requiredLag, boolean perSequence) {
    this(
        inputs,
        targets,
        requiredLag,
        perSequence,
        null,
        Step.DEFAULT,
        EnumSet.allOf(CostlyPart.class),
        null);
  }

  /** The same with another truncation. */
  public DiagnosticsRequest withTruncation(@Nullable Integer steps) {
    return new DiagnosticsRequest(
        inputs, targets, requiredLag, perSequence, steps, step, costly, training);
  }

  /** The same with another step. */
  public DiagnosticsRequest withStep(Step other) {
    return new DiagnosticsRequest(
        inputs, targets, requiredLag, perSequence, truncation, other, costly, training);
  }

  /** The same with other costly parts. */
  public DiagnosticsRequest withCostly(Set<CostlyPart> parts) {
    return new DiagnosticsRequest(
        inputs, targets, requiredLag, perSequence, truncation, step, parts, training);
  }

  /** The same during training. */
  public DiagnosticsRequest withTraining(TrainingObservations observations) {
    return new DiagnosticsRequest(
        inputs, targets, requiredLag, perSequence, truncation, step, costly, observations);
  }

  private static void requirePositive(String name, @Nullable Integer value) {
    if (value != null && value < 1) {
      throw new IllegalArgumentException(name + ": expected at least 1, found " + value);
    }
  }

  /**
   * A step of plain gradient descent.
   *
   * @param learningRate times the gradient of the mean loss
   * @param clippingThreshold of the gradient's global norm
   */
  public record Step(double learningRate, double clippingThreshold) {
    /** Learning rate 0.1, as plain gradient descent has it in training; threshold 1. */
    public static final Step DEFAULT = new Step(0.1, 1);

    public Step {
      requireFinite("learning_rate", learningRate);
      requireFinite("clipping_threshold", clippingThreshold);
    }

    private static void requireFinite(String name, double value) {
      if (!(value > 0 && value < Double.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException(name + ": expected more than 0, found " + value);
      }
    }
  }
}
