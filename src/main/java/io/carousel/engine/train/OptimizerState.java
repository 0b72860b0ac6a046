package io.carousel.engine.train;

/**
 * An optimiser at work: its moments, and the update of a part of the parameters.
 *
 * <p>Everything is element by element in plain loops, which the JIT compiler vectorises and whose
 * bits depend neither on it nor on how the elements are split.
 */
abstract sealed class OptimizerState {

  static OptimizerState start(Optimizer optimizer, int size) {
    return switch (optimizer) {
      case Optimizer.Sgd sgd -> new SgdState(sgd, size);
      case Optimizer.RmsProp rmsProp -> new RmsPropState(rmsProp, size);
      case Optimizer.Adam a -> new AdamState(a.beta1(), a.beta2(), a.epsilon(), 0, size);
      case Optimizer.AdamW a ->
          new AdamState(a.beta1(), a.beta2(), a.epsilon(), a.weightDecay(), size);
    };
  }

  /** Arrays of the model's size that the optimiser keeps. */
  static int moments(Optimizer optimizer) {
    return switch (optimizer) {
      case Optimizer.Sgd sgd -> sgd.momentum() == 0 ? 0 : 1;
      case Optimizer.RmsProp rmsProp -> 1;
      case Optimizer.Adam adam -> 2;
      case Optimizer.AdamW adamW -> 2;
    };
  }

  /** Before the parts of a step, its learning rate. */
  abstract void beginStep(double learningRate);

  /** Updates θ[from, to) with the gradient scale·g. */
  abstract void update(float[] theta, float[] g, float scale, int from, int to);

  private static final class SgdState extends OptimizerState {
    private final float momentum;
    private final float[] velocity;
    private float rate;

    SgdState(Optimizer.Sgd sgd, int size) {
      momentum = (float) sgd.momentum();
      velocity = new float[momentum == 0 ? 0 : size];
    }

    @Override
    void beginStep(double learningRate) {
      rate = (float) learningRate;
    }

    @Override
    void update(float[] theta, float[] g, float scale, int from, int to) {
      if (momentum == 0) {
        for (int i = from; i < to; i++) {
          theta[i] -= rate * (scale * g[i]);
        }
        return;
      }
      for (int i = from; i < to; i++) {
        velocity[i] = momentum * velocity[i] + scale * g[i];
        theta[i] -= rate * velocity[i];
      }
    }
  }

  private static final class RmsPropState extends OptimizerState {
    private final float alpha;
    private final float epsilon;
    private final float[] square;
    private float rate;

    RmsPropState(Optimizer.RmsProp rmsProp, int size) {
      alpha = (float) rmsProp.alpha();
      epsilon = (float) rmsProp.epsilon();
      square = new float[size];
    }

    @Override
    void beginStep(double learningRate) {
      rate = (float) learningRate;
    }

    @Override
    void update(float[] theta, float[] g, float scale, int from, int to) {
      for (int i = from; i < to; i++) {
        float x = scale * g[i];
        square[i] = alpha * square[i] + (1 - alpha) * (x * x);
        theta[i] -= rate * x / ((float) Math.sqrt(square[i]) + epsilon);
      }
    }
  }

  /** Adam, and AdamW where the decay is not 0. */
  private static final class AdamState extends OptimizerState {
    private final double beta1;
    private final double beta2;
    private final float epsilon;
    private final double decay;
    private final float[] mean;
    private final float[] square;
    private double power1 = 1;
    private double power2 = 1;
    private float stepSize;
    private float rootCorrection;
    private float keep;

    AdamState(double beta1, double beta2, double epsilon, double decay, int size) {
      this.beta1 = beta1;
      this.beta2 = beta2;
      this.epsilon = (float) epsilon;
      this.decay = decay;
      mean = new float[size];
      square = new float[size];
    }

    @Override
    void beginStep(double learningRate) {
      power1 *= beta1;
      power2 *= beta2;
      stepSize = (float) (learningRate / (1 - power1));
      rootCorrection = (float) (1 / Math.sqrt(1 - power2));
      keep = (float) (1 - learningRate * decay);
    }

    @Override
    void update(float[] theta, float[] g, float scale, int from, int to) {
      float b1 = (float) beta1;
      float b2 = (float) beta2;
      float c1 = (float) (1 - beta1);
      float c2 = (float) (1 - beta2);
      for (int i = from; i < to; i++) {
        float x = scale * g[i];
        mean[i] = b1 * mean[i] + c1 * x;
        square[i] = b2 * square[i] + c2 * (x * x);
        float root = (float) Math.sqrt(square[i]) * rootCorrection + epsilon;
        theta[i] = theta[i] * keep - stepSize * mean[i] / root;
      }
    }
  }
}
