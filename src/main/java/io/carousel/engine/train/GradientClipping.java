package io.carousel.engine.train;

/** What is done to a gradient that is too big (Pascanu, Mikolov and Bengio 2013). */
public sealed interface GradientClipping {

  /** The default: the global norm is held at 5. */
  GradientClipping DEFAULT = GlobalNorm.DEFAULT;

  /** The gradient is used as it is. */
  record None() implements GradientClipping {}

  /** Scales the whole gradient so that its Euclidean norm is at most the threshold. */
  record GlobalNorm(double threshold) implements GradientClipping {
    public static final GlobalNorm DEFAULT = new GlobalNorm(5);

    public GlobalNorm {
      Require.positive("threshold", threshold);
    }
  }

  /** Cuts every element to [−threshold, threshold]. */
  record Value(double threshold) implements GradientClipping {
    public static final Value DEFAULT = new Value(1);

    public Value {
      Require.positive("threshold", threshold);
    }
  }
}
