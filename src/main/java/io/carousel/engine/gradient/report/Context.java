package io.carousel.engine.gradient.report;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How much the loss rises when only the last n tokens are kept (after Khandelwal et al. 2018): does
 * the model use what the gradient could teach it? Every list has an entry for each n; the same
 * predictions are scored for all.
 *
 * @param predictions how many are scored: some of each sequence's second half
 * @param tokens n, in octaves
 * @param loss mean cross-entropy in nats, from a zero state n tokens before each prediction
 * @param fullLoss the same from the beginning of the window
 * @param rise loss less fullLoss
 * @param riseLower lower end of its 95 % interval over the sequences; nulls for one sequence
 * @param riseUpper upper end
 */
public record Context(
    int predictions,
    List<Integer> tokens,
    List<@Nullable Double> loss,
    @Nullable Double fullLoss,
    List<@Nullable Double> rise,
    List<@Nullable Double> riseLower,
    List<@Nullable Double> riseUpper,
    List<NonFinite> nonFinite) {}
