package io.carousel.engine.nn;

/**
 * How the parameters of a fresh network are drawn.
 *
 * @param recurrent distribution of every H×H gate block of W_hh, and of the H×H blocks of layers
 *     that are not recurrent
 * @param recurrentGain factor on the recurrent blocks; for {@link Recurrent#ORTHOGONAL} every
 *     singular value of a block equals it
 * @param forgetBias value of an LSTM's forget-gate bias (b_ih + b_hh together); ignored elsewhere
 * @param transformBias b_t of a highway's gates: negative, so that a fresh stack carries its input
 *     past the layers (Srivastava et al. 2015 take −1 to −10, more the deeper); ignored elsewhere
 */
public record Initialization(
    Recurrent recurrent, double recurrentGain, double forgetBias, double transformBias) {

  /** Distributions of the recurrent weights. */
  public enum Recurrent {
    /** Saxe et al. 2014. */
    ORTHOGONAL,
    /** Le, Jaitly and Hinton 2015. */
    IDENTITY,
    /** U(−1/√H, 1/√H), PyTorch's default. */
    UNIFORM,
    /** Glorot and Bengio 2010, uniform. */
    XAVIER
  }

  /**
   * The default: PyTorch's, so that results compare. An open forget gate (bias 1 and more) and
   * orthogonal weights keep gradients alive over longer lags, and learn short ones later.
   */
  public static final Initialization DEFAULT = new Initialization(Recurrent.UNIFORM, 1.0, 0.0);

  private static final double TRANSFORM_BIAS = -2.0;

  /** With the default {@code transformBias} of −2. */
  public Initialization(Recurrent recurrent, double recurrentGain, double forgetBias) {
    this(recurrent, recurrentGain, forgetBias, TRANSFORM_BIAS);
  }

  public Initialization {
    if (!(Math.abs(recurrentGain) <= 100)) {
      throw new IllegalArgumentException(
          "recurrent_gain: expected a number from -100 to 100, found " + recurrentGain);
    }
    if (!(Math.abs(forgetBias) <= 100)) {
      throw new IllegalArgumentException(
          "forget_bias: expected a number from -100 to 100, found " + forgetBias);
    }
    if (!(Math.abs(transformBias) <= 100)) {
      throw new IllegalArgumentException(
          "transform_bias: expected a number from -100 to 100, found " + transformBias);
    }
  }
}
