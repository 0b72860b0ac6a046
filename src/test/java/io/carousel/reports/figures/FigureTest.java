package io.carousel.reports.figures;

import static org.assertj.core.api.Assertions.assertThat;

import io.carousel.engine.gradient.report.GradientReport;
import io.carousel.engine.nn.CellType;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class FigureTest {

  static Stream<Arguments> shapes() {
    return Stream.of(
        Arguments.of("rnn", Reports.of(Reports.architecture(CellType.RNN, 1, 8, 1), 24, 3)),
        Arguments.of(
            "gru, 2 layers", Reports.of(Reports.architecture(CellType.GRU, 2, 6, 1), 20, 2)),
        Arguments.of("lstm", Reports.of(Reports.architecture(CellType.LSTM, 1, 6, 1), 20, 2)),
        Arguments.of("12 layers", Reports.of(Reports.architecture(CellType.LSTM, 12, 3, 1), 12, 1)),
        Arguments.of("one step", Reports.of(Reports.architecture(CellType.RNN, 1, 4, 1), 1, 2)),
        Arguments.of("two steps", Reports.of(Reports.architecture(CellType.LSTM, 1, 4, 1), 2, 1)),
        Arguments.of("one unit", Reports.of(Reports.architecture(CellType.LSTM, 1, 1, 1), 9, 2)),
        Arguments.of("zeros", Reports.ofZeros(Reports.architecture(CellType.RNN, 2, 4, 1), 8)),
        Arguments.of(
            "lstm of zeros", Reports.ofZeros(Reports.architecture(CellType.LSTM, 1, 4, 1), 8)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("shapes")
  void svg_everyShape_isWellFormedAndNamesWhatWasMeasured(String name, GradientReport report) {
    for (Figure figure : Figure.values()) {
      figure
          .svg(report)
          .ifPresent(text -> {
            assertThat(new Svg(text).texts())
                .as("%s: %s", name, figure)
                .anyMatch(line -> line.contains(Captions.subject(report)))
                .noneMatch(line -> line.contains("NaN") || line.contains("Infinity"));
            assertThat(text).doesNotContain("NaN");
          });
    }
    assertThat(Figure.LAG_PROFILE.svg(report)).isPresent();
    assertThat(Figure.LAG_MATRIX.svg(report)).isPresent();
  }

  @Test
  void lagProfile_farBelowADouble_keepsItsPlaceOnTheAxis() {
    GradientReport report = Reports.of(Reports.architecture(CellType.RNN, 1, 4, 0.01), 300, 1);
    double last = number(report.lagProfile().layers().getFirst().log10Mean().getLast());
    assertThat(last).isLessThan(-400);
    assertThat(report.lagProfile().layers().getFirst().mean().getLast()).isZero();

    List<String> texts = new Svg(Figure.LAG_PROFILE.svg(report).orElseThrow()).texts();
    assertThat(texts).contains("10⁻⁴⁰⁰", "10⁻²⁰⁰", "1");
  }

  @Test
  void lagProfile_namesAxesUnitsAndLines() {
    GradientReport report = Reports.of(Reports.architecture(CellType.RNN, 1, 8, 0.7), 24, 3);
    assertThat(new Svg(Figure.LAG_PROFILE.svg(report).orElseThrow()).texts())
        .contains(
            "lag τ, steps",
            "S(τ), nats per unit",
            "S(τ), mean over the steps t",
            "fit, S ~ exp(βτ)",
            "required lag R",
            "first lag with r < 0.1",
            "first lag with r < 0.001");
  }

  @Test
  void lagProfile_allZero_saysSo() {
    GradientReport report = Reports.ofZeros(Reports.architecture(CellType.RNN, 1, 4, 1), 8);
    assertThat(new Svg(Figure.LAG_PROFILE.svg(report).orElseThrow()).texts())
        .anyMatch(text -> text.contains("every S(τ) is 0"));
  }

  @Test
  void lagMatrix_256Steps_isOneCellAStep_brightWhereStrong() throws IOException {
    GradientReport report = Reports.of(Reports.architecture(CellType.RNN, 1, 4, 0.95), 256, 1);
    BufferedImage image = new Svg(Figure.LAG_MATRIX.svg(report).orElseThrow()).image();
    assertThat(image.getWidth()).isEqualTo(256);
    assertThat(image.getHeight()).isEqualTo(256);
    assertThat(alpha(image, 255, 0)).as("k > t").isZero();
    assertThat(alpha(image, 0, 255)).isGreaterThan(250);
    int own = brightness(image, 255, 255);
    int far = brightness(image, 0, 255);
    int between = brightness(image, 245, 255);
    assertThat(own).isGreaterThan(between + 20);
    assertThat(between).isGreaterThan(far + 5);
  }

  @Test
  void lagMatrix_moreStepsThanCells_isDrawnInBlocks() throws IOException {
    GradientReport report = Reports.of(Reports.architecture(CellType.RNN, 1, 2, 1), 700, 1);
    Svg svg = new Svg(Figure.LAG_MATRIX.svg(report).orElseThrow());
    assertThat(svg.image().getWidth()).isEqualTo(350);
    assertThat(svg.texts()).anyMatch(text -> text.contains("the largest of 2 × 2"));
  }

  @Test
  void comparison_namesOfUsers_areTextAndNotMarkup() {
    Map<String, List<@Nullable Double>> profiles = new LinkedHashMap<>();
    profiles.put("<script>alert(1)</script>", Arrays.asList(0.0, -1.0, null, -3.0));
    profiles.put("a & \"b\" 'c'", List.of(0.0, -0.1, -0.2, -0.3));
    String text = ComparisonFigure.svg(profiles, 3);
    assertThat(text).doesNotContain("<script");
    assertThat(new Svg(text).texts()).contains("<script>alert(1)</script>", "a & \"b\" 'c'");
  }

  @Test
  void horizon_growingOutOfTheWindow_isRingedAndNamed() {
    HorizonFigure.Series h =
        new HorizonFigure.Series("layer 0, h", List.of(0L, 200L, 400L), List.of(3, 9, 14));
    HorizonFigure.Series c =
        new HorizonFigure.Series("layer 0, c", List.of(0L, 200L, 400L), Arrays.asList(5, 30, null));
    assertThat(new Svg(HorizonFigure.svg(List.of(h, c), 1e-3, 64, 50)).texts())
        .contains("layer 0, h", "layer 0, c", "step of training", "horizon τ, steps")
        .anyMatch(text -> text.contains("Ringed: beyond the window"));
    assertThat(new Svg(HorizonFigure.svg(List.of(h), 1e-3, 64, 50)).texts())
        .noneMatch(text -> text.contains("Ringed"));
    assertThat(new Svg(HorizonFigure.svg(List.of(), 1e-3, 64, 50)).texts())
        .anyMatch(text -> text.contains("Nothing to draw"));
  }

  @Test
  void contrast_tokensSubjectAndAttractors_areNamed_zerosLeaveGaps() {
    ContrastFigure.Sentence sentence =
        new ContrastFigure.Sentence(
            List.of("the", "<b>writer", "of", "the", "books"), 1, List.of(4), "is", "are");
    Map<String, List<@Nullable Double>> norms = new LinkedHashMap<>();
    norms.put("rnn", Arrays.asList(1e-300, 1e-5, null, 0.0, 0.5));
    norms.put("lstm", List.of(0.01, 0.4, 0.02, 0.01, 0.1));
    String text = ContrastFigure.svg(sentence, norms);
    assertThat(text).doesNotContain("<b>", "NaN", "Infinity");
    assertThat(new Svg(text).texts())
        .contains("the", "<b>writer", "books", "rnn", "lstm", "10⁻³⁰⁰")
        .anyMatch(line -> line.contains("the subject, <b>writer (1)"))
        .anyMatch(line -> line.contains("the attractor, books (4)"));

    norms.replaceAll((name, values) -> Arrays.asList(0.0, null, 0.0, 0.0, 0.0));
    assertThat(new Svg(ContrastFigure.svg(sentence, norms)).texts())
        .anyMatch(line -> line.contains("Nothing to draw"));
  }

  @Test
  void contrast_longSentence_hasPositionsInsteadOfTokens() {
    List<String> tokens = new ArrayList<>(Collections.nCopies(200, "very"));
    List<@Nullable Double> norms = new ArrayList<>(Collections.nCopies(200, 0.1));
    ContrastFigure.Sentence sentence =
        new ContrastFigure.Sentence(tokens, 3, List.of(), "is", "are");
    assertThat(new Svg(ContrastFigure.svg(sentence, Map.of("lstm", norms))).texts())
        .contains("position of the token", "100")
        .doesNotContain("very")
        .noneMatch(line -> line.contains("attractor"));
  }

  @Test
  void comparison_everyVariantHasAColourALineAndAMarkerOfItsOwn() {
    assertThat(Palette.SERIES).doesNotHaveDuplicates().hasSize(8);
    assertThat(Palette.MARKERS).doesNotHaveDuplicates().hasSize(8);
    assertThat(Palette.LINES.subList(0, 6)).doesNotHaveDuplicates();
  }

  private static double number(@Nullable Double value) {
    if (value == null) {
      throw new AssertionError("no number");
    }
    return value;
  }

  private static int alpha(BufferedImage image, int x, int y) {
    return image.getRGB(x, y) >>> 24;
  }

  /** As in a print in grey. */
  private static int brightness(BufferedImage image, int x, int y) {
    int rgb = image.getRGB(x, y);
    return (int) (0.299 * (rgb >> 16 & 255) + 0.587 * (rgb >> 8 & 255) + 0.114 * (rgb & 255));
  }
}
