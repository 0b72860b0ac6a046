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
      Require.positive("learning_rate", learningRate);
      Require.fraction("momentum", momentum);
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
      Require.positive("learning_rate", learningRate);
      Require.fraction("alpha", alpha);
      Require.positive("epsilon", epsilon);
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
      Require.positive("learning_rate", learningRate);
      Require.fraction("beta1", beta1);
      Require.fraction("beta2", beta2);
      Require.positive("epsilon", epsilon);
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
      Require.positive("learning_rate", learningRate);
      Require.fraction("beta1", beta1);
      Require.fraction("beta2", beta2);
      Require.positive("epsilon", epsilon);
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
}
