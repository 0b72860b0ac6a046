package io.carousel.engine.gradient.part;

import io.carousel.engine.gradient.numerics.Statistics;
import io.carousel.engine.gradient.report.Context;
import io.carousel.engine.gradient.report.Flags;
import io.carousel.engine.gradient.sequence.ContextSample;
import io.carousel.engine.gradient.sequence.SequenceAnalysis;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** {@code context}. */
public final class ContextPart implements ReportPart<Context> {
  private final int octaves;
  private final List<ContextSample> samples = new ArrayList<>(); // of sequences with predictions

  public ContextPart(int steps) {
    octaves = ContextSample.octaves(steps);
  }

  @Override
  public void add(SequenceAnalysis sequence) {
    ContextSample sample = sequence.context();
    if (sample != null && sample.predictions() > 0) {
      samples.add(sample);
    }
  }

  @Override
  public Context build() {
    int predictions = samples.stream().mapToInt(ContextSample::predictions).sum();
    double full = samples.stream().mapToDouble(ContextSample::full).sum() / predictions;
    double[] loss = new double[octaves];
    double[] rise = new double[octaves];
    double[] lower = new double[octaves];
    double[] upper = new double[octaves];
    for (int i = 0; i < octaves; i++) {
      int octave = i;
      loss[i] = samples.stream().mapToDouble(s -> s.shortened()[octave]).sum() / predictions;
      rise[i] = loss[i] - full;
      double half =
          Statistics.halfInterval(
              samples.stream()
                  .mapToDouble(s -> (s.shortened()[octave] - s.full()) / s.predictions())
                  .toArray());
      lower[i] = rise[i] - half;
      upper[i] = rise[i] + half;
    }
    boolean[] any = new boolean[octaves];
    boolean[] several = new boolean[octaves];
    Arrays.fill(any, predictions > 0);
    Arrays.fill(several, samples.size() > 1);
    Flags flags = new Flags();
    return new Context(
        predictions,
        IntStream.range(0, octaves).map(octave -> 1 << octave).boxed().toList(),
        flags.numbers("loss", loss, any),
        predictions > 0 ? flags.number("full_loss", full) : null,
        flags.numbers("rise", rise, any),
        flags.numbers("rise_lower", lower, several),
        flags.numbers("rise_upper", upper, several),
        flags.list());
  }
}
