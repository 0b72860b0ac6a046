package io.carousel.engine.nn;

import java.util.Arrays;

/** The parameters of a language model (or their gradient): one flat array with named views. */
public final class Parameters {
  private final ParameterLayout layout;
  private final float[] values;

  /** All zero. */
  public Parameters(ParameterLayout layout) {
    this(layout, new float[layout.size()]);
  }

  /**
   * Takes the array as it is, without a copy.
   *
   * @throws IllegalArgumentException where its length is not the layout's size
   */
  public Parameters(ParameterLayout layout, float[] values) {
    if (values.length != layout.size()) {
      throw new IllegalArgumentException(
          "expected %d values, found %d".formatted(layout.size(), values.length));
    }
    this.layout = layout;
    this.values = values;
  }

  /** Draws a fresh network; the same seed gives the same bits. */
  public static Parameters initialize(Architecture architecture, int vocabularySize, long seed) {
    return Initializer.initialize(architecture, vocabularySize, seed);
  }

  public ParameterLayout layout() {
    return layout;
  }

  public Architecture architecture() {
    return layout.architecture();
  }

  /** The flat array itself, not a copy. */
  public float[] values() {
    return values;
  }

  /** A copy of one parameter, row-major. */
  public float[] copyOf(String name) {
    ParameterLayout.Entry entry = layout.entry(name);
    return Arrays.copyOfRange(values, entry.offset(), entry.offset() + entry.size());
  }

  public Parameters copy() {
    return new Parameters(layout, values.clone());
  }
}
