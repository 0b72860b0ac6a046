package io.carousel.engine.gradient.part;

import io.carousel.engine.gradient.cell.DoubleWeights;
import io.carousel.engine.gradient.numerics.Linear;
import io.carousel.engine.gradient.report.Flags;
import io.carousel.engine.gradient.report.WeightGradientByLag;
import io.carousel.engine.gradient.sequence.LagBuckets;
import io.carousel.engine.gradient.sequence.SequenceAnalysis;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code weight_gradient_by_lag}. */
public final class WeightLagPart implements ReportPart<WeightGradientByLag> {
  private final int steps;
  private final int scored;
  private final double[][][] buckets; // [L][bucket](G·H,H), summed over the sequences
  private final double[][] mean; // [L](G·H,H): of a sequence's ∂ΣL/∂W_hh, after Welford 1962
  private final double[][] squares; // [L](G·H,H): Σ of squared distances from the mean
  private int sequences;

  public WeightLagPart(DoubleWeights weights, int steps, int scored) {
    this.steps = steps;
    this.scored = scored;
    int size = weights.gateRows() * weights.hiddenSize();
    buckets = new double[weights.layers()][LagBuckets.count(steps)][size];
    mean = new double[weights.layers()][size];
    squares = new double[weights.layers()][size];
  }

  @Override
  public void add(SequenceAnalysis sequence) {
    sequences++;
    for (int layer = 0; layer < buckets.length; layer++) {
      double[] whole = new double[mean[layer].length];
      for (int bucket = 0; bucket < buckets[layer].length; bucket++) {
        double[] part = sequence.recurrent().bucket(layer, bucket);
        Linear.addScaled(1, part, 0, whole, 0, whole.length);
        Linear.addScaled(1, part, 0, buckets[layer][bucket], 0, whole.length);
      }
      for (int i = 0; i < whole.length; i++) {
        double before = whole[i] - mean[layer][i];
        mean[layer][i] += before / sequences;
        squares[layer][i] += before * (whole[i] - mean[layer][i]);
      }
    }
  }

  /** ∂ΣL/∂W_hh of all sequences, as the sum of the buckets. */
  double[] whole(int layer) {
    double[] whole = new double[mean[layer].length];
    for (double[] bucket : buckets[layer]) {
      Linear.addScaled(1, bucket, 0, whole, 0, whole.length);
    }
    return whole;
  }

  /** Σ ‖bucket‖ of all sequences' ∂ΣL/∂W_hh. */
  double sumOfNorms(int layer) {
    double sum = 0;
    for (double[] bucket : buckets[layer]) {
      sum += Linear.norm(bucket);
    }
    return sum;
  }

  @Override
  public WeightGradientByLag build() {
    List<WeightGradientByLag.Layer> layers = new ArrayList<>();
    for (int layer = 0; layer < buckets.length; layer++) {
      layers.add(layer(layer));
    }
    return new WeightGradientByLag(List.copyOf(layers));
  }

  private WeightGradientByLag.Layer layer(int layer) {
    Flags flags = new Flags();
    double[] whole = whole(layer);
    double error = standardError(layer);
    double sum = sumOfNorms(layer) / scored;
    double[] tails = tails(layer);
    List<WeightGradientByLag.Bucket> list = new ArrayList<>();
    for (int bucket = 0; bucket < buckets[layer].length; bucket++) {
      double norm = Linear.norm(buckets[layer][bucket]) / scored;
      String at = "buckets/" + bucket + "/";
      double cosine = Linear.cosine(buckets[layer][bucket], whole);
      list.add(
          new WeightGradientByLag.Bucket(
              LagBuckets.first(bucket),
              LagBuckets.last(bucket, steps),
              flags.number(at + "norm", norm),
              flags.number(at + "share", norm / sum),
              flags.number(at + "tail_share", tails[bucket] / Linear.norm(whole)),
              flags.number(at + "cosine", cosine),
              measured(flags, at + "signal_to_noise", norm / error)));
    }
    return new WeightGradientByLag.Layer(
        layer,
        "rnn.weight_hh_l" + layer,
        flags.number("norm", Linear.norm(whole) / scored),
        measured(flags, "standard_error", error),
        List.copyOf(list),
        flags.list());
  }

  /** For each bucket, ‖ΣG_τ‖ over its lags and all longer ones. */
  private double[] tails(int layer) {
    double[] sum = new double[mean[layer].length];
    double[] tails = new double[buckets[layer].length];
    for (int bucket = tails.length - 1; bucket >= 0; bucket--) {
      Linear.addScaled(1, buckets[layer][bucket], 0, sum, 0, sum.length);
      tails[bucket] = Linear.norm(sum);
    }
    return tails;
  }

  /** ‖standard error of the mean over the sequences‖, in the unit of the mean loss. */
  private double standardError(int layer) {
    double sum = 0;
    for (double square : squares[layer]) {
      sum += square;
    }
    return Math.sqrt(sum / (sequences - 1.0) / sequences) * sequences / scored;
  }

  /** Null without a flag for one sequence, which has no spread. */
  private @Nullable Double measured(Flags flags, String at, double value) {
    return sequences < 2 ? null : flags.number(at, value);
  }
}
