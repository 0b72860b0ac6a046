package io.carousel.engine.gradient;

import io.carousel.engine.gradient.cell.DoubleWeights;
import io.carousel.engine.gradient.cell.ModelWeights;
import io.carousel.engine.gradient.cell.TokenBatch;
import io.carousel.engine.gradient.part.BoundPart;
import io.carousel.engine.gradient.part.CarouselPart;
import io.carousel.engine.gradient.part.ContextPart;
import io.carousel.engine.gradient.part.DepthPart;
import io.carousel.engine.gradient.part.GatesPart;
import io.carousel.engine.gradient.part.GradientPart;
import io.carousel.engine.gradient.part.InvariantPart;
import io.carousel.engine.gradient.part.JacobianPart;
import io.carousel.engine.gradient.part.LagMatrixPart;
import io.carousel.engine.gradient.part.LagProfiles;
import io.carousel.engine.gradient.part.LyapunovPart;
import io.carousel.engine.gradient.part.NonFinitePart;
import io.carousel.engine.gradient.part.ReportPart;
import io.carousel.engine.gradient.part.StateGradientPart;
import io.carousel.engine.gradient.part.WeightLagPart;
import io.carousel.engine.gradient.report.AbsentPart;
import io.carousel.engine.gradient.report.Clipping;
import io.carousel.engine.gradient.report.CostlyPart;
import io.carousel.engine.gradient.report.Depth;
import io.carousel.engine.gradient.report.Flags;
import io.carousel.engine.gradient.report.Gates;
import io.carousel.engine.gradient.report.GradientReport;
import io.carousel.engine.gradient.report.LagMatrix;
import io.carousel.engine.gradient.report.Lyapunov;
import io.carousel.engine.gradient.report.ParameterNorms;
import io.carousel.engine.gradient.report.SuggestedArchitecture;
import io.carousel.engine.gradient.report.Verdict;
import io.carousel.engine.gradient.report.WeightGradientByLag;
import io.carousel.engine.gradient.sequence.ExtraPasses;
import io.carousel.engine.gradient.sequence.LagStatistics;
import io.carousel.engine.gradient.sequence.SequenceAnalysis;
import io.carousel.engine.gradient.verdict.NetworkVerdicts;
import io.carousel.engine.gradient.verdict.TimeVerdicts;
import io.carousel.engine.gradient.verdict.TruncationVerdicts;
import io.carousel.engine.nn.Architecture;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** One analysis: its parts, the passes over the sequences that feed them, and what they say. */
final class Analysis {
  private final DoubleWeights weights;
  private final DiagnosticsRequest request;
  private final TokenBatch batch;
  private final ExtraPasses extra;
  private final List<ReportPart<?>> parts = new ArrayList<>();
  private final GradientPart exact;
  private final LagMatrixPart lags;
  private final StateGradientPart states;
  private final @Nullable WeightLagPart byLag;
  private final @Nullable BoundPart bound;
  private final @Nullable JacobianPart jacobian;
  private final @Nullable LyapunovPart lyapunov;
  private final @Nullable CarouselPart carousel;
  private final GatesPart gates;
  private final DepthPart depth;
  private final @Nullable ContextPart context;
  private final InvariantPart invariants;
  private final NonFinitePart nonFinite;

