package io.carousel.engine.synthetic;

import io.carousel.engine.tokens.SequenceBuffer;
import java.util.List;
import java.util.OptionalInt;
import java.util.SplittableRandom;

/** How the sequences of one task are drawn. Immutable. */
sealed interface Task permits GrammarTask, TemporalOrderTask, CopyTask, AgreementTask, MarkovTask {

  List<String> symbols();

  /** Tokens of the longest sequence; empty where there is no bound. */
  OptionalInt longest();

  KnownLoss knownLoss();

  /** Fills an empty buffer. */
  void write(SplittableRandom random, SequenceBuffer into);
}
