package io.carousel.engine.gradient.verdict;

import io.carousel.engine.gradient.report.SuggestedArchitecture;
import io.carousel.engine.gradient.report.SuggestedTraining;
import io.carousel.engine.gradient.report.Verdict.Recommendation;
import io.carousel.engine.nn.Architecture;
import io.carousel.engine.nn.CellType;
import io.carousel.engine.nn.Connections;
import io.carousel.engine.nn.Initialization;
import io.carousel.engine.nn.Initialization.Recurrent;
import io.carousel.engine.nn.Nonlinearity;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What the verdicts recommend, as objects that can be sent back. */
public final class Recommendations {
  private Recommendations() {}

  /** Ways to carry a gradient over a lag. */
  static List<Recommendation> againstVanishing(Architecture a, int lag) {
    double bias = chronoForgetBias(lag);
    List<Recommendation> list = new ArrayList<>();
    if (lag >= a.receptiveField()) {
      list.add(seeingFurther(a, lag));
    }
    // Not the gain of the network that vanished: it may be what made it vanish.
    Initialization carousel =
        new Initialization(Recurrent.ORTHOGONAL, 1, bias, a.initialization().transformBias());
    Initialization orthogonal =
        new Initialization(
            Recurrent.ORTHOGONAL,
            1,
            a.initialization().forgetBias(),
            a.initialization().transformBias());
    list.add(
        new Recommendation(
            String.format(
                Locale.ROOT,
                "An LSTM whose forget gates start open for lags up to %d: chrono initialisation"
                    + " (Tallec and Ollivier 2018) draws b_f ~ ln U(1, R-1); its upper end is"
                    + " %.2f.",
                lag,
                bias),
            SuggestedArchitecture.of(a, CellType.LSTM, a.nonlinearity(), carousel),
            null));
    if (a.cell() == CellType.RNN) {
      list.add(
          new Recommendation(
              "A GRU, whose update gates carry the state past the product of matrices.",
              SuggestedArchitecture.of(a, CellType.GRU, a.nonlinearity(), orthogonal),
              null));
      list.add(
          new Recommendation(
              "If it has to be a plain RNN: relu with identity recurrent weights (Le, Jaitly and"
                  + " Hinton 2015) or orthogonal ones (Saxe et al. 2014), both at gain 1.",
              SuggestedArchitecture.of(
                  a,
                  CellType.RNN,
                  Nonlinearity.RELU,
                  new Initialization(
                      Recurrent.IDENTITY,
                      1,
                      a.initialization().forgetBias(),
                      a.initialization().transformBias())),
              null));
    }
    return List.copyOf(list);
  }

  /** A network that is not recurrent, made to see a lag; as many layers as that takes. */
  private static Recommendation seeingFurther(Architecture a, int lag) {
    if (a.cell() == CellType.MLP) {
      return new Recommendation(
          "A context of %d tokens.".formatted(lag + 1),
          SuggestedArchitecture.of(
              a.withContext(lag + 1, a.kernelSize(), a.maxDilation()),
              a.cell(),
              a.nonlinearity(),
              a.initialization()),
          null);
    }
    Architecture wide = a.withContext(a.contextSize(), Math.max(2, a.kernelSize()), lag);
    while (wide.receptiveField() <= lag) {
      wide = wide.withLayers(wide.layers() + 1);
    }
    return new Recommendation(
        "Layers whose dilations double until a prediction sees %d tokens."
            .formatted(wide.receptiveField()),
        SuggestedArchitecture.of(wide, a.cell(), a.nonlinearity(), a.initialization()),
        null);
  }

  /** Ways to bound a step. */
  static List<Recommendation> againstExploding(Architecture a) {
    Initialization orthogonal =
        new Initialization(
            Recurrent.ORTHOGONAL,
            1,
            a.initialization().forgetBias(),
            a.initialization().transformBias());
    return List.of(
        new Recommendation(
            "Clip the gradient's global norm: begin at 1, then 0.5 to 10 times the mean norm that"
                + " training shows.",
            null,
            clip()),
        new Recommendation("Lower the learning rate.", null, null),
        new Recommendation(
            "Orthogonal recurrent weights at gain 1.",
            SuggestedArchitecture.of(a, a.cell(), a.nonlinearity(), orthogonal),
            null));
  }

