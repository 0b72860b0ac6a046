package io.carousel.reports.compare;

import io.carousel.engine.gradient.report.GradientReport;
import io.carousel.engine.gradient.report.LagProfile;
import java.util.Comparator;
import java.util.List;

/**
 * The layer and state that keep the most of the gradient at the required lag: the path that decides
 * over VANISHING_TIME, since one that survives is enough to learn by.
 *
 * @param lag R, or the longest lag of a window that is shorter
 */
record DecidingPath(LagProfile.Layer layer, int lag) {

  static DecidingPath of(GradientReport report) {
    List<LagProfile.Layer> layers = report.lagProfile().layers();
    List<Integer> count = layers.getFirst().count();
    int longest = count.size() - 1;
    while (longest > 0 && count.get(longest) == 0) {
      longest--;
    }
    int lag = Math.min(report.requiredLag(), longest);
    LagProfile.Layer best =
        layers.stream()
            .max(Comparator.comparingDouble(layer -> log10Ratio(layer, lag)))
            .orElseThrow();
    return new DecidingPath(best, lag);
  }

  private static double log10Ratio(LagProfile.Layer layer, int lag) {
    Double log = layer.log10Ratio().get(lag);
    return log == null ? Double.NEGATIVE_INFINITY : log;
  }
}
