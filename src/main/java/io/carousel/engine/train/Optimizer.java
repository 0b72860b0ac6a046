package io.carousel.engine.train;

/** The configuration of an optimiser; {@link OptimizerState} is what it is started into. */
public sealed interface Optimizer {

  /** Step size before the schedule's factor. */
  double learningRate();

  /** The same optimiser with another learning rate. */
  Optimizer withLearningRate(double learningRate);

  /** The default: Adam with learning rate 0.002. */
  Optimizer DEFAULT = Adam.DEFAULT;

  /** Stochastic gradient descent: v ← μ v + g, θ ← θ − η v. */
  record Sgd(double learningRate, double momentum) implements Optimizer {
    public static final Sgd DEFAULT = new Sgd(0.1, 0.9);

    public Sgd {
      requireLearningRate(learningRate);
      requireFraction("momentum", momentum);
    }

    @Override
    public Optimizer withLearningRate(double rate) {
      return new Sgd(rate, momentum);
    }
  }

  /** Tieleman and Hinton 2012: s ← α s + (1−α) g², θ ← θ − η g / (√s + ε). */
  record RmsProp(double learningRate, double alpha, double epsilon) implements Optimizer {
    public static final RmsProp DEFAULT = new RmsProp(0.002, 0.99, 1e-8);

    public RmsProp {
      requireLearningRate(learningRate);
      requireFraction("alpha", alpha);
      requirePositive("epsilon", epsilon);
    }

    @Override
    public Optimizer withLearningRate(double rate) {
      return new RmsProp(rate, alpha, epsilon);
    }
  }

  /** Kingma and Ba 2015, with bias correction. */
  record Adam(double learningRate, double beta1, double beta2, double epsilon)
      implements Optimizer {
    public static final Adam DEFAULT = new Adam(0.002, 0.9, 0.999, 1e-8);

    public Adam {
      requireLearningRate(learningRate);
      requireFraction("beta1", beta1);
      requireFraction("beta2", beta2);
      requirePositive("epsilon", epsilon);
    }

    public Adam(double learningRate) {
      this(learningRate, DEFAULT.beta1, DEFAULT.beta2, DEFAULT.epsilon);
    }

    @Override
    public Optimizer withLearningRate(double rate) {
      return new Adam(rate, beta1, beta2, epsilon);
    }
  }

  /** Loshchilov and Hutter 2019: Adam with decoupled weight decay. */
  record AdamW(double learningRate, double beta1, double beta2, double epsilon, double weightDecay)
      implements Optimizer {
    public static final AdamW DEFAULT = new AdamW(0.002, 0.9, 0.999, 1e-8, 0.01);

    public AdamW {
      requireLearningRate(learningRate);
      requireFraction("beta1", beta1);
      requireFraction("beta2", beta2);
      requirePositive("epsilon", epsilon);
      if (!(weightDecay >= 0 && weightDecay <= 1)) {
        throw new IllegalArgumentException(
            "weight_decay: expected a number from 0 to 1, found " + weightDecay);
      }
    }

    @Override
    public Optimizer withLearningRate(double rate) {
      return new AdamW(rate, beta1, beta2, epsilon, weightDecay);
    }
  }

  private static void requireLearningRate(double value) {
    // No upper bound but finiteness: a rate that is far too big is a lesson, and ends in a failed
    // job.
    requirePositive("learning_rate", value);
  }

  private static void requirePositive(String name, double value) {
    if (!(value > 0 && value <= Float.MAX_VALUE)) {
      throw new IllegalArgumentException(
          name + ": expected a positive finite number, found " + value);
    }
  }

  private static void requireFraction(String name, double value) {
    if (!(value >= 0 && value < 1)) {
      throw new IllegalArgumentException(
          name + ": expected a number from 0 up to but not including 1, found " + value);
    }
  }
}
