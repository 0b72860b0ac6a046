package io.carousel.engine.gradient;

import io.carousel.engine.nn.Architecture;
import io.carousel.engine.nn.ParameterLayout;
import io.carousel.engine.nn.Parameters;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Exact gradients across time of a recurrent language model.
 *
 * <p>Norms of dL/dW are blind to a gradient that vanishes in time: they sum over all lags, and the
 * short ones hide the long. So everything here starts from the gradient of each prediction's own
 * loss at each earlier state (Hochreiter 1991; Bengio, Simard and Frasconi 1994; Pascanu, Mikolov
 * and Bengio 2013). Weights are widened exactly and every sequence starts from a zero state.
 */
public final class GradientDiagnostics {
  /** Sequences at a time; they are added in order, so the result does not depend on it. */
  private static final int PARALLEL = 2;

  private GradientDiagnostics() {}

  /**
   * Diagnoses a model on a batch.
   *
   * @param productionGradient the float32 engine's gradient of the mean loss over the scored
   *     predictions, flat in the layout's order; where given, an invariant says how far it is from
   *     the exact one
   * @throws IllegalArgumentException where an id is outside the vocabulary, nothing is scored, or
   *     the production gradient has another length than the parameters
   */
  public static GradientReport diagnose(
      Parameters parameters, DiagnosticsRequest request, float @Nullable [] productionGradient) {
    double[] production = null;
    if (productionGradient != null) {
      production = DoubleWeights.widen(productionGradient);
      if (production.length != parameters.layout().size()) {
        throw new IllegalArgumentException(
            "production gradient: expected %d values, found %d"
                .formatted(parameters.layout().size(), production.length));
      }
    }
    return diagnose(DoubleWeights.of(parameters), request, production);
  }

  static GradientReport diagnose(
      DoubleWeights weights, DiagnosticsRequest request, double @Nullable [] production) {
    TokenBatch batch =
        new TokenBatch(request.inputs(), request.targets(), weights.vocabularySize());
    GradientPart exact = new GradientPart(weights, batch.scored());
    LagMatrixPart lags = new LagMatrixPart(weights, batch.steps(), request.perSequence());
    StateGradientPart states = new StateGradientPart(weights, batch.steps());
    WeightLagPart byLag = new WeightLagPart(weights, batch.steps(), batch.scored());
    BoundPart bound = new BoundPart(weights);
    InvariantPart invariants = new InvariantPart(weights, byLag, exact, production);
    NonFinitePart nonFinite = new NonFinitePart(weights, exact);
    analyse(weights, batch, List.of(exact, lags, states, byLag, bound, invariants, nonFinite));

    LagMatrix matrix = lags.build();
    List<LagStatistics> statistics = lags.measurements().stream().map(LagStatistics::new).toList();
    WeightGradientByLag weightGradient = byLag.build();
    Architecture a = weights.layout().architecture();
    Verdict time = new TimeVerdicts(a, request.requiredLag(), statistics, weightGradient).verdict();
    Flags flags = new Flags();
    Integer asked = request.requiredLag();
    return new GradientReport(
        SuggestedArchitecture.word(a.cell()),
        a.layers(),
        a.hiddenSize(),
        batch.steps(),
        batch.size(),
        asked == null ? batch.steps() : asked,
        batch.scored(),
        flags.number("loss", exact.loss()),
        verdicts(nonFinite.build(), time),
        LagProfiles.of(statistics),
        matrix,
        states.build(),
        weightGradient,
        exact.build(),
        bound.build(),
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        invariants.build(),
        flags.list());
  }

  private static void analyse(DoubleWeights weights, TokenBatch batch, List<ReportPart<?>> parts) {
    ModelWeights model = new ModelWeights(weights);
    for (int first = 0; first < batch.size(); first += PARALLEL) {
      IntStream.range(first, Math.min(batch.size(), first + PARALLEL))
          .parallel()
          .mapToObj(sequence -> SequenceAnalysis.of(model, batch, sequence))
          .toList()
          .forEach(sequence -> parts.forEach(part -> part.add(sequence)));
    }
  }

  /** What is measured beside a number that is not finite may stand, but nothing is healthy then. */
  private static List<Verdict> verdicts(List<Verdict> nonFinite, Verdict time) {
    List<Verdict> verdicts = new ArrayList<>(nonFinite);
    boolean says =
        time.code() == Verdict.Code.VANISHING_TIME || time.code() == Verdict.Code.EXPLODING_TIME;
    if (nonFinite.isEmpty() || says) {
      verdicts.add(time);
    }
    return List.copyOf(verdicts);
  }

  /**
   * About how many bytes an analysis needs at its peak, so that one that is too large can be
   * refused; saturates at {@link Long#MAX_VALUE}. Assumes the lag matrix of each sequence in the
   * report.
   *
   * @param steps T
   * @param sequences B
   */
  public static long estimateBytes(Architecture a, int vocabularySize, int steps, int sequences) {
    double t = steps;
    double h = a.hiddenSize();
    double gates = a.gateRows();
    double buckets = LagBuckets.count(Math.max(1, steps));
    double parameters = ParameterLayout.count(a, vocabularySize);
    double states = a.cell().gates() == 4 ? 2 : 1;
    double triangles = a.layers() * states * t * (t + 1) / 2;
    double tape = t * (a.layers() * (gates + (4 + 2 * states) * h) + 2.0 * vocabularySize);
    double rows = a.layers() * t * (2 * h + 2 * gates + 32);
    double byLag = a.layers() * buckets * gates * (h + 32);
    double sequence = 8 * (tape + rows + byLag + parameters) + 12 * triangles;
    double sums = 8 * (4 * parameters + a.layers() * (buckets + 4) * gates * h);
    double report = (sequences + 1.0) * triangles * (12 + 24); // a boxed number takes about 24
    double bytes = PARALLEL * sequence + sums + report;
    return bytes >= Long.MAX_VALUE ? Long.MAX_VALUE : (long) bytes;
  }
}
