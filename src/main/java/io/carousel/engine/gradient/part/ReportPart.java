package io.carousel.engine.gradient.part;

import io.carousel.engine.gradient.sequence.SequenceAnalysis;

/**
 * One part of a report: sees every sequence in order, keeps what it needs of it, and is then built.
 * A further part is a further implementation.
 */
public interface ReportPart<R> {
  void add(SequenceAnalysis sequence);

  /** The part, after the last sequence. */
  R build();
}
