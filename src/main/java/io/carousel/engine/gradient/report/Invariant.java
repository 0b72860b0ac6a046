package io.carousel.engine.gradient.report;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An identity that must hold if the analysis is right, and how well it does.
 *
 * @param residual relative; largest over layers, states, steps and sequences
 * @param tolerance what rounding may leave
 * @param holds whether the residual is at most the tolerance
 */
public record Invariant(
    String name,
    String description,
    @Nullable Double residual,
    double tolerance,
    boolean holds,
    List<NonFinite> nonFinite) {

  public static Invariant of(String name, String description, double residual, double tolerance) {
    Flags flags = new Flags();
    Double number = flags.number("residual", residual);
    return new Invariant(name, description, number, tolerance, residual <= tolerance, flags.list());
  }
}
