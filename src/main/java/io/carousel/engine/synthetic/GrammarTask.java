package io.carousel.engine.synthetic;

import io.carousel.engine.synthetic.Automaton.Arc;
import io.carousel.engine.tokens.SequenceBuffer;
import java.util.List;
import java.util.OptionalInt;
import java.util.SplittableRandom;

/** Strings of an automaton; every symbol after the first is predicted. */
final class GrammarTask implements Task {
  private final Automaton automaton;
  private final KnownLoss loss;

  GrammarTask(ReberGrammar grammar) {
    automaton = grammar.automaton();
    loss = grammar.loss();
  }

  @Override
  public List<String> symbols() {
    return automaton.symbols();
  }

  @Override
  public OptionalInt longest() {
    return OptionalInt.empty(); // a loop can be gone through any number of times
  }

  @Override
  public KnownLoss knownLoss() {
    return loss;
  }

  @Override
  public void write(SplittableRandom random, SequenceBuffer into) {
    List<Arc> arcs = automaton.arcs(0);
    while (!arcs.isEmpty()) {
      Arc arc = arcs.size() == 1 ? arcs.getFirst() : arcs.get(random.nextInt(arcs.size()));
      into.add(arc.symbol(), into.length() > 0);
      arcs = automaton.arcs(arc.to());
    }
  }
}
