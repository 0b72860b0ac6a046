package io.carousel.reports.figures;

import static io.carousel.reports.figures.Plot.map;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * r(τ) of several networks in one chart; each has a colour, a line type and a marker of its own.
 */
public final class ComparisonFigure {
  private ComparisonFigure() {}

  /**
   * Draws.
   *
   * @param profiles log₁₀ r for τ = 0, 1, … by name, null for a gap
   * @param requiredLag R; beyond all profiles it is only said
   */
  public static String svg(Map<String, List<@Nullable Double>> profiles, int requiredLag) {
    ProfileLines lines = new ProfileLines("lag", profiles);
    boolean inside = requiredLag <= lines.longest() + 1;
    int longest = inside ? Math.max(lines.longest(), requiredLag) : lines.longest();
    Table required = new Table("lag");
    if (inside) {
      required.row(requiredLag);
    }
    Plot plot =
        new Plot(
                "What is left of the gradient τ steps before the prediction",
                "r(τ) on the path, layer and state, that keeps the most at the required lag R = "
                    + requiredLag
                    + (inside ? "" : ", which lies beyond the window"),
                lines.height())
            .steps("x", "lag τ, steps", longest, 1, "limits", Plot.list(0.0, (double) longest))
            .logAxis("y", "r(τ) = S(τ)/S(0)", lines.powers())
            .caption(
                "Horizontal: 0.001, below which the lag is lost."
                    + (inside ? " Vertical: the required lag R." : ""))
            .layer(
                "vline",
                required,
                map("xintercept", "lag"),
                map("color", Palette.BLACK, "linetype", "dotdash", "size", 0.8));
    return lines.drawOn(plot).svg();
  }
}
