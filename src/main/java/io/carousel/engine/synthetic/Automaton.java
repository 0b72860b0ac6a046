package io.carousel.engine.synthetic;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntUnaryOperator;

/**
 * A finite automaton that begins in state 0 and takes each of a state's arcs with the same
 * probability, until it comes to a state without arcs. No two arcs of a state bear the same symbol,
 * so whoever has seen all symbols knows the state.
 */
final class Automaton {
  /** Mass still under way below which an expectation is complete to the last bit. */
  private static final double NEGLIGIBLE = 1e-20;

  /** A transition: the symbol that is seen, and where it leads. */
  record Arc(int symbol, int to) {}

  private final List<String> symbols;
  private final List<List<Arc>> arcs = new ArrayList<>();

  Automaton(List<String> symbols) {
    this.symbols = symbols;
  }

  /** Adds a state with arcs, each a symbol and its target, such as {@code T1}. */
  Automaton state(String... labels) {
    List<Arc> out = new ArrayList<>();
    for (String label : labels) {
      out.add(arc(label.substring(0, 1), Integer.parseInt(label.substring(1))));
    }
    return state(out);
  }

  Automaton state(List<Arc> out) {
    arcs.add(List.copyOf(out));
    return this;
  }

  Arc arc(String symbol, int to) {
    return new Arc(symbols.indexOf(symbol), to);
  }

  List<String> symbols() {
    return symbols;
  }

  int states() {
    return arcs.size();
  }

  List<Arc> arcs(int state) {
    return arcs.get(state);
  }

  /**
   * Mean of −ln p over all symbols but the first, of an observer who sees less than the state: the
   * entropy of the next symbol given the class, each weighted by its expected number of visits.
   *
   * @param classOf what the observer knows of a state, from 0 to {@code classes} − 1
   */
  double entropyPerSymbol(int classes, IntUnaryOperator classOf) {
    double[] visits = visits();
    double[][] seen = new double[classes][symbols.size()];
    for (int state = 1; state < states(); state++) {
      addSymbols(seen[classOf.applyAsInt(state)], visits[state], arcs.get(state));
    }
    return entropy(seen);
  }

  /** The same of an observer who knows the symbol before only. */
  double entropyAfterOneSymbol() {
    double[] visits = visits();
    double[][] seen = new double[symbols.size()][symbols.size()];
    for (int state = 0; state < states(); state++) {
      for (Arc arc : arcs.get(state)) {
        double taken = visits[state] / arcs.get(state).size();
        addSymbols(seen[arc.symbol()], taken, arcs.get(arc.to()));
      }
    }
    return entropy(seen);
  }

  private static void addSymbols(double[] seen, double visits, List<Arc> out) {
    for (Arc arc : out) {
      seen[arc.symbol()] += visits / out.size();
    }
  }

  /** Conditional entropy of the columns given the row, of expected counts. */
  private static double entropy(double[][] counts) {
    double nats = 0;
    double all = 0;
    for (double[] row : counts) {
      double sum = Arrays.stream(row).sum();
      all += sum;
      for (double count : row) {
        nats -= count > 0 ? count * Math.log(count / sum) : 0;
      }
    }
    return nats / all;
  }

  /** Expected visits of each state, by carrying the distribution forward until it has ended. */
  private double[] visits() {
    double[] visits = new double[states()];
    double[] now = new double[states()];
    now[0] = 1;
    double underWay = 1;
    while (underWay > NEGLIGIBLE) {
      double[] next = new double[states()];
      underWay = 0;
      for (int state = 0; state < now.length; state++) {
        visits[state] += now[state];
        List<Arc> out = arcs.get(state);
        for (Arc arc : out) {
          next[arc.to()] += now[state] / out.size();
        }
        underWay += out.isEmpty() ? 0 : now[state];
      }
      now = next;
    }
    return visits;
  }
}
