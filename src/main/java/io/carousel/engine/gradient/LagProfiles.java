package io.carousel.engine.gradient;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** {@code lag_profile} from its statistics. */
final class LagProfiles {
  private LagProfiles() {}

  static LagProfile of(List<LagStatistics> statistics) {
    return new LagProfile(statistics.stream().map(LagProfiles::layer).toList());
  }

  private static LagProfile.Layer layer(LagStatistics s) {
    Flags flags = new Flags();
    int steps = s.count.length;
    boolean[] measured = new boolean[steps];
    boolean[] hasInterval = new boolean[steps];
    for (int lag = 0; lag < steps; lag++) {
      measured[lag] = s.count[lag] > 0;
      hasInterval[lag] = !Double.isNaN(s.logRatioLower[lag]);
    }
    LineFit fit = s.fit;
    return new LagProfile.Layer(
        s.layer,
        s.state,
        IntStream.range(0, steps).boxed().toList(),
        Arrays.stream(s.count).boxed().toList(),
        flags.numbers("mean", exp(s.logMean), measured),
        flags.numbers("log10_mean", log10(s.logMean), measured),
        flags.numbers("geometric_mean", exp(s.logGeometricMean), measured),
        flags.numbers("p10", exp(s.logP10), measured),
        flags.numbers("median", exp(s.logMedian), measured),
        flags.numbers("p90", exp(s.logP90), measured),
        flags.numbers("ratio", exp(s.logRatio), measured),
        flags.numbers("log10_ratio", log10(s.logRatio), measured),
        flags.numbers("ratio_lower", exp(s.logRatioLower), hasInterval),
        flags.numbers("ratio_upper", exp(s.logRatioUpper), hasInterval),
        slope(fit),
        fit == null ? null : flags.number("half_life", fit.halfLife()),
        new LagProfile.Horizon(s.horizon(1e-1), s.horizon(1e-3)),
        flags.number("memory_length", s.memoryLength()),
        flags.list());
  }

  private static LagProfile.@Nullable LogSlope slope(@Nullable LineFit fit) {
    return fit == null
        ? null
        : new LagProfile.LogSlope(
            fit.slope(), fit.lower(), fit.upper(), fit.rSquared(), fit.from(), fit.to());
  }

  private static double[] exp(double[] logs) {
    return Arrays.stream(logs).map(Math::exp).toArray();
  }

  private static double[] log10(double[] logs) {
    return Arrays.stream(logs).map(log -> log / Math.log(10)).toArray();
  }
}
