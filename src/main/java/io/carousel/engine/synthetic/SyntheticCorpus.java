package io.carousel.engine.synthetic;

import io.carousel.engine.tokens.Dataset;
import io.carousel.engine.tokens.SequenceBuffer;
import io.carousel.engine.tokens.SequenceSource;
import java.util.List;
import java.util.OptionalInt;
import java.util.SplittableRandom;

/** The sequences of a specification, each drawn from the seed and its index alone. */
public final class SyntheticCorpus implements SequenceSource {
  private final SyntheticSpecification specification;
  private final Task task;
  private final long key;

  private SyntheticCorpus(SyntheticSpecification specification, Task task) {
    this.specification = specification;
    this.task = task;
    // Hashed before an index is added: index 1 of seed 2 is not index 2 of seed 1.
    this.key = new SplittableRandom(specification.seed()).nextLong();
  }

  /** Makes what all sequences have in common, such as a chain's probabilities. */
  public static SyntheticCorpus of(SyntheticSpecification specification) {
    return new SyntheticCorpus(
        specification,
        switch (specification) {
          case SyntheticSpecification.Reber reber -> new GrammarTask(ReberGrammar.plain());
          case SyntheticSpecification.EmbeddedReber embedded ->
              new GrammarTask(ReberGrammar.embedded());
          case SyntheticSpecification.TemporalOrder order -> new TemporalOrderTask(order.length());
          case SyntheticSpecification.Copy copy -> new CopyTask(copy.lag());
          case SyntheticSpecification.Agreement agreement ->
              new AgreementTask(agreement.maxAttractors());
          case SyntheticSpecification.Markov markov -> new MarkovTask(markov);
        });
  }

  /** What it was made from. */
  public SyntheticSpecification specification() {
    return specification;
  }

  /** As data to train on or to measure. */
  public Dataset.Generated dataset() {
    return new Dataset.Generated(this, specification.count());
  }

  /** What there is to reach. */
  public KnownLoss knownLoss() {
    return task.knownLoss();
  }

  @Override
  public List<String> symbols() {
    return task.symbols();
  }

  @Override
  public OptionalInt longest() {
    return task.longest();
  }

  @Override
  public String description() {
    return specification.toString();
  }

  @Override
  public void write(long index, SequenceBuffer into) {
    into.clear();
    // Twice hashed: generators of neighbouring seeds would run through overlapping sequences.
    long seed = new SplittableRandom(key + index).nextLong();
    task.write(new SplittableRandom(seed), into);
  }
}
