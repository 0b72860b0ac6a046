package io.carousel.engine.gradient.report;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One parameter and the gradient of the mean loss in it.
 *
 * @param name PyTorch's
 * @param shape two numbers for a matrix, one for a bias
 * @param valueNorm ‖θ‖₂
 * @param gradientNorm ‖dL/dθ‖₂
 * @param meanAbsoluteGradient mean of |dL/dθ| over its elements
 * @param updateRatioLog10 log₁₀ of mean ‖Δθ‖ over mean ‖θ‖ of training's recent steps; null outside
 *     of training
 */
public record ParameterNorms(
    String name,
    List<Integer> shape,
    @Nullable Double valueNorm,
    @Nullable Double gradientNorm,
    @Nullable Double meanAbsoluteGradient,
    @Nullable Double updateRatioLog10,
    List<NonFinite> nonFinite) {}
