package io.carousel.engine.gradient.report;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a report concludes.
 *
 * @param severity {@link #INFO}, {@link #WARNING} or {@link #CRITICAL}
 * @param confidence from 0 to 1
 * @param rule the rule that fired
 * @param threshold the rule's
 * @param measured what was compared with it
 * @param evidence JSON pointers into the report, its names in snake_case
 * @param explanation for a reader
 * @param nonFinite flags of {@code measured}
 */
public record Verdict(
    Code code,
    String severity,
    double confidence,
    String rule,
    @Nullable Double threshold,
    @Nullable Double measured,
    List<String> evidence,
    String explanation,
    List<Recommendation> recommendations,
    List<NonFinite> nonFinite) {

  public static final String INFO = "info";
  public static final String WARNING = "warning";
  public static final String CRITICAL = "critical";

  /** The conclusions there are. */
  public enum Code {
    /** The gradient does not reach as far back as the required lag. */
    VANISHING_TIME,
    /** The gradient grows with the lag. */
    EXPLODING_TIME,
    /** A weight, an activation or a gradient is NaN or infinite. */
    NON_FINITE,
    /** More than half of the units of a gate or candidate are at its ends nearly all the time. */
    SATURATED_GATES,
    /** Units whose nonlinearity is flat at every step. */
    DEAD_UNITS,
    /** Steps are large beside the weights. */
    LEARNING_RATE_HIGH,
    /** Steps are tiny beside the weights. */
    LEARNING_RATE_LOW,
    /** Training cuts off lags that have a share in the gradient. */
    TRUNCATION_SHORT,
    /** Training carries the gradient over lags that have no share in it. */
    TRUNCATION_LONG,
    /** The gradient does not reach the lowest layer. */
    VANISHING_DEPTH,
    /** None of the others. */
    HEALTHY,
    /** The window does not show enough to say. */
    INCONCLUSIVE
  }

  /**
   * What to try.
   *
   * @param architecture complete, to be sent back as a job's or report's {@code architecture}; null
   *     where it should stay
   * @param training fields of a job's {@code training} to send back; null where it should stay
   */
  public record Recommendation(
      String text,
      @Nullable SuggestedArchitecture architecture,
      @Nullable SuggestedTraining training) {}
}
