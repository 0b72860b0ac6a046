package io.carousel.reports.figures;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How the gradient changes on its way down the layers of several networks, in one chart; counted
 * from the top, so that networks of different depths begin at one place.
 */
public final class DepthComparisonFigure {
  private DepthComparisonFigure() {}

  /**
   * Draws.
   *
   * @param profiles log₁₀ of the norm relative to the top layer's, the top layer first, by name;
   *     null for a gap
   */
  public static String svg(Map<String, List<@Nullable Double>> profiles) {
    ProfileLines lines = new ProfileLines("depth", profiles);
    Plot plot =
        new Plot(
                "What is left of the gradient on its way down the layers",
                "Norm of the gradient of the mean loss in what a layer passes upwards, relative to"
                    + " the top layer's",
                lines.height())
            .steps(
                "x",
                "layers below the top",
                lines.longest(),
                1,
                "limits",
                Plot.list(0.0, (double) lines.longest()))
            .logAxis("y", "‖∂L/∂a_ℓ‖ / ‖∂L/∂a_L‖", lines.powers())
            .caption("Horizontal: 0.001, below which the depth is lost.");
    return lines.drawOn(plot).svg();
  }
}
