package io.carousel.engine.gradient.report;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the gradient of a model does across time, measured in float64.
 *
 * <p>Lists are plain numbers, one object per layer and state. A number that is not finite is null
 * and has a {@link NonFinite} flag in the same object.
 *
 * @param cell {@code rnn}, {@code gru}, {@code lstm}, {@code mlp} or {@code conv}
 * @param layers L
 * @param hiddenSize H
 * @param sequenceLength T, the steps of the window
 * @param batchSize B, the sequences measured
 * @param requiredLag R, as asked for, else T, or the longest lag that a prediction sees where that
 *     is less
 * @param scoredPredictions how many predictions have a loss
 * @param loss mean cross-entropy over them, in nats
 * @param jacobian null where it was not asked for, as are lyapunov, context and clipping
 * @param weightGradientByLag null where the network is not recurrent, as are bound and carousel
 * @param absent what this network's report cannot have, and why
 * @param nonFinite flags of {@code loss}
 */
public record GradientReport(
    String cell,
    int layers,
    int hiddenSize,
    int sequenceLength,
    int batchSize,
    int requiredLag,
    int scoredPredictions,
    @Nullable Double loss,
    List<Verdict> verdicts,
    LagProfile lagProfile,
    LagMatrix lagMatrix,
    StateGradient stateGradient,
    @Nullable WeightGradientByLag weightGradientByLag,
    List<ParameterNorms> parameters,
    @Nullable Bound bound,
    @Nullable Jacobian jacobian,
    @Nullable Lyapunov lyapunov,
    @Nullable Carousel carousel,
    Gates gates,
    Depth depth,
    @Nullable Context context,
    @Nullable Clipping clipping,
    List<Invariant> invariants,
    List<AbsentPart> absent,
    List<NonFinite> nonFinite) {}
