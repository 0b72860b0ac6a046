package io.carousel.jobs;

import static java.util.Objects.requireNonNullElse;

import io.carousel.http.JsonProblems;
import io.carousel.http.ProblemException;
import io.swagger.v3.oas.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * What OpenAI's fine-tuning requests say of training. Each field is a number or {@code "auto"},
 * which is the same as leaving it out.
 */
@Schema(name = "Hyperparameters", description = "OpenAI's names; each a number or \"auto\"")
record Hyperparameters(
    @Schema(description = "same as training.epochs", example = "auto") @Nullable Object nEpochs,
    @Schema(description = "same as training.batch_size", example = "auto")
        @Nullable Object batchSize,
    @Schema(description = "factor on the optimiser's learning rate, default 1", example = "auto")
        @Nullable Object learningRateMultiplier) {
  static final Hyperparameters EMPTY = new Hyperparameters(null, null, null);

  private static final String COUNT = "an integer of at least 1 or \"auto\"";

  int epochsOr(@Nullable Integer ours, int fallback) {
    return count("n_epochs", nEpochs, "epochs", ours, fallback);
  }

  int batchSizeOr(@Nullable Integer ours, int fallback) {
    return count("batch_size", batchSize, "batch_size", ours, fallback);
  }

  double multiplier() {
    return switch (learningRateMultiplier) {
      case null -> 1;
      case String auto when auto.equals("auto") -> 1;
      case Number number when number.doubleValue() > 0 -> number.doubleValue();
      default ->
          throw wrong(
              "learning_rate_multiplier", "a positive number or \"auto\"", learningRateMultiplier);
    };
  }

  private static int count(
      String name, @Nullable Object value, String ourName, @Nullable Integer ours, int fallback) {
    return switch (value) {
      case null -> requireNonNullElse(ours, fallback);
      case String auto when auto.equals("auto") -> requireNonNullElse(ours, fallback);
      case Integer number when number < 1 -> throw wrong(name, COUNT, value);
      case Integer number when ours == null || ours.equals(number) -> number;
      case Integer number ->
          throw new IllegalArgumentException(
              "%s: expected the same as hyperparameters.%s (%d), found %d"
                  .formatted(ourName, name, number, ours));
      default -> throw wrong(name, COUNT, value);
    };
  }

  private static RuntimeException wrong(String name, String expected, @Nullable Object found) {
    String field = "hyperparameters." + name;
    return ProblemException.invalid(
        field, "%s: expected %s, found %s".formatted(field, expected, JsonProblems.shown(found)));
  }
}
