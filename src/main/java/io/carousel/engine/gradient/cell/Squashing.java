package io.carousel.engine.gradient.cell;

import org.jspecify.annotations.Nullable;

/** The nonlinearity of a gate or candidate, and where it counts as shut or fully open. */
public enum Squashing {
  SIGMOID(0.1, 0.9) {
    @Override
    public double slope(double value) {
      return value * (1 - value);
    }
  },
  /** tanh(a) = 2σ(2a) − 1: as far out as 0.1 and 0.9 are for σ. */
  TANH(-0.8, 0.8) {
    @Override
    public double slope(double value) {
      return 1 - value * value;
    }
  },
  RELU(0, null) {
    @Override
    public double slope(double value) {
      return value > 0 ? 1 : 0;
    }

    @Override
    public boolean isLow(double value) {
      return value <= 0;
    }
  };

  public final double low;
  public final @Nullable Double high; // null where there is no upper end

  Squashing(double low, @Nullable Double high) {
    this.low = low;
    this.high = high;
  }

  /** φ′, from φ's value. */
  public abstract double slope(double value);

  public boolean isLow(double value) {
    return value < low;
  }

  public boolean isHigh(double value) {
    return high != null && value > high;
  }
}
