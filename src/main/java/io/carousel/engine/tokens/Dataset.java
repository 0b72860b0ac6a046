package io.carousel.engine.tokens;

import java.util.List;

/** A corpus before it is tokenised. */
public sealed interface Dataset {

  /** One running text. */
  record Text(String text) implements Dataset {}

  /** Texts that have nothing to do with one another, such as names. */
  record TextSequences(List<String> sequences) implements Dataset {}

  /** Separate sequences of events; an integer event is its decimal form. */
  record EventSequences(List<List<String>> sequences) implements Dataset {}

  /**
   * Sequences of events that are made when they are wanted.
   *
   * @param count of an epoch, at least 1
   */
  record Generated(SequenceSource source, int count) implements Dataset {
    public Generated {
      if (count < 1) {
        throw new IllegalArgumentException("count: expected at least 1, found " + count);
      }
    }
  }
}
