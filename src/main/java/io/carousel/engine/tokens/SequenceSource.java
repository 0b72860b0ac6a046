package io.carousel.engine.tokens;

import java.util.List;
import java.util.OptionalInt;

/**
 * Sequences that are made when they are wanted, each from its index alone, so that a corpus of any
 * number of them takes no memory. Immutable; for use by several threads.
 */
public interface SequenceSource {

  /** The symbols; a token's id is its symbol's index. */
  List<String> symbols();

  /**
   * Makes a sequence of at least two tokens, at least one of them scored. The same index gives the
   * same sequence.
   *
   * @param index any number; one sequence each
   * @param into cleared, then filled
   */
  void write(long index, SequenceBuffer into);

  /** Tokens of the longest sequence; empty where there is no bound. */
  OptionalInt longest();

  /** What the sequences are made from; the same description, the same sequences. */
  String description();
}
