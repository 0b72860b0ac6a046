package io.carousel.engine.gradient;

/**
 * One part of a report: sees every sequence in order, keeps what it needs of it, and is then built.
 * A further part is a further implementation.
 */
interface ReportPart<R> {
  void add(SequenceAnalysis sequence);

  /** The part, after the last sequence. */
  R build();
}
