package io.carousel.engine.train;

import io.carousel.engine.kernel.Kernels;
import io.carousel.engine.kernel.Workers;
import io.carousel.engine.nn.Carry;
import io.carousel.engine.nn.LanguageModel;
import io.carousel.engine.nn.Parameters;
import io.carousel.engine.tokens.Batch;
import io.carousel.engine.tokens.BatchIterator;
import io.carousel.engine.tokens.Corpus;
import java.util.Locale;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** One run of the training loop: window by window, epoch by epoch. */
final class TrainingRun {
  /** ln of the largest double: the perplexity of a larger loss is not a finite number. */
  private static final double LARGEST_LOSS = Math.log(Double.MAX_VALUE);

  private final TrainingSpecification specification;
  private final TrainingListener listener;
  private final long seed;
  private final Parameters parameters;
  private final Parameters gradient;
  private final LanguageModel model;
  private final BatchIterator batches;
  private final @Nullable Evaluator evaluator;
  private final ParameterUpdate update;
  private final long totalSteps;
  private final long startNanos = System.nanoTime();

  private Carry carry;
  private long step;
  private long tokens;
  private double lastHealthyNorm = Double.NaN;

  // The epoch at work.
  private double epochLoss;
  private long epochTokens;

  // The best epoch so far.
  private @Nullable Parameters best;
  private @Nullable Evaluation bestEvaluation;
  private double bestLoss = Double.POSITIVE_INFINITY;
  private int bestEpoch;
  private int epochsWithoutImprovement;

  TrainingRun(
      Kernels kernels,
      Workers workers,
      Parameters parameters,
      Corpus training,
      @Nullable Corpus validation,
      TrainingSpecification specification,
      long seed,
      TrainingListener listener) {
    this.specification = specification;
    this.listener = listener;
    this.seed = seed;
    this.parameters = parameters;
    this.gradient = new Parameters(parameters.layout());
    int lanes = specification.batchSize();
    int steps = specification.sequenceLength();
    batches = BatchIterator.of(training, lanes, steps, seed, true);
    model = new LanguageModel(kernels, workers, parameters, steps, lanes, true);
    evaluator =
        validation == null
            ? null
            : new Evaluator(
                model,
                BatchIterator.of(validation, lanes, steps, seed, false),
                specification.topK());
    update =
        new ParameterUpdate(
            kernels,
            workers,
            parameters,
            gradient,
            specification.optimizer(),
            specification.gradientClipping());
    carry = model.newCarry(1);
    long planned = (long) batches.batchesPerEpoch() * specification.epochs();
    Integer most = specification.maxSteps();
    totalSteps = most == null ? planned : Math.min(planned, most);
    listener.onStart(
        new TrainingListener.Plan(batches.batchesPerEpoch(), totalSteps, training.predictions()));
  }

  TrainingOutcome run(BooleanSupplier stop) {
    listener.onWeights(0, parameters);
    for (int epoch = 1; epoch <= specification.epochs(); epoch++) {
      batches.reset(epoch - 1);
      epochLoss = 0;
      epochTokens = 0;
      TrainingOutcome.Reason reason = null;
      for (Batch batch = batches.next();
          batch != null && reason == null;
          batch = reason == null ? batches.next() : null) {
        if (stop.getAsBoolean()) {
          return new TrainingOutcome.Cancelled(parameters, step);
        }
        String broken = step(batch, epoch);
        if (broken != null) {
          listener.onEnd(step, parameters);
          return new TrainingOutcome.NonFinite(broken, step + 1, lastHealthyNorm);
        }
        reason = limitReached();
      }
      TrainingOutcome ended = endEpoch(epoch, stop);
      if (ended != null) {
        return ended;
      }
      if (reason == null && hasStalled()) {
        reason = TrainingOutcome.Reason.EARLY_STOPPING;
      }
      if (reason != null) {
        return completed(reason);
      }
    }
    return completed(TrainingOutcome.Reason.EPOCHS);
  }

