package io.carousel.engine.train;

import io.carousel.engine.kernel.Kernels;
import io.carousel.engine.kernel.Workers;
import io.carousel.engine.nn.ParameterLayout;
import io.carousel.engine.nn.Parameters;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Measures, clips and applies a gradient: everything between backward and the next forward. */
final class ParameterUpdate {
  private static final int PIECE = 1 << 14;

  /** As PyTorch's clip_grad_norm_ has it, against a division by zero. */
  private static final double NORM_EPSILON = 1e-6;

  private final Workers workers;
  private final Parameters parameters;
  private final Parameters gradient;
  private final GradientNorms norms;
  private final GradientClipping clipping;
  private final OptimizerState optimizer;
  private final Workers.Task task = this::updatePiece;
  private float scale;
  private float limit;
  private float[] before = new float[0];

  ParameterUpdate(
      Kernels kernels,
      Workers workers,
      Parameters parameters,
      Parameters gradient,
      Optimizer optimizer,
      GradientClipping clipping) {
    this.workers = workers;
    this.parameters = parameters;
    this.gradient = gradient;
    this.norms = new GradientNorms(kernels, workers, gradient);
    this.clipping = clipping;
    this.optimizer = OptimizerState.start(optimizer, parameters.values().length);
  }

  /** Global norm of the gradient as it stands. */
  double measure() {
    return norms.measure();
  }

  /** The first parameter whose gradient is not finite, or null. */
  @Nullable String firstNonFinite() {
    List<ParameterLayout.Entry> entries = parameters.layout().entries();
    for (int i = 0; i < entries.size(); i++) {
      if (!Double.isFinite(norms.norm(i))) {
        return entries.get(i).name();
      }
    }
    return null;
  }

  /**
   * Clips and applies the gradient.
   *
   * @param norm as measured
   * @return whether the clip changed it
   */
  boolean apply(double norm, double learningRate) {
    scale = 1;
    limit = Float.POSITIVE_INFINITY;
    boolean clipped =
        switch (clipping) {
          case GradientClipping.None none -> false;
          case GradientClipping.GlobalNorm global -> {
            scale = (float) Math.min(1, global.threshold() / (norm + NORM_EPSILON));
            yield scale < 1;
          }
          case GradientClipping.Value value -> {
            limit = (float) value.threshold();
            yield exceeds(limit);
          }
        };
    optimizer.beginStep(learningRate);
    workers.run((parameters.values().length + PIECE - 1) / PIECE, task);
    return clipped;
  }

  private void updatePiece(int piece) {
    int from = piece * PIECE;
    int to = Math.min(from + PIECE, parameters.values().length);
    float[] g = gradient.values();
    if (limit != Float.POSITIVE_INFINITY) {
      for (int i = from; i < to; i++) {
        g[i] = Math.max(-limit, Math.min(limit, g[i]));
      }
    }
    optimizer.update(parameters.values(), g, scale, from, to);
  }

  private boolean exceeds(float limit) {
    for (float g : gradient.values()) {
      if (Math.abs(g) > limit) {
        return true;
      }
    }
    return false;
  }

  // ---------------------------------------------------------------- detail

  /** Remembers the parameters, for the update ratios of {@link #detail}. */
  void remember() {
    if (before.length == 0) {
      before = new float[parameters.values().length];
    }
    System.arraycopy(parameters.values(), 0, before, 0, before.length);
  }

  /** Gradient norms as measured, and update ratios against what was remembered. */
  List<StepReport.ParameterReport> detail() {
    List<StepReport.ParameterReport> detail = new ArrayList<>();
    List<ParameterLayout.Entry> entries = parameters.layout().entries();
    for (int i = 0; i < entries.size(); i++) {
      ParameterLayout.Entry entry = entries.get(i);
      detail.add(new StepReport.ParameterReport(entry.name(), norms.norm(i), updateRatio(entry)));
    }
    return detail;
  }

  private double updateRatio(ParameterLayout.Entry entry) {
    double change = 0;
    double size = 0;
    for (int i = entry.offset(); i < entry.offset() + entry.size(); i++) {
      change += Math.abs(parameters.values()[i] - before[i]);
      size += Math.abs(before[i]);
    }
    return size == 0 ? Double.NaN : Math.log10(change / size);
  }
}
