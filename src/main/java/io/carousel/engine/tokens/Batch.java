package io.carousel.engine.tokens;

/**
 * T steps of B lanes: tokens and the tokens that follow them.
 *
 * <p>A {@link BatchIterator} fills one batch again and again, so its contents hold until the next
 * is asked for. The arrays may be longer than T·B: the used part comes first.
 *
 * <p>A lane that has ended is filled up with {@link #NONE}, in inputs and targets alike; it never
 * starts again before the next fresh batch.
 */
public final class Batch {
  /** No token: padding among the inputs, not scored among the targets. */
  public static final int NONE = -1;

  private final int[] inputs;
  private final int[] targets;
  private final int[] groups;
  private int steps;
  private int lanes;
  private int scored;
  private boolean startsFresh;
  private boolean padded;

  /** An empty batch with room for that many tokens. */
  Batch(int capacity) {
    this(capacity, 0);
  }

  /** An empty batch with room for that many tokens, and for the groups of so many lanes. */
  Batch(int capacity, int lanes) {
    this(new int[capacity], new int[capacity], new int[lanes]);
  }

  private Batch(int[] inputs, int[] targets, int[] groups) {
    this.inputs = inputs;
    this.targets = targets;
    this.groups = groups;
  }

  /**
   * A batch of one's own; the arrays are taken as they are, without a copy.
   *
   * @param steps T, at least 1
   * @param lanes B, at least 1
   * @param inputs (T,B), token ids, {@link #NONE} where a lane has ended
   * @param targets (T,B), token ids, {@link #NONE} where nothing is scored
   * @param startsFresh see {@link #startsFresh()}
   * @throws IllegalArgumentException where a size does not fit, a target stands where the input is
   *     padding, or a lane goes on after padding
   */
  public static Batch of(int steps, int lanes, int[] inputs, int[] targets, boolean startsFresh) {
    long size = (long) steps * lanes;
    if (steps < 1 || lanes < 1 || inputs.length != size || targets.length != size) {
      throw new IllegalArgumentException(
          "batch: expected %d x %d inputs and targets, found %d and %d"
              .formatted(steps, lanes, inputs.length, targets.length));
    }
    int scored = 0;
    boolean padded = false;
    for (int i = 0; i < inputs.length; i++) {
      boolean padding = inputs[i] < 0;
      boolean resumes = !padding && i >= lanes && inputs[i - lanes] < 0;
      if (padding && targets[i] >= 0 || resumes) {
        throw new IllegalArgumentException(
            "batch: expected nothing after the end of lane %d, found %s at step %d"
                .formatted(i % lanes, resumes ? "an input" : "a target", i / lanes));
      }
      padded |= padding;
      scored += targets[i] >= 0 ? 1 : 0;
    }
    Batch batch = new Batch(inputs, targets, new int[0]);
    batch.describe(steps, lanes, scored, padded, startsFresh);
    return batch;
  }

  void describe(int steps, int lanes, int scored, boolean padded, boolean startsFresh) {
    this.steps = steps;
    this.lanes = lanes;
    this.scored = scored;
    this.padded = padded;
    this.startsFresh = startsFresh;
  }

  /** T. */
  public int steps() {
    return steps;
  }

  /** B. */
  public int lanes() {
    return lanes;
  }

  /** (T,B), row-major; {@link #NONE} is padding. */
  public int[] inputs() {
    return inputs;
  }

  /** (T,B), row-major; {@link #NONE} is not scored. */
  public int[] targets() {
    return targets;
  }

  /**
   * (B), the group of each lane's sequence, see {@link SequenceBuffer#group()}; empty where the
   * corpus has none. May be longer than B.
   */
  public int[] groups() {
    return groups;
  }

  /** Number of targets that are scored. */
  public int scored() {
    return scored;
  }

  /** Whether any input is padding. */
  public boolean padded() {
    return padded;
  }

  /**
   * Whether the carry must be zero before it. Otherwise every lane goes on where the same lane of
   * the batch before it ended, and there are as many lanes as there.
   */
  public boolean startsFresh() {
    return startsFresh;
  }
}