  Analysis(DoubleWeights weights, DiagnosticsRequest request, double @Nullable [] production) {
    this.weights = weights;
    this.request = request;
    batch = new TokenBatch(request.inputs(), request.targets(), weights.vocabularySize());
    int steps = batch.steps();
    extra = ExtraPasses.of(weights, steps, batch.size(), request.costly());
    TrainingObservations training = request.training();
    exact =
        add(
            new GradientPart(
                weights,
                batch.scored(),
                training == null ? Map.of() : training.updateRatioLog10()));
    lags = add(new LagMatrixPart(weights, steps, request.perSequence()));
    states = add(new StateGradientPart(weights, steps));
    boolean recurrent = weights.recurrent();
    byLag = recurrent ? add(new WeightLagPart(weights, steps, batch.scored())) : null;
    bound = recurrent ? add(new BoundPart(weights)) : null;
    jacobian =
        extra.jacobianSequences() == 0
            ? null
            : add(new JacobianPart(weights, extra.jacobianSteps()));
    lyapunov =
        extra.exponents() == 0
            ? null
            : add(new LyapunovPart(weights, extra.exponents(), extra.warmUp(), steps));
    carousel = recurrent ? add(new CarouselPart(weights, steps, lags)) : null;
    gates = add(new GatesPart(weights));
    depth = add(new DepthPart(weights, batch.scored()));
    context = extra.context() ? add(new ContextPart(steps)) : null;
    invariants = add(new InvariantPart(weights, byLag, exact, lyapunov, production));
    nonFinite = add(new NonFinitePart(weights, exact));
  }

  private <P extends ReportPart<?>> P add(P part) {
    parts.add(part);
    return part;
  }

  GradientReport report() {
    measure();
    LagMatrix matrix = lags.build();
    List<LagStatistics> statistics = lags.measurements().stream().map(LagStatistics::new).toList();
    Architecture a = weights.layout().architecture();
    TrainingObservations training = request.training();
    Clipping clipping =
        request.costly().contains(CostlyPart.CLIPPING)
            ? Cliff.of(
                weights,
                batch,
                exact,
                request.step(),
                training == null ? null : training.clipping())
            : null;
    WeightGradientByLag weightGradient = byLag == null ? null : byLag.build();
    Lyapunov spectrum = lyapunov == null ? null : lyapunov.build();
    Gates gateActivity = gates.build();
    Depth byLayer = depth.build();
    Verdict time =
        new TimeVerdicts(a, request.requiredLag(), statistics, weightGradient, spectrum, clipping)
            .verdict();
    List<ParameterNorms> parameters = exact.build();
    Verdicts verdicts = new Verdicts(nonFinite.build(), time);
    verdicts.addAll(
        new NetworkVerdicts(a, batch.steps() * batch.size()).verdicts(gateActivity, byLayer));
    if (request.truncation() != null && weightGradient != null) {
      new TruncationVerdicts(weightGradient, request.truncation(), batch.steps())
          .verdict()
          .ifPresent(verdicts::add);
    }
    if (training != null) {
      verdicts.addTraining(training, parameters, clipping);
    }
    Flags flags = new Flags();
    Integer asked = request.requiredLag();
    return new GradientReport(
        SuggestedArchitecture.word(a.cell()),
        a.layers(),
        a.hiddenSize(),
        batch.steps(),
        batch.size(),
        asked == null ? Math.min(batch.steps(), a.receptiveField() - 1) : asked,
        batch.scored(),
        flags.number("loss", exact.loss()),
        verdicts.list(),
        LagProfiles.of(statistics),
        matrix,
        states.build(),
        weightGradient,
        parameters,
        bound == null ? null : bound.build(),
        jacobian == null ? null : jacobian.build(),
        spectrum,
        carousel == null ? null : carousel.build(),
        gateActivity,
        byLayer,
        context == null ? null : context.build(),
        clipping,
        invariants.build(),
        weights.recurrent() ? List.of() : AbsentPart.OF_FEED_FORWARD,
        flags.list());
  }

  /** Sequences are added in order, so nothing depends on how many run at a time. */
  private void measure() {
    ModelWeights model = new ModelWeights(weights);
    int parallel = AnalysisMemory.PARALLEL;
    for (int first = 0; first < batch.size(); first += parallel) {
      IntStream.range(first, Math.min(batch.size(), first + parallel))
          .parallel()
          .mapToObj(sequence -> SequenceAnalysis.of(model, batch, sequence, extra))
          .toList()
          .forEach(sequence -> parts.forEach(part -> part.add(sequence)));
    }
  }
}
