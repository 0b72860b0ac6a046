package io.carousel.reports.figures;

import static io.carousel.reports.figures.Plot.map;

import io.carousel.engine.gradient.report.GradientReport;
import io.carousel.engine.gradient.report.LagMatrix;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A[t,k] as a heat map, a panel for each layer and state. Viridis is even to the eye, also to a
 * colour-blind one, and grows steadily brighter in grey.
 */
final class LagMatrixFigure {
  /** Cells of all panels together; of more, blocks are drawn. */
  private static final int MOST_CELLS = 160_000;

  private static final int MOST_SIDE = 512;

  /** What is fainter than this below the strongest, in decades, is drawn like it. */
  private static final double DECADES = 12;

  private static final String TITLE =
      "Lag matrix: the gradient of the loss at step t in the state at step k ≤ t";

  private final Table cells = new Table("k", "t", "log", "panel");
  private double lowest = Double.POSITIVE_INFINITY;
  private double highest = Double.NEGATIVE_INFINITY;
  private boolean zeros;

  private LagMatrixFigure() {}

  static Plot of(GradientReport report) {
    return new LagMatrixFigure().plot(report);
  }

  private Plot plot(GradientReport report) {
    List<LagMatrix.Layer> layers = report.lagMatrix().layers();
    int steps = report.sequenceLength();
    int side = (int) Math.min(MOST_SIDE, Math.sqrt(2.0 * MOST_CELLS / layers.size()));
    int block = Math.ceilDiv(steps, side);
    range(layers, block);
    double floor = Math.max(lowest, highest - DECADES);
    layers.forEach(layer -> add(report, layer, block, floor));
    if (lowest > highest) {
      return new Plot(TITLE, Captions.subject(report) + "; every entry is 0 or not finite", 300);
    }
    int columns = Captions.columns(layers.size());
    int rows = Math.ceilDiv(layers.size(), columns);
    int panel = (Plot.WIDTH - 60) / columns;
    Plot plot =
        new Plot(TITLE, Captions.subject(report), columns == 1 ? 800 : 210 + rows * panel)
            .steps("x", "k, step of the state", steps - 1, columns)
            .steps("y", "t, step of the prediction", steps - 1, columns, "trans", "reverse")
            .square()
            .caption(caption(block, floor))
            .layer("raster", cells, map("x", "k", "y", "t", "fill", "log"), map());
    double room = highest - floor < 1 ? 0.5 : 0; // one colour needs a range as well
    Powers powers = Powers.between(floor - room, highest + room);
    plot.scale(
        "fill",
        "name",
        "‖∂L_t/∂s_k‖, nats per unit",
        "scale_mapper_kind",
        "color_cmap",
        "option",
        "viridis",
        "na_value",
        "#d9d9d9",
        "limits",
        Plot.list(powers.limits().getFirst(), powers.limits().getLast()),
        "breaks",
        powers.breaks(),
        "labels",
        powers.labels(),
        "guide",
        map("name", "colorbar", "barwidth", 320, "barheight", 16, "nbin", 100));
    return layers.size() == 1 ? plot : plot.facets("panel", columns);
  }

  private void range(List<LagMatrix.Layer> layers, int block) {
    for (LagMatrix.Layer layer : layers) {
      blocks(
          layer,
          block,
          (t, k, value) -> {
            if (value > 0) {
              lowest = Math.min(lowest, Math.log10(value));
              highest = Math.max(highest, Math.log10(value));
            } else {
              zeros = true;
            }
          });
    }
  }

  private void add(GradientReport report, LagMatrix.Layer layer, int block, double floor) {
    String panel = Captions.panel(report, layer.layer(), layer.state());
    blocks(
        layer,
        block,
        (t, k, value) -> {
          double log = value > 0 ? Math.max(floor, Math.log10(value)) : floor;
          cells.row(k, t, log, panel);
        });
  }

  private interface Cell {
    void is(double t, double k, double value);
  }

  /** The largest value of each block, at its middle; blocks without a value are left out. */
  private static void blocks(LagMatrix.Layer layer, int block, Cell cell) {
    int steps = layer.mean().size();
    for (int t = 0; t < steps; t += block) {
      for (int k = 0; k <= t; k += block) {
        Double largest = largest(layer.mean(), t, k, block);
        if (largest != null) {
          cell.is(t + (block - 1) / 2.0, k + (block - 1) / 2.0, largest);
        }
      }
    }
  }

  private static @Nullable Double largest(
      List<List<@Nullable Double>> rows, int fromT, int fromK, int block) {
    Double largest = null;
    for (int t = fromT; t < Math.min(rows.size(), fromT + block); t++) {
      for (int k = fromK; k <= Math.min(t, fromK + block - 1); k++) {
        Double value = rows.get(t).get(k);
        if (value != null && (largest == null || value > largest)) {
          largest = value;
        }
      }
    }
    return largest;
  }

  private String caption(int block, double floor) {
    StringBuilder text = new StringBuilder("Mean over the sequences.");
    if (lowest < floor) {
      text.append(" Darkest: ").append(Powers.label(floor)).append(" or less.");
    } else if (zeros) {
      text.append(" Darkest: also what is 0.");
    }
    if (block > 1) {
      text.append(" Each cell is the largest of %d × %d.".formatted(block, block));
    }
    return text.toString();
  }
}
