package io.carousel.jobs.run;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.carousel.engine.gradient.TrainingObservations;
import io.carousel.engine.gradient.report.Verdict;
import io.carousel.engine.gradient.report.Verdict.Code;
import io.carousel.engine.train.StepReport;
import io.carousel.engine.train.StepReport.ParameterReport;
import io.carousel.engine.train.TrainingSpecification;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class UpdateWindowTest {
  private static final double RATE = TrainingSpecification.DEFAULT.optimizer().learningRate();

  private final UpdateWindow window = new UpdateWindow(TrainingSpecification.DEFAULT);
  private long step = UpdateWindow.FIRST_STEPS;

  private void observe(int times, double rate, @Nullable Double ratio) {
    for (int i = 0; i < times; i++) {
      List<ParameterReport> detail =
          ratio == null ? null : List.of(new ParameterReport("rnn.weight_hh_l0", 1, ratio));
      step++;
      window.observe(new StepReport(step, 1, step, 1, rate, 2, step, false, detail));
    }
  }

  private List<Code> codes() {
    return window.verdicts().stream().map(Verdict::code).toList();
  }

  @Test
  void verdicts_needAFullWindow() {
    observe(UpdateWindow.RATIOS - 1, RATE, -1.5);
    observe(50, RATE, null);
    assertThat(codes()).isEmpty();
    observe(1, RATE, -1.5);
    Verdict verdict = window.verdicts().getFirst();
    assertThat(verdict.code()).isEqualTo(Code.LEARNING_RATE_HIGH);
    assertThat(verdict.measured()).isEqualTo(-1.5);
    assertThat(verdict.evidence()).containsExactly("/update_ratio_log10/rnn.weight_hh_l0");
    var training = requireNonNull(verdict.recommendations().getFirst().training());
    assertThat(requireNonNull(training.optimizer()).type()).isEqualTo("adam");
  }

  @Test
  void verdicts_fewSteps_doNotFlipThem() {
    observe(UpdateWindow.RATIOS, RATE, -3.0);
    observe(UpdateWindow.RATIOS / 2, RATE, 1.0);
    assertThat(codes()).isEmpty();
    observe(1, RATE, 1.0);
    assertThat(codes()).containsExactly(Code.LEARNING_RATE_HIGH);
  }

  @Test
  void verdicts_firstStepsAndThoseOfALowSchedule_areLeftOut() {
    step = 0;
    observe(UpdateWindow.FIRST_STEPS, RATE, 0.0);
    assertThat(codes()).isEmpty();
    observe(UpdateWindow.RATIOS, RATE, -3.0);
    observe(UpdateWindow.RATIOS, RATE * 0.49, -9.0);
    assertThat(codes()).isEmpty();
    observe(UpdateWindow.RATIOS, RATE * 0.51, -9.0);
    assertThat(codes()).containsExactly(Code.LEARNING_RATE_LOW);
  }

  @Test
  void observations_norms_areThoseOfTheLastThousandSteps() {
    step = 0;
    observe(1500, RATE, null);
    TrainingObservations observations = window.observations();
    assertThat(observations.gradientNorms()).hasSize(1000).startsWith(501.0).endsWith(1500.0);
    assertThat(observations.clippingThreshold()).isEqualTo(5);
    assertThat(observations.updateRatioLog10()).isEmpty();
    assertThat(observations.optimizer()).isEqualTo("adam");
  }
}
