package io.carousel.reports.figures;

import io.carousel.engine.gradient.report.GradientReport;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The words that figures share. */
final class Captions {
  private static final int TWO_COLUMNS = 8; // panels
  private static final String FIGURE_SPACE = "\u2007";
  private static final int THREE_COLUMNS = 18;

  private Captions() {}

  /** What was measured. */
  static String subject(GradientReport r) {
    return "%s, %d layer%s of %d unit%s; T = %d step%s, B = %d sequence%s"
        .formatted(
            r.cell().toUpperCase(Locale.ROOT),
            r.layers(),
            plural(r.layers()),
            r.hiddenSize(),
            plural(r.hiddenSize()),
            r.sequenceLength(),
            plural(r.sequenceLength()),
            r.batchSize(),
            plural(r.batchSize()));
  }

  static String plural(int count) {
    return count == 1 ? "" : "s";
  }

  /** Of as many letters for all layers, as panels are in the order of the alphabet. */
  static String panel(GradientReport r, int layer) {
    boolean pad = r.layers() > 10 && layer < 10;
    return "layer " + (pad ? FIGURE_SPACE : "") + layer;
  }

  static String panel(GradientReport r, int layer, String state) {
    return panel(r, layer) + ", " + state;
  }

  /** Columns of so many panels. */
  static int columns(int panels) {
    if (panels == 1) {
      return 1;
    }
    if (panels <= TWO_COLUMNS) {
      return 2;
    }
    return panels <= THREE_COLUMNS ? 3 : 4;
  }

  /** Three digits; a dash where there is no number. */
  static String number(@Nullable Double value) {
    return value == null ? "–" : String.format(Locale.ROOT, "%.3g", value);
  }
}
