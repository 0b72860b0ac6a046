package io.carousel.engine.synthetic;

import io.carousel.engine.synthetic.Automaton.Arc;
import java.util.ArrayList;
import java.util.List;

/**
 * The Reber grammar and the embedded one as automata, with what is known of their losses.
 *
 * @param automaton begins with the first B
 * @param loss per symbol after it
 */
record ReberGrammar(Automaton automaton, KnownLoss loss) {
  private static final List<String> SYMBOLS = List.of("B", "E", "P", "S", "T", "V", "X");

  /** States of the plain automaton; the last has no arcs. */
  private static final int STATES = 8;

  static ReberGrammar plain() {
    Automaton automaton =
        new Automaton(SYMBOLS)
            .state("B1")
            .state("T2", "P3")
            .state("S2", "X4")
            .state("T3", "V5")
            .state("X3", "S6")
            .state("P4", "V6")
            .state("E7")
            .state();
    double floor = automaton.entropyPerSymbol(automaton.states(), state -> state);
    return new ReberGrammar(
        automaton,
        new KnownLoss(floor, automaton.entropyAfterOneSymbol(), "all but the symbol before"));
  }

  /** B, then T or P, a plain string, the same T or P, E. */
  static ReberGrammar embedded() {
    Automaton plain = plain().automaton();
    int afterT = 2;
    int afterP = afterT + STATES;
    int last = afterP + STATES;
    Automaton automaton = new Automaton(SYMBOLS).state("B1").state("T" + afterT, "P" + afterP);
    inner(automaton, plain, afterT, "T", last);
    inner(automaton, plain, afterP, "P", last);
    automaton.state("E" + (last + 1)).state();
    double floor = automaton.entropyPerSymbol(automaton.states(), state -> state);
    double forgotten =
        automaton.entropyPerSymbol(
            automaton.states(), state -> state >= afterP && state < last ? state - STATES : state);
    return new ReberGrammar(
        automaton, new KnownLoss(floor, forgotten, "the second symbol, T or P"));
  }

  /** The plain automaton from a state on, its end leading out by a symbol. */
  private static void inner(Automaton into, Automaton plain, int from, String symbol, int out) {
    for (int state = 0; state < STATES - 1; state++) {
      List<Arc> arcs = new ArrayList<>();
      for (Arc arc : plain.arcs(state)) {
        arcs.add(new Arc(arc.symbol(), arc.to() + from));
      }
      into.state(arcs);
    }
    into.state(List.of(into.arc(symbol, out)));
  }
}
