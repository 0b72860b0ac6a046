package io.carousel.jobs.run;

import io.carousel.engine.gradient.TrainingObservations;
import io.carousel.engine.gradient.report.Verdict;
import io.carousel.engine.gradient.verdict.UpdateVerdicts;
import io.carousel.engine.train.GradientClipping;
import io.carousel.engine.train.StepReport;
import io.carousel.engine.train.StepReport.ParameterReport;
import io.carousel.engine.train.TrainingSpecification;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What a run has seen over its recent steps: the norms before the clip, and of each parameter the
 * median update ratio, so that a single step decides nothing.
 *
 * <p>The ratios of the first {@value #FIRST_STEPS} steps are left out: Adam's first step moves
 * every weight by the whole learning rate, whatever the gradient, and its ratios fall by an order
 * of magnitude from there. So are those of steps where the schedule gives less than half of the
 * rate: while it warms up or has decayed, small steps are meant.
 */
final class UpdateWindow {
  /** Steps whose ratios are looked at together. */
  static final int RATIOS = 25;

  /** Steps at the beginning of a run whose ratios are left out. */
  static final int FIRST_STEPS = 100;

  private static final int NORMS = 1000;

  private final double fullRate;
  private final String optimizer;
  private final GradientClipping clipping;
  private final Deque<List<ParameterReport>> ratios = new ArrayDeque<>(RATIOS);
  private final double[] norms = new double[NORMS]; // of the last steps, each in the oldest's place
  private long observed;
  private double learningRate;

  UpdateWindow(TrainingSpecification training) {
    fullRate = training.optimizer().learningRate();
    // As requests have it: Adam is adam, RmsProp rmsprop.
    optimizer = training.optimizer().getClass().getSimpleName().toLowerCase(Locale.ROOT);
    clipping = training.gradientClipping();
    learningRate = fullRate;
  }

  /** Takes in a step; its ratios only where it has some. */
  void observe(StepReport report) {
    learningRate = report.learningRate();
    norms[(int) (observed % NORMS)] = report.gradientNorm();
    observed++;
    List<ParameterReport> detail = report.detail();
    if (detail != null && report.step() > FIRST_STEPS && learningRate >= fullRate / 2) {
      if (ratios.size() == RATIOS) {
        ratios.removeFirst();
      }
      ratios.addLast(detail);
    }
  }

  /** The verdict on the learning rate; none while there are too few steps to say. */
  List<Verdict> verdicts() {
    return UpdateVerdicts.ofRatios(
            medians(), learningRate, optimizer, name -> "/update_ratio_log10/" + name)
        .stream()
        .toList();
  }

  /** For a report that is made now. */
  TrainingObservations observations() {
    List<Double> recent = new ArrayList<>();
    for (long step = Math.max(0, observed - NORMS); step < observed; step++) {
      recent.add(norms[(int) (step % NORMS)]);
    }
    Double threshold =
        clipping instanceof GradientClipping.GlobalNorm global ? global.threshold() : null;
    return new TrainingObservations(medians(), recent, threshold, learningRate, optimizer);
  }

  private Map<String, Double> medians() {
    Map<String, Double> medians = new LinkedHashMap<>();
    if (ratios.size() < RATIOS) {
      return medians;
    }
    List<ParameterReport> last = ratios.getLast();
    for (int i = 0; i < last.size(); i++) {
      int parameter = i;
      double[] values =
          ratios.stream().mapToDouble(step -> step.get(parameter).updateRatioLog10()).toArray();
      Arrays.sort(values);
      medians.put(last.get(i).name(), values[values.length / 2]);
    }
    return medians;
  }
}
