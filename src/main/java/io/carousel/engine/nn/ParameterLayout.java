package io.carousel.engine.nn;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Where each named parameter of a language model lies in one flat array. */
public final class ParameterLayout {

  /**
   * One named parameter.
   *
   * @param name PyTorch's name, e.g. {@code rnn.weight_hh_l0}
   * @param offset index of its first element in the flat array
   * @param rows first dimension
   * @param columns second dimension; 1 for a bias, whose shape is (rows)
   * @param matrix false for a bias
   */
  public record Entry(String name, int offset, int rows, int columns, boolean matrix) {
    public int size() {
      return rows * columns;
    }

    /** The shape as PyTorch has it: two numbers for a matrix, one for a bias. */
    public List<Integer> shape() {
      return matrix ? List.of(rows, columns) : List.of(rows);
    }
  }

  private final Architecture architecture;
  private final int vocabularySize;
  private final Map<String, Entry> entries = new LinkedHashMap<>();
  private long next;

  /**
   * Lays out the parameters of a model.
   *
   * @throws IllegalArgumentException where the vocabulary is empty or the model would have more
   *     than 2³¹−1 parameters
   */
  public ParameterLayout(Architecture architecture, int vocabularySize) {
    if (vocabularySize < 1) {
      throw new IllegalArgumentException(
          "vocabulary: expected at least 1 symbol, found " + vocabularySize);
    }
    this.architecture = architecture;
    this.vocabularySize = vocabularySize;
    int hidden = architecture.hiddenSize();
    long gateRows = (long) architecture.cell().gates() * hidden;
    add("embedding.weight", vocabularySize, architecture.embeddingSize(), true);
    for (int layer = 0; layer < architecture.layers(); layer++) {
      long rows = architecture.taps(layer) * gateRows;
      add(architecture.inputWeight(layer), rows, architecture.inputSize(layer), true);
      if (architecture.cell().recurrent()) {
        add("rnn.weight_hh_l" + layer, gateRows, hidden, true);
        add("rnn.bias_ih_l" + layer, gateRows, 1, false);
        add("rnn.bias_hh_l" + layer, gateRows, 1, false);
      } else {
        add(architecture.inputBias(layer), gateRows, 1, false);
      }
    }
    if (!architecture.tieWeights()) {
      add("decoder.weight", vocabularySize, hidden, true);
    }
    add("decoder.bias", vocabularySize, 1, false);
    // Behind all others, so that the same seed draws those alike with and without.
    if (architecture.connections() == Connections.HIGHWAY) {
      for (int layer = 1; layer < architecture.layers(); layer++) {
        add("highway.weight_l" + layer, hidden, hidden, true);
        add("highway.bias_l" + layer, hidden, 1, false);
      }
    }
  }

  private void add(String name, long rows, int columns, boolean matrix) {
    long size = Math.multiplyExact(rows, (long) columns);
    if (next + size > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(
          "architecture: expected fewer than 2^31 parameters, found more (at %s of %d x %d)"
              .formatted(name, rows, columns));
    }
    entries.put(name, new Entry(name, (int) next, (int) rows, columns, matrix));
    next += size;
  }

  public Architecture architecture() {
    return architecture;
  }

  public int vocabularySize() {
    return vocabularySize;
  }

  /** Number of parameters. */
  public int size() {
    return (int) next;
  }

  /** All parameters in the order of the flat array. */
  public List<Entry> entries() {
    return Collections.unmodifiableList(new ArrayList<>(entries.values()));
  }

  /**
   * The parameter of that name. {@code decoder.weight} of a model with tied weights is its {@code
   * embedding.weight}.
   */
  public Entry entry(String name) {
    String stored =
        architecture.tieWeights() && name.equals("decoder.weight") ? "embedding.weight" : name;
    Entry entry = entries.get(stored);
    if (entry == null) {
      throw new IllegalArgumentException("no parameter is named " + name);
    }
    return entry;
  }

  /** Number of parameters without laying them out; saturates at {@link Long#MAX_VALUE}. */
  public static long count(Architecture a, int vocabularySize) {
    double gateRows = (double) a.cell().gates() * a.hiddenSize();
    double count = (double) vocabularySize * a.embeddingSize() + vocabularySize;
    for (int layer = 0; layer < a.layers(); layer++) {
      count += gateRows * a.taps(layer) * a.inputSize(layer);
      count += gateRows * (a.cell().recurrent() ? a.hiddenSize() + 2.0 : 1);
      if (a.connections() == Connections.HIGHWAY && layer > 0) {
        count += a.hiddenSize() * (a.hiddenSize() + 1.0);
      }
      if (count > 1e18) {
        return Long.MAX_VALUE;
      }
    }
    return (long) (count + (a.tieWeights() ? 0 : (double) vocabularySize * a.hiddenSize()));
  }
}
