package io.carousel.engine.train;

/**
 * Checks of specifications. Not methods of the sealed interfaces themselves: calling those would
 * initialise the interface in the middle of a record's own initialisation, and leave its default
 * null.
 */
final class Require {
  private Require() {}

  static void positive(String name, double value) {
    if (!(value > 0 && value <= Float.MAX_VALUE)) {
      throw new IllegalArgumentException(
          name + ": expected a positive finite number, found " + value);
    }
  }

  static void fraction(String name, double value) {
    if (!(value >= 0 && value < 1)) {
      throw new IllegalArgumentException(
          name + ": expected a number from 0 up to but not including 1, found " + value);
    }
  }
}