  /** A clip at a norm that training has shown to be usual. */
  static List<Recommendation> clipAt(double threshold) {
    return List.of(
        new Recommendation(
            Wording.text("Clip at twice the usual norm, %s.", threshold),
            null,
            SuggestedTraining.clip(threshold)));
  }

  static List<Recommendation> longerWindow(int steps) {
    return List.of(
        new Recommendation(
            "Measure on a window of at least %d steps.".formatted(steps),
            null,
            SuggestedTraining.window(steps)));
  }

  static List<Recommendation> moreSequences() {
    return List.of(new Recommendation("Measure on more sequences.", null, null));
  }

  /** Ways out of numbers that are not finite. */
  public static List<Recommendation> againstNonFinite() {
    return List.of(
        new Recommendation(
            "Clip the gradient's norm and go back to the last checkpoint.", null, clip()),
        new Recommendation("Lower the learning rate.", null, null));
  }

  static SuggestedTraining clip() {
    return SuggestedTraining.clip(1);
  }

  /** Ways out of gates that no longer move. */
  static List<Recommendation> againstSaturation(Architecture a) {
    Initialization smaller =
        new Initialization(
            a.initialization().recurrent(),
            a.initialization().recurrentGain() / 2,
            a.initialization().forgetBias(),
            a.initialization().transformBias());
    return List.of(
        new Recommendation(
            "Smaller recurrent weights to begin with.",
            SuggestedArchitecture.of(a, a.cell(), a.nonlinearity(), smaller),
            null),
        new Recommendation(
            "Lower the learning rate, where training has driven them there.", null, null));
  }

  /** Ways to a nonlinearity that answers. */
  static List<Recommendation> againstDeadUnits(Architecture a) {
    List<Recommendation> list = new ArrayList<>();
    if (a.cell() != CellType.GRU
        && a.cell() != CellType.LSTM
        && a.nonlinearity() == Nonlinearity.RELU) {
      list.add(
          new Recommendation(
              "tanh, which has a slope on both sides.",
              SuggestedArchitecture.of(a, a.cell(), Nonlinearity.TANH, a.initialization()),
              null));
    }
    list.addAll(againstSaturation(a));
    return List.copyOf(list);
  }

  /** Ways down to the lowest layer. */
  static List<Recommendation> againstDepth(Architecture a) {
    List<Recommendation> list = new ArrayList<>();
    if (a.connections() != Connections.RESIDUAL) {
      list.add(
          connected(
              a,
              Connections.RESIDUAL,
              "Residual connections (He et al. 2016): what a layer is given is added to what it"
                  + " computes, and the gradient comes down on the sum."));
    }
    if (a.connections() != Connections.HIGHWAY) {
      list.add(
          connected(
              a,
              Connections.HIGHWAY,
              "Highway connections (Srivastava et al. 2015): gates that begin nearly closed let a"
                  + " layer's input pass."));
    }
    if (a.connections() != Connections.DENSE) {
      list.add(
          connected(
              a,
              Connections.DENSE,
              "Dense connections (Huang et al. 2017): every layer sees the outputs of all below;"
                  + " its parameters grow with the square of the depth."));
    }
    list.add(
        new Recommendation(
            "Fewer layers.",
            SuggestedArchitecture.of(
                a.withLayers(Math.max(1, a.layers() / 2)),
                a.cell(),
                a.nonlinearity(),
                a.initialization()),
            null));
    return List.copyOf(list);
  }

  private static Recommendation connected(Architecture a, Connections connections, String text) {
    return new Recommendation(
        text,
        SuggestedArchitecture.of(
            a.withConnections(connections), a.cell(), a.nonlinearity(), a.initialization()),
        null);
  }

  /** ln(R−1), to two digits and at least 1: f^R is then about 1/e. */
  private static double chronoForgetBias(int lag) {
    return Math.max(1, Math.round(100 * Math.log(Math.max(2, lag - 1))) / 100.0);
  }
}
