package io.carousel.engine.gradient.cell;

/** Token ids of B sequences of T steps, checked against a vocabulary. */
public final class TokenBatch {
  private final int[][] inputs; // [T][B]
  private final int[][] targets; // [T][B], −1 not scored
  private final int scored;

  /**
   * Checks the ids of a batch whose arrays are rectangular and of one shape.
   *
   * @throws IllegalArgumentException where an id is outside the vocabulary or nothing is scored
   */
  public TokenBatch(int[][] inputs, int[][] targets, int vocabularySize) {
    requireShape(inputs, targets);
    this.inputs = inputs;
    this.targets = targets;
    requireIds("inputs", inputs, 0, vocabularySize);
    requireIds("targets", targets, -1, vocabularySize);
    int count = 0;
    for (int[] row : targets) {
      for (int target : row) {
        count += target >= 0 ? 1 : 0;
      }
    }
    if (count == 0) {
      throw new IllegalArgumentException("targets: expected at least one to score, found none");
    }
    scored = count;
  }

  public int steps() {
    return inputs.length;
  }

  public int size() {
    return inputs[0].length;
  }

  /** Number of scored predictions of all sequences. */
  public int scored() {
    return scored;
  }

  /** The forward pass of one sequence. */
  public SequenceTape run(ModelWeights model, int sequence) {
    return SequenceTape.run(model, column(inputs, sequence), column(targets, sequence));
  }

  /** The summed loss of each sequence. */
  public double[] losses(ModelWeights model) {
    return RowLosses.of(model, inputs, targets);
  }

  private static int[] column(int[][] rows, int column) {
    int[] values = new int[rows.length];
    for (int t = 0; t < values.length; t++) {
      values[t] = rows[t][column];
    }
    return values;
  }

  /**
   * Checks that both arrays are rectangular, not empty and of one shape.
   *
   * @throws IllegalArgumentException where they are not
   */
  public static void requireShape(int[][] inputs, int[][] targets) {
    if (inputs.length < 1 || inputs[0].length < 1) {
      throw new IllegalArgumentException(
          "inputs: expected at least 1 step of at least 1 sequence, found none");
    }
    requireRows("inputs", inputs, inputs.length, inputs[0].length);
    requireRows("targets", targets, inputs.length, inputs[0].length);
  }

  private static void requireRows(String name, int[][] rows, int steps, int size) {
    if (rows.length != steps) {
      throw new IllegalArgumentException(
          "%s: expected %d steps, found %d".formatted(name, steps, rows.length));
    }
    for (int[] row : rows) {
      if (row.length != size) {
        throw new IllegalArgumentException(
            "%s: expected %d sequences at every step, found %d".formatted(name, size, row.length));
      }
    }
  }

  private static void requireIds(String name, int[][] rows, int least, int vocabularySize) {
    for (int[] row : rows) {
      for (int id : row) {
        if (id < least || id >= vocabularySize) {
          throw new IllegalArgumentException(
              "%s: expected ids from %d to %d, found %d"
                  .formatted(name, least, vocabularySize - 1, id));
        }
      }
    }
  }
}
