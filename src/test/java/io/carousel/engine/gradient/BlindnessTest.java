package io.carousel.engine.gradient;

import static io.carousel.engine.gradient.Nets.present;
import static org.assertj.core.api.Assertions.assertThat;

import io.carousel.engine.gradient.report.Bound;
import io.carousel.engine.gradient.report.GradientReport;
import io.carousel.engine.gradient.report.LagProfile;
import io.carousel.engine.gradient.report.SuggestedArchitecture;
import io.carousel.engine.gradient.report.Verdict;
import io.carousel.engine.nn.Architecture;
import io.carousel.engine.nn.CellType;
import io.carousel.engine.nn.Initialization;
import io.carousel.engine.nn.Initialization.Recurrent;
import io.carousel.engine.nn.Nonlinearity;
import io.carousel.engine.nn.Parameters;
import java.util.Collections;
import java.util.List;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

/** Oracles 8 and 9: what norms of whole gradients do not show, and what they are not to show. */
class BlindnessTest {
  private static final int STEPS = 100;
  private static final int VOCABULARY = 20;

  @Test
  void diagnose_halfOrthogonalRnn_normsLookHealthyAndTheVerdictIsVanishing() {
    GradientReport report = diagnose(CellType.RNN, 0.5, 1);

    // Of the same order as in the network that the next test finds healthy.
    GradientReport healthy = diagnose(CellType.LSTM, 1, 5);
    for (int i = 0; i < report.parameters().size(); i++) {
      double norm = present(report.parameters().get(i).gradientNorm());
      double usual = present(healthy.parameters().get(i).gradientNorm());
      assertThat(norm).isBetween(usual / 10, usual * 10);
    }
    List<Double> total = report.stateGradient().layers().getFirst().total();
    assertThat(Collections.max(total) / Collections.min(total)).isLessThan(10);

    LagProfile.Layer profile = report.lagProfile().layers().getFirst();
    assertThat(profile.ratio().get(50)).isLessThan(1e-15);
    assertThat(report.lagMatrix().layers().getFirst().mean().get(99).get(49)).isLessThan(1e-15);
    Verdict verdict = report.verdicts().getFirst();
    assertThat(verdict.code()).isEqualTo(Verdict.Code.VANISHING_TIME);
    assertThat(verdict.severity()).isEqualTo(Verdict.CRITICAL);
    assertThat(verdict.recommendations().getFirst().architecture())
        .extracting(SuggestedArchitecture::cell, InstanceOfAssertFactories.STRING)
        .isEqualTo("lstm");
    Bound.Layer bound = present(report.bound()).layers().getFirst();
    assertThat(present(bound.pascanu())).isBetween(0.499999, 0.500001);
    assertThat(present(bound.tighter())).isLessThanOrEqualTo(present(bound.pascanu()));
  }

  @Test
  void diagnose_lstmWithOpenForgetGates_isHealthy() {
    GradientReport report = diagnose(CellType.LSTM, 1, 5);
    assertThat(report.verdicts()).extracting(Verdict::code).containsExactly(Verdict.Code.HEALTHY);
    assertThat(report.lagProfile().layers())
        .extracting(LagProfile.Layer::state)
        .containsExactly("h", "c");
    Bound.Layer bound = present(report.bound()).layers().getFirst();
    assertThat(bound.pascanu()).isNull();
    assertThat(bound.note()).isNotNull();
  }

  @Test
  void diagnose_orthogonalTanhRnn_isNotFlat() {
    LagProfile.Layer profile = diagnose(CellType.RNN, 1, 1).lagProfile().layers().getFirst();
    assertThat(profile.ratio().get(50)).isLessThan(0.01);
  }

  private static GradientReport diagnose(CellType cell, double gain, double forgetBias) {
    Architecture a =
        new Architecture(
            cell,
            1,
            32,
            32,
            0,
            false,
            Nonlinearity.TANH,
            new Initialization(Recurrent.ORTHOGONAL, gain, forgetBias));
    return GradientDiagnostics.diagnose(
        Parameters.initialize(a, VOCABULARY, 1),
        Nets.request(Nets.tokens(STEPS, 4, VOCABULARY, 1), Nets.tokens(STEPS, 4, VOCABULARY, 2)),
        null);
  }
}
