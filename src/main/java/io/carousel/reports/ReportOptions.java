package io.carousel.reports;

import static java.util.Objects.requireNonNullElse;

import io.carousel.engine.gradient.DiagnosticsRequest;
import io.carousel.engine.gradient.DiagnosticsRequest.Step;
import io.carousel.engine.gradient.report.CostlyPart;
import io.carousel.engine.train.GradientClipping;
import io.carousel.engine.train.TrainingSpecification;
import io.carousel.http.ProblemException;
import io.carousel.models.Model;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a request asks of the diagnostics, completed with what the model's training says. */
final class ReportOptions {
  private static final Map<ReportPart, CostlyPart> COSTLY =
      Map.of(
          ReportPart.JACOBIAN, CostlyPart.JACOBIAN,
          ReportPart.LYAPUNOV, CostlyPart.LYAPUNOV,
          ReportPart.CONTEXT, CostlyPart.CONTEXT,
          ReportPart.CLIPPING, CostlyPart.CLIPPING);

  private ReportOptions() {}

  /**
   * Refuses what no report can be made with.
   *
   * @throws ProblemException 400
   */
  static void check(ReportRequest request) {
    Integer truncation = request.truncation();
    if (truncation != null && truncation < 1) {
      throw ProblemException.invalid(
          "truncation", "truncation: expected at least 1, found " + truncation);
    }
    requirePositive("learning_rate", request.learningRate());
    requirePositive("clipping_threshold", request.clippingThreshold());
  }

  private static void requirePositive(String field, @Nullable Double value) {
    if (value != null && !(value > 0 && value < Double.POSITIVE_INFINITY)) {
      throw ProblemException.invalid(field, field + ": expected more than 0, found " + value);
    }
  }

  /**
   * The request to the engine.
   *
   * @param parts asked for; the costly ones among them are measured, and those that verdicts need
   * @param model null for a fresh architecture
   */
  static DiagnosticsRequest of(
      ReportRequest request, Set<ReportPart> parts, Windows windows, @Nullable Model model) {
    TrainingSpecification training = model == null ? null : model.provenance().training();
    Integer truncation = request.truncation();
    if (truncation == null && training != null) {
      truncation = training.sequenceLength();
    }
    double threshold =
        training != null && training.gradientClipping() instanceof GradientClipping.GlobalNorm norm
            ? norm.threshold()
            : Step.DEFAULT.clippingThreshold();
    return new DiagnosticsRequest(
            windows.inputs(),
            windows.targets(),
            request.requiredLag(),
            requireNonNullElse(request.perSequence(), false))
        .withTruncation(truncation)
        .withStep(
            new Step(
                requireNonNullElse(request.learningRate(), Step.DEFAULT.learningRate()),
                requireNonNullElse(request.clippingThreshold(), threshold)))
        .withCostly(withVerdicts(parts));
  }

  /** Those parts that take passes of their own. */
  static Set<CostlyPart> costly(Set<ReportPart> parts) {
    Set<CostlyPart> costly = EnumSet.noneOf(CostlyPart.class);
    for (ReportPart part : parts) {
      CostlyPart one = COSTLY.get(part);
      if (one != null) {
        costly.add(one);
      }
    }
    return costly;
  }

  /** Those, and what the verdicts need. */
  private static Set<CostlyPart> withVerdicts(Set<ReportPart> parts) {
    Set<CostlyPart> costly = costly(parts);
    if (parts.contains(ReportPart.VERDICTS)) {
      costly.add(CostlyPart.LYAPUNOV);
      costly.add(CostlyPart.CLIPPING);
    }
    return costly;
  }
}
