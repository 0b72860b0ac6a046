package io.carousel.engine.tokens;

import java.util.Arrays;

/** One sequence with the mask of its scored tokens; grows as needed and is used again and again. */
public final class SequenceBuffer {
  /** The group of a sequence whose source tells none apart. */
  public static final int NO_GROUP = -1;

  private int[] ids = new int[64];
  private boolean[] scored = new boolean[64];
  private int length;
  private int group = NO_GROUP;

  /** Empties it. */
  public void clear() {
    length = 0;
    group = NO_GROUP;
  }

  /**
   * Adds a token.
   *
   * @param isScored whether its prediction from those before it counts; of the first token it says
   *     nothing
   */
  public void add(int id, boolean isScored) {
    if (length == ids.length) {
      ids = Arrays.copyOf(ids, 2 * length);
      scored = Arrays.copyOf(scored, 2 * length);
    }
    ids[length] = id;
    scored[length] = isScored;
    length++;
  }

  /** Says which group the sequence belongs to, at least 0; {@link #NO_GROUP} until it is said. */
  public void group(int number) {
    group = number;
  }

  /** Number of tokens. */
  public int length() {
    return length;
  }

  /** The token at a place. */
  public int id(int place) {
    return ids[place];
  }

  /** Whether the token at a place is to be predicted from those before it. */
  public boolean scored(int place) {
    return place > 0 && scored[place];
  }

  /** How many are. */
  public int scoredCount() {
    int count = 0;
    for (int place = 1; place < length; place++) {
      count += scored[place] ? 1 : 0;
    }
    return count;
  }

  /**
   * The group that the sequence belongs to, by which an evaluation tells its errors apart: of
   * sentences, the number of attractors.
   */
  public int group() {
    return group;
  }

  /** A copy of the tokens. */
  public int[] ids() {
    return Arrays.copyOf(ids, length);
  }

  /** Replaces every token by another. */
  void map(int[] newIds) {
    for (int place = 0; place < length; place++) {
      ids[place] = newIds[ids[place]];
    }
  }
}
