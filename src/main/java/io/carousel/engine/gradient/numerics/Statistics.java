package io.carousel.engine.gradient.numerics;

import java.util.Arrays;

/** Statistics of positive numbers that are given by their logarithms. */
public final class Statistics {
  /** 97.5 % quantile of Student's t for 1, 2, … 10 degrees of freedom. */
  private static final double[] STUDENT = {
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228
  };

  private Statistics() {}

  /** ln Σ exp. */
  public static double logSumExp(double[] logs) {
    double largest = Double.NEGATIVE_INFINITY;
    for (double log : logs) {
      largest = Math.max(largest, log);
    }
    if (!Double.isFinite(largest)) {
      return largest;
    }
    double sum = 0;
    for (double log : logs) {
      sum += Math.exp(log - largest);
    }
    return largest + Math.log(sum);
  }

  /** ln of the mean. */
  public static double logMeanExp(double[] logs) {
    return logSumExp(logs) - Math.log(logs.length);
  }

  public static double mean(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum / values.length;
  }

  /** A quantile of sorted values, interpolated linearly as NumPy does. */
  public static double quantile(double[] sorted, double share) {
    double position = share * (sorted.length - 1);
    int below = (int) position;
    double weight = position - below;
    return weight == 0 ? sorted[below] : (1 - weight) * sorted[below] + weight * sorted[below + 1];
  }

  /** ln of a quantile, interpolated linearly between the numbers themselves as NumPy does. */
  public static double logQuantile(double[] logs, double share) {
    double[] sorted = logs.clone();
    Arrays.sort(sorted);
    double position = share * (sorted.length - 1);
    int below = (int) position;
    double upper = sorted[Math.min(below + 1, sorted.length - 1)];
    double weight = position - below;
    if (weight == 0 || !Double.isFinite(upper)) {
      return sorted[below];
    }
    return upper + Math.log((1 - weight) * Math.exp(sorted[below] - upper) + weight);
  }

  /** Half the width of the 95 % interval of a mean; NaN for fewer than two values. */
  public static double halfInterval(double[] values) {
    if (values.length < 2) {
      return Double.NaN;
    }
    double mean = mean(values);
    double squares = 0;
    for (double value : values) {
      squares += (value - mean) * (value - mean);
    }
    int freedom = values.length - 1;
    return student(freedom) * Math.sqrt(squares / freedom / values.length);
  }

  /** 97.5 % quantile of Student's t. */
  static double student(int freedom) {
    if (freedom <= STUDENT.length) {
      return STUDENT[freedom - 1];
    }
    double z = 1.959964; // Cornish and Fisher, good to 1e-3 from 11 degrees of freedom on
    double z3 = z * z * z;
    double z5 = z3 * z * z;
    double z7 = z5 * z * z;
    double n = freedom;
    return z
        + (z3 + z) / (4 * n)
        + (5 * z5 + 16 * z3 + 3 * z) / (96 * n * n)
        + (3 * z7 + 19 * z5 + 17 * z3 - 15 * z) / (384 * n * n * n);
  }

  /** Of each, from its natural logarithm. */
  public static double[] exp(double[] logs) {
    return Arrays.stream(logs).map(Math::exp).toArray();
  }

  /** From natural to decimal logarithms. */
  public static double[] log10(double[] logs) {
    return Arrays.stream(logs).map(log -> log / Math.log(10)).toArray();
  }
}
