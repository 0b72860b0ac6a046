package io.carousel.engine.gradient.verdict;

import static io.carousel.engine.gradient.verdict.Wording.text;

import io.carousel.engine.gradient.report.Depth;
import io.carousel.engine.gradient.report.Gates;
import io.carousel.engine.gradient.report.Verdict;
import io.carousel.engine.gradient.report.Verdict.Code;
import io.carousel.engine.nn.Architecture;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * What is wrong within a step: SATURATED_GATES, DEAD_UNITS, VANISHING_DEPTH. At most one verdict
 * each, on the worst place, with all places as evidence.
 */
public final class NetworkVerdicts {
  private static final double MOST_UNITS = 0.5;
  private static final double NEARLY_ALL = 0.9;
  private static final double SOME_UNITS = 0.1;
  private static final double GONE = 1e-3;
  private static final int MANY = 100; // steps and sequences together

  private final Architecture architecture;
  private final double confidence;

  /**
   * Judges.
   *
   * @param samples T·B, the states that the shares are taken over
   */
  public NetworkVerdicts(Architecture architecture, int samples) {
    this.architecture = architecture;
    confidence = samples < MANY ? 0.8 : 0.95;
  }

  public List<Verdict> verdicts(Gates gates, Depth depth) {
    List<Verdict> verdicts = new ArrayList<>();
    saturated(gates).ifPresent(verdicts::add);
    dead(gates).ifPresent(verdicts::add);
    vanishing(depth).ifPresent(verdicts::add);
    return verdicts;
  }

  private Optional<Verdict> saturated(Gates gates) {
    int worst = worst(gates, Gates.Layer::saturatedUnits);
    double share = share(gates.layers().get(worst).saturatedUnits());
    if (share <= MOST_UNITS) {
      return Optional.empty();
    }
    Gates.Layer at = gates.layers().get(worst);
    return Optional.of(
        verdict(
            Code.SATURATED_GATES,
            share > NEARLY_ALL ? Verdict.CRITICAL : Verdict.WARNING,
            "more than 50 % of the units outside of [0.1, 0.9] (of tanh [-0.8, 0.8]) for more than"
                + " 90 % of the steps; of gates that keep the state only the low end counts",
            MOST_UNITS,
            share,
            places(gates, Gates.Layer::saturatedUnits, "saturated_units", MOST_UNITS),
            text(
                "%d of %d units of %s in layer %d stay at their ends, where the gradient hardly"
                    + " passes.",
                at.saturatedUnits().size(), at.mean().size(), at.gate(), at.layer()),
            Recommendations.againstSaturation(architecture)));
  }

  private Optional<Verdict> dead(Gates gates) {
    int worst = worst(gates, Gates.Layer::deadUnits);
    Gates.Layer at = gates.layers().get(worst);
    double share = share(at.deadUnits());
    if (share == 0) {
      return Optional.empty();
    }
    String severity =
        share > MOST_UNITS ? Verdict.CRITICAL : share > SOME_UNITS ? Verdict.WARNING : Verdict.INFO;
    boolean relu = at.activation().equals("relu");
    return Optional.of(
        verdict(
            Code.DEAD_UNITS,
            severity,
            relu
                ? "a unit of relu is 0 for more than 90 % of the steps"
                : "max φ' < 1e-3 over all steps and sequences",
            relu ? NEARLY_ALL : GONE,
            share,
            places(gates, Gates.Layer::deadUnits, "dead_units", 0),
            text(
                "%d of %d units of %s in layer %d do not answer to what they are given.",
                at.deadUnits().size(), at.mean().size(), at.gate(), at.layer()),
            Recommendations.againstDeadUnits(architecture)));
  }

  private Optional<Verdict> vanishing(Depth depth) {
    Double relative = depth.layers().getFirst().relative();
    if (relative == null || relative >= GONE) {
      return Optional.empty();
    }
    return Optional.of(
        verdict(
            Code.VANISHING_DEPTH,
            relative < GONE * GONE ? Verdict.CRITICAL : Verdict.WARNING,
            "‖∂L/∂a_1‖ / ‖∂L/∂a_L‖ < 1e-3",
            GONE,
            relative,
            List.of("/depth/layers/0/relative", "/depth/layers/0/gradient_norm"),
            text(
                "Of the gradient at the top layer's output, %.2g is left at the lowest's, %d"
                    + " layers below.",
                relative, depth.layers().size() - 1),
            Recommendations.againstDepth(architecture)));
  }

  private double share(List<Integer> units) {
    return (double) units.size() / architecture.hiddenSize();
  }

  private static int worst(Gates gates, Function<Gates.Layer, List<Integer>> units) {
    int worst = 0;
    for (int i = 1; i < gates.layers().size(); i++) {
      int most = units.apply(gates.layers().get(worst)).size();
      worst = units.apply(gates.layers().get(i)).size() > most ? i : worst;
    }
    return worst;
  }

  private List<String> places(
      Gates gates, Function<Gates.Layer, List<Integer>> units, String name, double above) {
    List<String> pointers = new ArrayList<>();
    for (int i = 0; i < gates.layers().size(); i++) {
      if (share(units.apply(gates.layers().get(i))) > above) {
        pointers.add("/gates/layers/%d/%s".formatted(i, name));
      }
    }
    return pointers;
  }

  private Verdict verdict(
      Code code,
      String severity,
      String rule,
      double threshold,
      double measured,
      List<String> evidence,
      String explanation,
      List<Verdict.Recommendation> recommendations) {
    return new Verdict(
        code,
        severity,
        confidence,
        rule,
        threshold,
        measured,
        List.copyOf(evidence),
        explanation,
        recommendations,
        List.of());
  }
}
