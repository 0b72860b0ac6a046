package io.carousel.engine.gradient.sequence;

import io.carousel.engine.gradient.cell.Backpropagation;
import io.carousel.engine.gradient.cell.ModelWeights;
import io.carousel.engine.gradient.cell.SequenceTape;
import io.carousel.engine.gradient.cell.TokenBatch;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * All passes over one sequence.
 *
 * @param tape forward
 * @param ordinary back-propagation of the summed loss
 * @param sources back-propagation with the loss sources kept apart
 * @param sweep the same with what only recurrent layers have; null of others
 * @param jacobians of each layer; empty where this sequence is not measured
 * @param lyapunov of each layer; empty where this sequence is not measured
 * @param context losses with shortened contexts; null where they are not measured
 */
public record SequenceAnalysis(
    SequenceTape tape,
    Backpropagation ordinary,
    LossSources sources,
    @Nullable LossSourceSweep sweep,
    List<JacobianSample> jacobians,
    List<LyapunovSample> lyapunov,
    @Nullable ContextSample context) {

  public static SequenceAnalysis of(
      ModelWeights model, TokenBatch batch, int sequence, ExtraPasses extra) {
    SequenceTape tape = batch.run(model, sequence);
    int layers = model.weights().layers();
    LossSourceSweep sweep = model.weights().recurrent() ? LossSourceSweep.run(model, tape) : null;
    return new SequenceAnalysis(
        tape,
        Backpropagation.run(model, tape),
        sweep == null ? FeedForwardSweep.run(model, tape) : sweep,
        sweep,
        IntStream.range(0, sequence < extra.jacobianSequences() ? layers : 0)
            .mapToObj(layer -> JacobianSample.of(model, tape, layer, extra.jacobianSteps()))
            .toList(),
        IntStream.range(0, sequence < extra.lyapunovSequences() ? layers : 0)
            .parallel() // in order all the same
            .mapToObj(
                layer -> LyapunovSample.of(model, tape, layer, extra.exponents(), extra.warmUp()))
            .toList(),
        extra.context() ? ContextSample.of(model, tape) : null);
  }

  /** The sweep of recurrent layers, for what is said of no others. */
  public LossSourceSweep recurrent() {
    if (sweep == null) {
      throw new IllegalStateException("expected a recurrent network");
    }
    return sweep;
  }
}
