package io.carousel.engine.gradient.verdict;

import static io.carousel.engine.gradient.verdict.Wording.text;

import io.carousel.engine.gradient.report.SuggestedTraining;
import io.carousel.engine.gradient.report.Verdict;
import io.carousel.engine.gradient.report.Verdict.Code;
import io.carousel.engine.gradient.report.WeightGradientByLag;
import io.carousel.engine.gradient.report.WeightGradientByLag.Bucket;
import io.carousel.engine.gradient.report.WeightGradientByLag.Layer;
import io.carousel.engine.gradient.sequence.LagBuckets;
import java.util.List;
import java.util.Optional;

/**
 * TRUNCATION_SHORT and TRUNCATION_LONG: whether training cuts the gradient off where there is still
 * some, or carries it where there is none.
 *
 * <p>The share of ‖dL/dW_hh‖ beyond the truncation is that of the first octave of lags that lies
 * wholly beyond it, which may leave some lags out: what is found too short is too short. A
 * truncation is too long only where a shorter octave would do as well, and where the window is
 * twice as long as it: at less there are too few predictions that look back so far.
 */
public final class TruncationVerdicts {
  private static final double TOO_MUCH = 0.1;
  private static final double NOTHING = 1e-3;

  private final WeightGradientByLag byLag;
  private final int truncation;
  private final int steps;

  public TruncationVerdicts(WeightGradientByLag byLag, int truncation, int steps) {
    this.byLag = byLag;
    this.truncation = truncation;
    this.steps = steps;
  }

  public Optional<Verdict> verdict() {
    int bucket = firstBucketFrom(truncation);
    int layer = bucket < 0 ? -1 : worst(bucket);
    if (layer < 0) {
      return Optional.empty();
    }
    double beyond = tail(layer, bucket);
    if (beyond > TOO_MUCH) {
      return Optional.of(tooShort(layer, bucket, beyond));
    }
    int enough = bucket;
    while (enough > 0 && tail(worst(enough - 1), enough - 1) < NOTHING) {
      enough--;
    }
    boolean shorter = enough < bucket && LagBuckets.first(enough) < truncation;
    return shorter && beyond < NOTHING && steps >= 2 * truncation
        ? Optional.of(tooLong(enough))
        : Optional.empty();
  }

  private Verdict tooShort(int layer, int bucket, double beyond) {
    int needed = bucket;
    while (needed + 1 < buckets(layer).size() && tail(layer, needed) > TOO_MUCH) {
      needed++;
    }
    int length = Math.min(steps, LagBuckets.last(needed, steps) + 1);
    return verdict(
        Code.TRUNCATION_SHORT,
        Verdict.WARNING,
        "share of ‖dL/dW_hh‖ beyond the truncation > 10 %",
        TOO_MUCH,
        beyond,
        pointer(layer, bucket),
        text(
            "Training cuts the gradient off after %d steps; %.0f %% of layer %d's lies at lags of"
                + " %d and more.",
            truncation, 100 * beyond, layer, LagBuckets.first(bucket)),
        "Windows of %d steps.",
        length);
  }

  private Verdict tooLong(int bucket) {
    int layer = worst(bucket);
    int length = Math.max(1, LagBuckets.first(bucket));
    return verdict(
        Code.TRUNCATION_LONG,
        Verdict.INFO,
        "share of ‖dL/dW_hh‖ beyond the truncation < 0.1 %, and beyond a shorter one too",
        NOTHING,
        tail(layer, bucket),
        pointer(layer, bucket),
        text(
            "Training carries the gradient over %d steps; beyond %d there is less than 0.1 %% of"
                + " it.",
            truncation, length),
        "Windows of %d steps cost less and learn the same.",
        length);
  }

  private static Verdict verdict(
      Code code,
      String severity,
      String rule,
      double threshold,
      double measured,
      String evidence,
      String explanation,
      String advice,
      int length) {
    return new Verdict(
        code,
        severity,
        0.9,
        rule,
        threshold,
        measured,
        List.of(evidence),
        explanation,
        List.of(
            new Verdict.Recommendation(
                advice.formatted(length), null, SuggestedTraining.window(length))),
        List.of());
  }

  private int firstBucketFrom(int lag) {
    List<Bucket> buckets = buckets(0);
    for (int i = 0; i < buckets.size(); i++) {
      if (buckets.get(i).fromLag() >= lag) {
        return i;
      }
    }
    return -1;
  }

  /** The layer with the most beyond; −1 where that is no number. */
  private int worst(int bucket) {
    int worst = -1;
    for (int layer = 0; layer < byLag.layers().size(); layer++) {
      double tail = tail(layer, bucket);
      if (Double.isNaN(tail)) {
        return -1;
      }
      worst = worst < 0 || tail > tail(worst, bucket) ? layer : worst;
    }
    return worst;
  }

  private double tail(int layer, int bucket) {
    Double tail = layer < 0 ? null : buckets(layer).get(bucket).tailShare();
    return tail == null ? Double.NaN : tail;
  }

  private List<Bucket> buckets(int layer) {
    Layer of = byLag.layers().get(layer);
    return of.buckets();
  }

  private static String pointer(int layer, int bucket) {
    return "/weight_gradient_by_lag/layers/%d/buckets/%d/tail_share".formatted(layer, bucket);
  }
}
