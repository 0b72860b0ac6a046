package io.carousel.engine.gradient;

import io.carousel.engine.gradient.report.Clipping;
import io.carousel.engine.gradient.report.ParameterNorms;
import io.carousel.engine.gradient.report.Verdict;
import io.carousel.engine.gradient.report.Verdict.Code;
import io.carousel.engine.gradient.verdict.UpdateVerdicts;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All verdicts of a report: the gravest first, and HEALTHY only where nothing worse than a remark
 * was found. What is measured beside a number that is not finite may stand where it speaks of time,
 * but nothing is healthy then.
 */
final class Verdicts {
  private static final List<String> SEVERITIES =
      List.of(Verdict.CRITICAL, Verdict.WARNING, Verdict.INFO);

  private final List<Verdict> list = new ArrayList<>();
  private final boolean finite;

  Verdicts(List<Verdict> nonFinite, Verdict time) {
    finite = nonFinite.isEmpty();
    list.addAll(nonFinite);
    boolean says = time.code() == Code.VANISHING_TIME || time.code() == Code.EXPLODING_TIME;
    if (finite || says) {
      list.add(time);
    }
  }

  void addAll(List<Verdict> verdicts) {
    verdicts.forEach(this::add);
  }

  /** Adds a verdict, if there is none with its code yet. */
  void add(Verdict verdict) {
    boolean known = list.stream().anyMatch(other -> other.code() == verdict.code());
    if (finite && !known) {
      list.add(verdict);
    }
  }

  /** Adds what only training shows. */
  void addTraining(
      TrainingObservations training, List<ParameterNorms> parameters, @Nullable Clipping clipping) {
    List<String> names = parameters.stream().map(ParameterNorms::name).toList();
    UpdateVerdicts.ofRatios(
            training.updateRatioLog10(),
            training.learningRate(),
            training.optimizer(),
            name -> "/parameters/%d/update_ratio_log10".formatted(names.indexOf(name)))
        .ifPresent(this::add);
    if (clipping != null && clipping.training() != null) {
      UpdateVerdicts.ofNorms(clipping.training(), "/clipping/training").ifPresent(this::add);
    }
  }

  List<Verdict> list() {
    boolean ill = list.stream().anyMatch(verdict -> !verdict.severity().equals(Verdict.INFO));
    return list.stream()
        .filter(verdict -> !(ill && verdict.code() == Code.HEALTHY))
        .sorted(Comparator.comparingInt(verdict -> SEVERITIES.indexOf(verdict.severity())))
        .toList();
  }
}
