package io.carousel.engine.gradient.verdict;

import static io.carousel.engine.gradient.verdict.Wording.text;

import io.carousel.engine.gradient.numerics.Statistics;
import io.carousel.engine.gradient.report.Clipping;
import io.carousel.engine.gradient.report.Flags;
import io.carousel.engine.gradient.report.SuggestedTraining;
import io.carousel.engine.gradient.report.Verdict;
import io.carousel.engine.gradient.report.Verdict.Code;
import io.carousel.engine.gradient.report.Verdict.Recommendation;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Verdicts on the steps that training takes: LEARNING_RATE_HIGH and _LOW from the update ratios,
 * NON_FINITE from the gradient's norms before the clip.
 *
 * <p>A learning rate is one number for all parameters, so it is judged by the median over the
 * weight matrices. Biases are left out: they begin at zero, where every step is large beside them.
 */
public final class UpdateVerdicts {
  private static final double HIGH = -2;
  private static final double LOW = -4;
  private static final double USUAL = -3;

  private UpdateVerdicts() {}

  /**
   * The verdict on the learning rate, if any.
   *
   * @param log10Ratios log₁₀ of mean ‖Δθ‖ over mean ‖θ‖, by parameter
   * @param learningRate of these steps
   * @param optimizer its type in the words of the HTTP contract, for what is recommended
   * @param pointer from a parameter's name to a JSON pointer at its ratio
   */
  public static Optional<Verdict> ofRatios(
      Map<String, Double> log10Ratios,
      double learningRate,
      String optimizer,
      UnaryOperator<String> pointer) {
    List<String> matrices =
        log10Ratios.keySet().stream()
            .filter(name -> !name.contains("bias") && !Double.isNaN(ratio(log10Ratios, name)))
            .toList();
    if (matrices.isEmpty()) {
      return Optional.empty();
    }
    double[] sorted =
        matrices.stream().mapToDouble(name -> ratio(log10Ratios, name)).sorted().toArray();
    double median = Statistics.quantile(sorted, 0.5);
    if (median <= HIGH && median >= LOW) {
      return Optional.empty();
    }
    boolean high = median > HIGH;
    double better = Wording.rounded(learningRate * Math.pow(10, Math.clamp(USUAL - median, -3, 3)));
    List<String> evidence =
        matrices.stream()
            .filter(name -> high ? ratio(log10Ratios, name) > HIGH : ratio(log10Ratios, name) < LOW)
            .map(pointer)
            .toList();
    Flags flags = new Flags();
    return Optional.of(
        new Verdict(
            high ? Code.LEARNING_RATE_HIGH : Code.LEARNING_RATE_LOW,
            high && median > HIGH + 1 ? Verdict.CRITICAL : Verdict.WARNING,
            0.9,
            high ? "log10 of the update ratio > -2" : "log10 of the update ratio < -4",
            high ? HIGH : LOW,
            flags.number("measured", median),
            evidence,
            text(
                "A step changes the weights by %s of their size (median over the matrices); about"
                    + " 1e-3 is usual.",
                Wording.power(median * Math.log(10))),
            List.of(
                new Recommendation(
                    text("A learning rate of %s.", better),
                    null,
                    SuggestedTraining.learningRate(optimizer, better))),
            flags.list()));
  }

  /**
   * NON_FINITE where a norm of recent steps is no number.
   *
   * @param pointer to the JSON object that holds max
   */
  public static Optional<Verdict> ofNorms(Clipping.Training norms, String pointer) {
    return norms.max() == null ? Optional.of(nonFinite(pointer)) : Optional.empty();
  }

  private static Verdict nonFinite(String pointer) {
    return new Verdict(
        Code.NON_FINITE,
        Verdict.CRITICAL,
        1,
        "every gradient is finite",
        null,
        null,
        List.of(pointer + "/max"),
        "The gradient of a recent step is NaN or infinite.",
        Recommendations.againstNonFinite(),
        List.of());
  }

  private static double ratio(Map<String, Double> log10Ratios, String name) {
    return log10Ratios.getOrDefault(name, Double.NaN);
  }
}
