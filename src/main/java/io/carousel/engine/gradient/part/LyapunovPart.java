package io.carousel.engine.gradient.part;

import io.carousel.engine.gradient.cell.DoubleWeights;
import io.carousel.engine.gradient.numerics.Linear;
import io.carousel.engine.gradient.report.Flags;
import io.carousel.engine.gradient.report.Lyapunov;
import io.carousel.engine.gradient.sequence.LyapunovSample;
import io.carousel.engine.gradient.sequence.SequenceAnalysis;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** {@code lyapunov}. */
public final class LyapunovPart implements ReportPart<Lyapunov> {
  /** Steps of a block: neighbouring ones resemble one another, blocks hardly. */
  private static final int BLOCK = 8;

  private static final int RESAMPLES = 400;

  private final int stateSize;
  private final int exponents;
  private final int warmUp;
  private final int steps;
  private final List<List<LyapunovSample>> samples = new ArrayList<>(); // [L][sequences]

  public LyapunovPart(DoubleWeights weights, int exponents, int warmUp, int steps) {
    stateSize = weights.cell().states().size() * weights.hiddenSize();
    this.exponents = exponents;
    this.warmUp = warmUp;
    this.steps = steps - warmUp;
    for (int layer = 0; layer < weights.layers(); layer++) {
      samples.add(new ArrayList<>());
    }
  }

  @Override
  public void add(SequenceAnalysis sequence) {
    for (int layer = 0; layer < sequence.lyapunov().size(); layer++) {
      samples.get(layer).add(sequence.lyapunov().get(layer));
    }
  }

  /** Whether every direction is followed, so that the exponents add up to the determinant. */
  boolean complete() {
    return exponents == stateSize;
  }

  /**
   * |Σλ − mean ln|det J||, relative to Σ|λ|; largest over the layers. Null where no layer has all
   * of its exponents: one that is lost in rounding has none.
   */
  @Nullable Double residual() {
    Double largest = null;
    for (List<LyapunovSample> layer : samples) {
      double[] lambda = mean(blocks(layer));
      double sum = Arrays.stream(lambda).sum();
      double determinant = meanLogAbsDeterminant(layer);
      boolean same = sum == determinant; // both −∞ too
      if (same || sum != Double.NEGATIVE_INFINITY) {
        double scale = Arrays.stream(lambda).map(Math::abs).sum();
        double residual = same ? 0 : Math.abs(sum - determinant) / scale;
        largest = largest == null ? residual : Double.valueOf(Math.max(largest, residual));
      }
    }
    return largest;
  }

  @Override
  public Lyapunov build() {
    return new Lyapunov(
        IntStream.range(0, samples.size())
            .mapToObj(layer -> layer(layer, samples.get(layer)))
            .toList());
  }

  private Lyapunov.Layer layer(int layer, List<LyapunovSample> of) {
    List<LyapunovSample.Stretch> blocks = blocks(of);
    double[] lambda = mean(blocks);
    double[][] ends = interval(blocks);
    int[] order =
        IntStream.range(0, exponents)
            .boxed()
            .sorted(Comparator.comparing((Integer i) -> -lambda[i]))
            .mapToInt(i -> i)
            .toArray();
    boolean[] measured = new boolean[exponents];
    Arrays.fill(measured, blocks.size() > 1);
    Flags flags = new Flags();
    return new Lyapunov.Layer(
        layer,
        stateSize,
        of.size(),
        warmUp,
        steps,
        flags.numbers("exponents", ordered(lambda, order)),
        flags.numbers("lower", ordered(ends[0], order), measured),
        flags.numbers("upper", ordered(ends[1], order), measured),
        complete() ? flags.number("sum", Arrays.stream(lambda).sum()) : null,
        flags.number("mean_log_abs_determinant", meanLogAbsDeterminant(of)),
        flags.list());
  }

  private double meanLogAbsDeterminant(List<LyapunovSample> of) {
    double sum = 0;
    for (LyapunovSample sample : of) {
      sum += sample.sumLogAbsDeterminant() / ((double) steps * of.size());
    }
    return sum;
  }

  /** Stretches of a sequence put together until they are as long as a block. */
  private static List<LyapunovSample.Stretch> blocks(List<LyapunovSample> of) {
    List<LyapunovSample.Stretch> blocks = new ArrayList<>();
    for (LyapunovSample sample : of) {
      int length = 0;
      double[] logs = new double[0];
      for (LyapunovSample.Stretch stretch : sample.stretches()) {
        logs = length == 0 ? new double[stretch.logs().length] : logs;
        Linear.addScaled(1, stretch.logs(), 0, logs, 0, logs.length);
        length += stretch.steps();
        if (length >= BLOCK) {
          blocks.add(new LyapunovSample.Stretch(length, logs));
          length = 0;
        }
      }
      if (length > 0) {
        blocks.add(new LyapunovSample.Stretch(length, logs));
      }
    }
    return blocks;
  }

  private double[] mean(List<LyapunovSample.Stretch> blocks) {
    double[] sum = new double[exponents];
    int length = 0;
    for (LyapunovSample.Stretch block : blocks) {
      Linear.addScaled(1, block.logs(), 0, sum, 0, exponents);
      length += block.steps();
    }
    for (int i = 0; i < exponents; i++) {
      sum[i] /= length;
    }
    return sum;
  }

  /** Lower and upper ends: quantiles of the mean over drawn blocks (Künsch 1989). */
  private double[][] interval(List<LyapunovSample.Stretch> blocks) {
    SplittableRandom random = new SplittableRandom(1);
    double[][] drawn = new double[exponents][RESAMPLES];
    for (int draw = 0; draw < RESAMPLES; draw++) {
      List<LyapunovSample.Stretch> resample =
          random.ints(blocks.size(), 0, blocks.size()).mapToObj(blocks::get).toList();
      double[] mean = mean(resample);
      for (int i = 0; i < exponents; i++) {
        drawn[i][draw] = mean[i];
      }
    }
    double[][] ends = new double[2][exponents];
    for (int i = 0; i < exponents; i++) {
      Arrays.sort(drawn[i]);
      ends[0][i] = drawn[i][(int) Math.floor(0.025 * (RESAMPLES - 1))];
      ends[1][i] = drawn[i][(int) Math.ceil(0.975 * (RESAMPLES - 1))];
    }
    return ends;
  }

  private static double[] ordered(double[] values, int[] order) {
    return Arrays.stream(order).mapToDouble(i -> values[i]).toArray();
  }
}
