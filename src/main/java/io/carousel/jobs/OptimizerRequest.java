package io.carousel.jobs;

import static java.util.Objects.requireNonNullElse;

import io.carousel.engine.train.Optimizer;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** An optimiser as a request gives it; a field that the type does not have is an error. */
@Schema(name = "OptimizerRequest")
record OptimizerRequest(
    @Schema(description = "default adam") @Nullable Type type,
    @Schema(description = "default 0.002; 0.1 for sgd", example = "0.002")
        @Nullable Double learningRate,
    @Schema(description = "of sgd, default 0.9", nullable = true) @Nullable Double momentum,
    @Schema(description = "of rmsprop, default 0.99", nullable = true) @Nullable Double alpha,
    @Schema(description = "of adam and adamw, default 0.9", nullable = true) @Nullable Double beta1,
    @Schema(description = "of adam and adamw, default 0.999", nullable = true)
        @Nullable Double beta2,
    @Schema(description = "of all but sgd, default 1e-8", nullable = true) @Nullable Double epsilon,
    @Schema(description = "of adamw, default 0.01", nullable = true) @Nullable Double weightDecay) {
  static final OptimizerRequest EMPTY =
      new OptimizerRequest(null, null, null, null, null, null, null, null);

  /** The kinds of optimisers. */
  enum Type {
    SGD,
    RMSPROP,
    ADAM,
    ADAMW
  }

  Optimizer toOptimizer() {
    Type chosen = requireNonNullElse(type, Type.ADAM);
    requireOnly("momentum", momentum, chosen, chosen == Type.SGD);
    requireOnly("alpha", alpha, chosen, chosen == Type.RMSPROP);
    boolean adaptive = chosen == Type.ADAM || chosen == Type.ADAMW;
    requireOnly("beta1", beta1, chosen, adaptive);
    requireOnly("beta2", beta2, chosen, adaptive);
    requireOnly("epsilon", epsilon, chosen, chosen != Type.SGD);
    requireOnly("weight_decay", weightDecay, chosen, chosen == Type.ADAMW);
    return switch (chosen) {
      case SGD -> {
        Optimizer.Sgd base = Optimizer.Sgd.DEFAULT;
        yield new Optimizer.Sgd(rate(base), requireNonNullElse(momentum, base.momentum()));
      }
      case RMSPROP -> {
        Optimizer.RmsProp base = Optimizer.RmsProp.DEFAULT;
        yield new Optimizer.RmsProp(
            rate(base),
            requireNonNullElse(alpha, base.alpha()),
            requireNonNullElse(epsilon, base.epsilon()));
      }
      case ADAM -> {
        Optimizer.Adam base = Optimizer.Adam.DEFAULT;
        yield new Optimizer.Adam(
            rate(base),
            requireNonNullElse(beta1, base.beta1()),
            requireNonNullElse(beta2, base.beta2()),
            requireNonNullElse(epsilon, base.epsilon()));
      }
      case ADAMW -> {
        Optimizer.AdamW base = Optimizer.AdamW.DEFAULT;
        yield new Optimizer.AdamW(
            rate(base),
            requireNonNullElse(beta1, base.beta1()),
            requireNonNullElse(beta2, base.beta2()),
            requireNonNullElse(epsilon, base.epsilon()),
            requireNonNullElse(weightDecay, base.weightDecay()));
      }
    };
  }

  private double rate(Optimizer base) {
    return requireNonNullElse(learningRate, base.learningRate());
  }

  private static void requireOnly(
      String name, @Nullable Double value, Type chosen, boolean belongs) {
    if (value != null && !belongs) {
      throw new IllegalArgumentException(
          "%s: expected none with type %s, found %s"
              .formatted(name, chosen.name().toLowerCase(Locale.ROOT), value));
    }
  }
}
