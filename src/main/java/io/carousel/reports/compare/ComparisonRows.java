package io.carousel.reports.compare;

import io.carousel.engine.gradient.report.GradientReport;
import io.carousel.engine.gradient.report.LagProfile;
import io.carousel.engine.gradient.report.Lyapunov;
import io.carousel.engine.gradient.report.NonFinite;
import io.carousel.engine.gradient.report.Verdict;
import io.carousel.reports.StoredReport;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Rows of a comparison's table from reports. */
final class ComparisonRows {
  private static final List<String> BY_GRAVITY =
      List.of(Verdict.INFO, Verdict.WARNING, Verdict.CRITICAL);

  private ComparisonRows() {}

  static ComparisonRow row(String name, StoredReport stored, DecidingPath path) {
    GradientReport report = stored.report();
    LagProfile.Layer layer = path.layer();
    return new ComparisonRow(
        name,
        stored.id(),
        stored.model(),
        stored.architecture(),
        report.verdicts().stream().map(Verdict::code).toList(),
        gravest(report.verdicts()),
        layer.layer(),
        layer.state(),
        path.lag(),
        layer.ratio().get(path.lag()),
        layer.log10Ratio().get(path.lag()),
        layer.halfLife(),
        layer.horizon(),
        largestExponent(report.lyapunov()),
        report.depth().layers().getFirst().relative(),
        parameters(report),
        report.loss(),
        flags(report, path));
  }

  /** The first of those with the highest severity. */
  private static Verdict gravest(List<Verdict> verdicts) {
    Verdict gravest = verdicts.getFirst();
    for (Verdict verdict : verdicts) {
      if (BY_GRAVITY.indexOf(verdict.severity()) > BY_GRAVITY.indexOf(gravest.severity())) {
        gravest = verdict;
      }
    }
    return gravest;
  }

  private static @Nullable Double largestExponent(@Nullable Lyapunov lyapunov) {
    return lyapunov == null
        ? null
        : lyapunov.layers().stream()
            .filter(layer -> !layer.exponents().isEmpty())
            .map(layer -> layer.exponents().getFirst())
            .filter(Objects::nonNull)
            .max(Comparator.naturalOrder())
            .orElse(null);
  }

  private static long parameters(GradientReport report) {
    return report.parameters().stream()
        .mapToLong(parameter ->
            parameter.shape().stream().mapToLong(Integer::longValue).reduce(1, Math::multiplyExact))
        .sum();
  }

  /** The report's flags, under the names that the numbers have in a row. */
  private static List<NonFinite> flags(GradientReport report, DecidingPath path) {
    List<NonFinite> flags = new ArrayList<>(report.nonFinite());
    for (NonFinite flag : path.layer().nonFinite()) {
      String at =
          switch (flag.at()) {
            case "half_life" -> "half_life";
            case String number when number.equals("ratio/" + path.lag()) -> "ratio";
            case String number when number.equals("log10_ratio/" + path.lag()) -> "log10_ratio";
            default -> null;
          };
      if (at != null) {
        flags.add(new NonFinite(at, flag.value()));
      }
    }
    return List.copyOf(flags);
  }
}
