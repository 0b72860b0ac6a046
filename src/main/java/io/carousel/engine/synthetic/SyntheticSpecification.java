package io.carousel.engine.synthetic;

/**
 * A synthetic corpus: the task, how many sequences an epoch has, and the seed that draws them.
 * Every epoch has new sequences, so an epoch is no more than the interval between two evaluations.
 */
public sealed interface SyntheticSpecification {
  /** Sequences of an epoch where nothing else is said. */
  int DEFAULT_COUNT = 10_000;

  /** Sequences of an epoch, at least 1. */
  int count();

  /** Draws the sequences, and what else is random about a task. */
  long seed();

  /** Its sequences. */
  default SyntheticCorpus corpus() {
    return SyntheticCorpus.of(this);
  }

  /** The Reber grammar (Reber 1967): every symbol after the first B is predicted. */
  record Reber(int count, long seed) implements SyntheticSpecification {
    public Reber {
      requireAtLeast("count", count, 1);
    }
  }

  /**
   * The embedded Reber grammar (Hochreiter and Schmidhuber 1997): a Reber string between two equal
   * symbols, T or P. Every symbol after the first B is predicted.
   */
  record EmbeddedReber(int count, long seed) implements SyntheticSpecification {
    public EmbeddedReber {
      requireAtLeast("count", count, 1);
    }
  }

  /**
   * Temporal order (Pascanu, Mikolov and Bengio 2013): two symbols, each A or B, stand among
   * distractors c, d, e, f, the first in [0.1·L, 0.2·L), the second in [0.5·L, 0.6·L). Which of the
   * four pairs it was is the symbol after the last one: Q for AA, R for AB, S for BA, U for BB.
   * Only that is predicted.
   *
   * @param length L, at least 10
   */
  record TemporalOrder(int length, int count, long seed) implements SyntheticSpecification {
    public static final int DEFAULT_LENGTH = 100;

    public TemporalOrder {
      requireAtLeast("length", length, 10);
      requireAtLeast("count", count, 1);
    }
  }

  /**
   * Ten symbols out of eight, {@code lag} blanks, a delimiter, and the ten symbols again, which are
   * predicted (after Hochreiter and Schmidhuber 1997, and Arjovsky, Shah and Bengio 2016). Each is
   * recalled {@code lag} + 11 steps after it was read.
   *
   * @param lag blanks, at least 0
   */
  record Copy(int lag, int count, long seed) implements SyntheticSpecification {
    public static final int DEFAULT_LAG = 20;

    public Copy {
      requireAtLeast("lag", lag, 0);
      requireAtLeast("count", count, 1);
    }
  }

  /**
   * Beginnings of English sentences up to the main verb, {@code is} or {@code are}, which is
   * predicted: "the writer of the books is" (after Linzen, Dupoux and Goldberg 2016).
   *
   * <p>Between subject and verb stand 0 to {@code maxAttractors} other nouns, each number equally
   * likely, in prepositional phrases or object relative clauses that nest. Their own numbers are
   * drawn so that they say nothing of the subject's: in half of the sentences one number for all of
   * them, else one for each. An attractor is one whose number is not the subject's.
   *
   * @param maxAttractors nouns between subject and verb at most, at least 0
   */
  record Agreement(int maxAttractors, int count, long seed) implements SyntheticSpecification {
    public static final int DEFAULT_MAX_ATTRACTORS = 4;

    public Agreement {
      requireAtLeast("max_attractors", maxAttractors, 0);
      requireAtLeast("count", count, 1);
    }
  }

  /**
   * A random Markov chain: the distribution of the next symbol after each context is drawn
   * uniformly from all there are. A sequence begins with a context drawn from the stationary
   * distribution; every symbol after it is predicted.
   *
   * @param order k, symbols of a context, at least 1
   * @param symbols S, at least 2
   * @param length tokens of a sequence, more than the order
   */
  record Markov(int order, int symbols, int length, int count, long seed)
      implements SyntheticSpecification {
    public static final int DEFAULT_ORDER = 2;
    public static final int DEFAULT_SYMBOLS = 4;
    public static final int DEFAULT_LENGTH = 100;

    public Markov {
      requireAtLeast("order", order, 1);
      requireAtLeast("symbols", symbols, 2);
      requireAtLeast("length", length, order + 1);
      requireAtLeast("count", count, 1);
    }

    /** Probabilities of the chain: one for each context and symbol, S to the power of k + 1. */
    public double transitions() {
      return Math.pow(symbols, order + 1);
    }
  }

  private static void requireAtLeast(String name, int found, int least) {
    if (found < least) {
      throw new IllegalArgumentException(
          "%s: expected at least %d, found %d".formatted(name, least, found));
    }
  }
}