  /** One optimiser step; returns what was not finite, or null. */
  private @Nullable String step(Batch batch, int epoch) {
    carry = Trainer.carryFor(model, carry, batch);
    if (batch.scored() == 0) {
      // Nothing to learn in this window; what it says to the next is in the state.
      model.advance(batch.steps(), batch.lanes(), batch.inputs(), carry);
      return null;
    }
    // Another seed for each step, and none that another run's seed would give a step later.
    long dropoutSeed = seed * 0x9e3779b97f4a7c15L + step;
    double loss =
        model.lossAndGradient(
            batch.steps(),
            batch.lanes(),
            batch.inputs(),
            batch.targets(),
            carry,
            dropoutSeed,
            gradient,
            null);
    double norm = update.measure();
    if (!(loss <= LARGEST_LOSS)) {
      return nats("training loss", loss);
    }
    if (!Double.isFinite(norm)) {
      String name = update.firstNonFinite();
      return name == null ? "gradient norm" : "gradient of " + name;
    }
    lastHealthyNorm = norm;
    boolean detailed = listener.wantsDetail(step + 1);
    if (detailed) {
      update.remember();
    }
    double rate =
        specification.optimizer().learningRate()
            * specification.schedule().factor(step, totalSteps);
    boolean clipped = update.apply(norm, rate);
    model.weightsChanged();
    step++;
    tokens += batch.scored();
    epochLoss += loss * batch.scored();
    epochTokens += batch.scored();
    listener.onStep(
        new StepReport(
            step,
            epoch,
            tokens,
            elapsed(),
            rate,
            loss,
            norm,
            clipped,
            detailed ? update.detail() : null));
    listener.onWeights(step, parameters);
    return null;
  }

  private TrainingOutcome.@Nullable Reason limitReached() {
    Integer maxSteps = specification.maxSteps();
    Double maxSeconds = specification.maxSeconds();
    if (maxSteps != null && step >= maxSteps) {
      return TrainingOutcome.Reason.MAX_STEPS;
    }
    if (maxSeconds != null && elapsed() >= maxSeconds) {
      return TrainingOutcome.Reason.MAX_SECONDS;
    }
    return null;
  }

  /** Evaluates and keeps the best; not null where that ended the run. */
  private @Nullable TrainingOutcome endEpoch(int epoch, BooleanSupplier stop) {
    double trainLoss = epochLoss / Math.max(1, epochTokens);
    Evaluation evaluation = null;
    if (evaluator != null) {
      evaluation = evaluator.evaluate(stop);
      if (evaluation == null) {
        return new TrainingOutcome.Cancelled(parameters, step);
      }
      if (!(evaluation.loss() <= LARGEST_LOSS)) {
        String what = nats("validation loss", evaluation.loss());
        listener.onEnd(step, parameters);
        return new TrainingOutcome.NonFinite(what, step, lastHealthyNorm);
      }
    }
    double loss = evaluation == null ? trainLoss : evaluation.loss();
    EarlyStopping stopping = specification.earlyStopping();
    double needed = stopping == null ? 0 : stopping.minDelta();
    epochsWithoutImprovement = loss < bestLoss - needed ? 0 : epochsWithoutImprovement + 1;
    boolean isBest = loss < bestLoss;
    if (isBest) {
      bestLoss = loss;
      bestEpoch = epoch;
      bestEvaluation = evaluation;
      if (evaluator != null) {
        keepBest();
      }
    }
    listener.onEpoch(new EpochReport(epoch, step, trainLoss, evaluation, isBest, elapsed()));
    return null;
  }

  private void keepBest() {
    Parameters kept = best;
    if (kept == null) {
      best = parameters.copy();
    } else {
      System.arraycopy(parameters.values(), 0, kept.values(), 0, parameters.values().length);
    }
  }

  private boolean hasStalled() {
    EarlyStopping stopping = specification.earlyStopping();
    return stopping != null && epochsWithoutImprovement >= stopping.patience();
  }

  private TrainingOutcome completed(TrainingOutcome.Reason reason) {
    listener.onEnd(step, parameters);
    Parameters kept = best;
    return new TrainingOutcome.Completed(
        kept == null ? parameters : kept,
        bestEpoch,
        step,
        epochLoss / Math.max(1, epochTokens),
        bestEvaluation,
        reason);
  }

  private static String nats(String what, double loss) {
    return String.format(Locale.ROOT, "%s (%.4g nats)", what, loss);
  }

  private double elapsed() {
    return (System.nanoTime() - startNanos) * 1e-9;
  }
}
