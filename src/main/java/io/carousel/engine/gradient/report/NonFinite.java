package io.carousel.engine.gradient.report;

/**
 * Says why a number of a report is null: it was measured and is not finite. A null without such a
 * flag was not measured or is not defined.
 *
 * @param at the number inside the object that bears the flag, names and indices separated by
 *     slashes, e.g. {@code log10_mean/17}
 * @param value {@code nan}, {@code inf} or {@code -inf}
 */
public record NonFinite(String at, String value) {}
