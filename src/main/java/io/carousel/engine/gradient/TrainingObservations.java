package io.carousel.engine.gradient;

import io.carousel.engine.gradient.numerics.Statistics;
import io.carousel.engine.gradient.report.Clipping;
import io.carousel.engine.gradient.report.Flags;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What only training itself sees.
 *
 * @param updateRatioLog10 by parameter, log₁₀ of mean ‖Δθ‖ over mean ‖θ‖ of recent steps
 * @param gradientNorms over all parameters and before the clip, of recent steps
 * @param clippingThreshold the global norm that is clipped to; null without clipping
 * @param learningRate of the latest step
 * @param optimizer its type in the words of the HTTP contract, such as {@code adam}
 */
public record TrainingObservations(
    Map<String, Double> updateRatioLog10,
    List<Double> gradientNorms,
    @Nullable Double clippingThreshold,
    double learningRate,
    String optimizer) {

  public TrainingObservations {
    updateRatioLog10 = Collections.unmodifiableMap(new LinkedHashMap<>(updateRatioLog10));
    gradientNorms = List.copyOf(gradientNorms);
  }

  /** Quantiles of the norms, and how many were clipped; null without norms. */
  public Clipping.@Nullable Training clipping() {
    if (gradientNorms.isEmpty()) {
      return null;
    }
    double[] sorted = gradientNorms.stream().mapToDouble(norm -> norm).sorted().toArray();
    long clipped =
        clippingThreshold == null
            ? 0
            : Arrays.stream(sorted).filter(norm -> !(norm <= clippingThreshold)).count();
    Flags flags = new Flags();
    return new Clipping.Training(
        sorted.length,
        (double) clipped / sorted.length,
        flags.number("p50", Statistics.quantile(sorted, 0.5)),
        flags.number("p99", Statistics.quantile(sorted, 0.99)),
        flags.number("max", sorted[sorted.length - 1]),
        flags.list());
  }
}
