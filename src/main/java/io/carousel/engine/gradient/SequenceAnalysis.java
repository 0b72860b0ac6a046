package io.carousel.engine.gradient;

/**
 * All passes over one sequence.
 *
 * @param tape forward
 * @param ordinary back-propagation of the summed loss
 * @param sweep back-propagation with the loss sources kept apart
 */
record SequenceAnalysis(SequenceTape tape, Backpropagation ordinary, LossSourceSweep sweep) {

  static SequenceAnalysis of(ModelWeights model, TokenBatch batch, int sequence) {
    SequenceTape tape = batch.run(model, sequence);
    return new SequenceAnalysis(
        tape, Backpropagation.run(model, tape), LossSourceSweep.run(model, tape));
  }
}
