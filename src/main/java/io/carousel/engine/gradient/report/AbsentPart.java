package io.carousel.engine.gradient.report;

import java.util.List;

/**
 * A part that a report cannot have, whatever was asked for.
 *
 * @param part its name in the report
 * @param reason why
 */
public record AbsentPart(String part, String reason) {
  private static final String NO_STATE =
      "a layer that is not recurrent has no state that one step hands to the next";

  /** Of networks that are not recurrent. */
  public static final List<AbsentPart> OF_FEED_FORWARD =
      List.of(
          new AbsentPart(
              "weight_gradient_by_lag", "there are no recurrent weights that all lags share"),
          new AbsentPart("bound", NO_STATE),
          new AbsentPart("jacobian", NO_STATE),
          new AbsentPart("lyapunov", NO_STATE),
          new AbsentPart("carousel", NO_STATE));
}
