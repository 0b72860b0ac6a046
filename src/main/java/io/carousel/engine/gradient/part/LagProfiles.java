package io.carousel.engine.gradient.part;

import io.carousel.engine.gradient.numerics.LineFit;
import io.carousel.engine.gradient.numerics.Statistics;
import io.carousel.engine.gradient.report.Flags;
import io.carousel.engine.gradient.report.LagProfile;
import io.carousel.engine.gradient.sequence.LagStatistics;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** {@code lag_profile} from its statistics. */
public final class LagProfiles {
  private LagProfiles() {}

  public static LagProfile of(List<LagStatistics> statistics) {
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
        flags.numbers("mean", Statistics.exp(s.logMean), measured),
        flags.numbers("log10_mean", Statistics.log10(s.logMean), measured),
        flags.numbers("geometric_mean", Statistics.exp(s.logGeometricMean), measured),
        flags.numbers("p10", Statistics.exp(s.logP10), measured),
        flags.numbers("median", Statistics.exp(s.logMedian), measured),
        flags.numbers("p90", Statistics.exp(s.logP90), measured),
        flags.numbers("ratio", Statistics.exp(s.logRatio), measured),
        flags.numbers("log10_ratio", Statistics.log10(s.logRatio), measured),
        flags.numbers("ratio_lower", Statistics.exp(s.logRatioLower), hasInterval),
        flags.numbers("ratio_upper", Statistics.exp(s.logRatioUpper), hasInterval),
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
}
