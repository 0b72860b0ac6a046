package io.carousel.reports.figures;

import io.carousel.engine.gradient.DiagnosticsRequest;
import io.carousel.engine.gradient.GradientDiagnostics;
import io.carousel.engine.gradient.report.GradientReport;
import io.carousel.engine.nn.Architecture;
import io.carousel.engine.nn.CellType;
import io.carousel.engine.nn.Initialization;
import io.carousel.engine.nn.Nonlinearity;
import io.carousel.engine.nn.Parameters;
import java.util.Arrays;
import java.util.SplittableRandom;

/** Real reports of small networks. */
final class Reports {
  private static final int VOCABULARY = 11;

  private Reports() {}

  static Architecture architecture(CellType cell, int layers, int hidden, double gain) {
    return new Architecture(
        cell,
        layers,
        hidden,
        hidden,
        0,
        false,
        Nonlinearity.TANH,
        new Initialization(Initialization.Recurrent.ORTHOGONAL, gain, 1));
  }

  static GradientReport of(Architecture architecture, int steps, int sequences) {
    return of(Parameters.initialize(architecture, VOCABULARY, 1), steps, sequences);
  }

  static GradientReport ofZeros(Architecture architecture, int steps) {
    Parameters parameters = Parameters.initialize(architecture, VOCABULARY, 1);
    Arrays.fill(parameters.values(), 0);
    return of(parameters, steps, 2);
  }

  private static GradientReport of(Parameters parameters, int steps, int sequences) {
    SplittableRandom random = new SplittableRandom(1);
    int[][] inputs = new int[steps][sequences];
    int[][] targets = new int[steps][sequences];
    for (int t = 0; t < steps; t++) {
      for (int b = 0; b < sequences; b++) {
        inputs[t][b] = random.nextInt(VOCABULARY);
        targets[t][b] = random.nextInt(VOCABULARY);
      }
    }
    return GradientDiagnostics.diagnose(
        parameters, new DiagnosticsRequest(inputs, targets, null, false), null);
  }
}
