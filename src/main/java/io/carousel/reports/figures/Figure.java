package io.carousel.reports.figures;

import io.carousel.engine.gradient.report.GradientReport;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/** The pictures that a report has. */
public enum Figure {
  /** S(τ) with its quantiles, its fit, the horizons and the required lag. */
  LAG_PROFILE(report -> Optional.of(LagProfileFigure.of(report))),
  /** A[t,k] as a heat map. */
  LAG_MATRIX(report -> Optional.of(LagMatrixFigure.of(report))),
  /** Mean activations of the units, gate by gate. */
  GATES(report -> Optional.ofNullable(report.gates()).map(part -> GatesFigure.of(report, part))),
  /** Lyapunov exponents with their intervals. */
  SPECTRUM(report ->
      Optional.ofNullable(report.lyapunov()).map(part -> SpectrumFigure.of(report, part))),
  /** The gradient's norm layer by layer. */
  DEPTH(report -> Optional.ofNullable(report.depth()).map(part -> DepthFigure.of(report, part))),
  /** The forget gates' product beside the full gradient. */
  CAROUSEL(report ->
      Optional.ofNullable(report.carousel())
          .filter(part -> !part.layers().isEmpty())
          .map(part -> CarouselFigure.of(report, part))),
  /** What the loss loses where only the last tokens are kept. */
  CONTEXT(
      report -> Optional.ofNullable(report.context()).map(part -> ContextFigure.of(report, part))),
  /** The loss along a step, raw and clipped. */
  CLIPPING(report ->
      Optional.ofNullable(report.clipping()).map(part -> ClippingFigure.of(report, part)));

  private final Function<GradientReport, Optional<Plot>> drawing;

  Figure(Function<GradientReport, Optional<Plot>> drawing) {
    this.drawing = drawing;
  }

  /** As in URLs: {@code lag-profile}. */
  public String urlName() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Draws it as a complete SVG document; empty where the report does not have what it shows. */
  public Optional<String> svg(GradientReport report) {
    return drawing.apply(report).map(Plot::svg);
  }
}
