package io.carousel.engine.synthetic;

import io.carousel.engine.tokens.SequenceBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * See {@link SyntheticSpecification.Markov}. A context is a number whose digits are its symbols.
 */
final class MarkovTask implements Task {
  private static final int MOST_ITERATIONS = 100_000;
  private static final double CONVERGED = 1e-15; // of the whole distribution

  private final int order;
  private final int symbols;
  private final int length;
  private final int contexts;
  private final double[][] transitions; // [S^k](S)
  private final double[] stationary; // (S^k)
  private final double[] cumulative; // (S^k)

  MarkovTask(SyntheticSpecification.Markov chain) {
    order = chain.order();
    symbols = chain.symbols();
    length = chain.length();
    contexts = Math.toIntExact(Math.round(Math.pow(symbols, order)));
    transitions = new double[contexts][symbols];
    // Not the stream of any sequence's index: those are hashed once more.
    SplittableRandom random = new SplittableRandom(chain.seed());
    for (double[] row : transitions) {
      draw(row, random);
    }
    stationary = stationary();
    cumulative = stationary.clone();
    Arrays.parallelPrefix(cumulative, Double::sum);
  }

  /** Uniform on the simplex: normalised exponentials. */
  private static void draw(double[] row, SplittableRandom random) {
    double sum = 0;
    for (int symbol = 0; symbol < row.length; symbol++) {
      row[symbol] = -Math.log(1 - random.nextDouble());
      sum += row[symbol];
    }
    for (int symbol = 0; symbol < row.length; symbol++) {
      row[symbol] /= sum;
    }
  }

  private int next(int context, int symbol) {
    return (context * symbols + symbol) % contexts;
  }

  /** By the power method; every probability is positive, so it converges. */
  private double[] stationary() {
    double[] now = new double[contexts];
    Arrays.fill(now, 1.0 / contexts);
    double change = 1;
    for (int i = 0; i < MOST_ITERATIONS && change > CONVERGED; i++) {
      double[] then = new double[contexts];
      for (int context = 0; context < contexts; context++) {
        for (int symbol = 0; symbol < symbols; symbol++) {
          then[next(context, symbol)] += now[context] * transitions[context][symbol];
        }
      }
      change = 0;
      for (int context = 0; context < contexts; context++) {
        change += Math.abs(then[context] - now[context]);
      }
      now = then;
    }
    return now;
  }

  double[][] transitions() {
    return transitions;
  }

  double[] stationaryDistribution() {
    return stationary;
  }

  @Override
  public List<String> symbols() {
    return IntStream.range(0, symbols).mapToObj(symbol -> "s" + symbol).toList();
  }

  @Override
  public OptionalInt longest() {
    return OptionalInt.of(length);
  }

  /** The entropy rate, and the entropy of a symbol by itself. */
  @Override
  public KnownLoss knownLoss() {
    double rate = 0;
    double[] alone = new double[symbols];
    for (int context = 0; context < contexts; context++) {
      rate += stationary[context] * entropy(transitions[context]);
      alone[context % symbols] += stationary[context];
    }
    return new KnownLoss(rate, entropy(alone), "every symbol before");
  }

  private static double entropy(double[] distribution) {
    return -Arrays.stream(distribution).map(p -> p > 0 ? p * Math.log(p) : 0).sum();
  }

  @Override
  public void write(SplittableRandom random, SequenceBuffer into) {
    int context = pick(cumulative, random.nextDouble() * cumulative[contexts - 1]);
    for (int power = contexts / symbols; power > 0; power /= symbols) {
      into.add(context / power % symbols, false);
    }
    while (into.length() < length) {
      double[] row = transitions[context];
      double left = random.nextDouble();
      int symbol = 0;
      while (symbol < symbols - 1 && left >= row[symbol]) {
        left -= row[symbol];
        symbol++;
      }
      into.add(symbol, true);
      context = next(context, symbol);
    }
  }

  /** The first place whose sum is above a number. */
  private static int pick(double[] sums, double number) {
    int found = Arrays.binarySearch(sums, number);
    return Math.min(sums.length - 1, found >= 0 ? found + 1 : -found - 1);
  }
}
