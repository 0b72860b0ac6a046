package io.carousel.engine.predict;

import io.carousel.engine.kernel.Kernels;
import io.carousel.engine.kernel.Workers;
import io.carousel.engine.nn.Carry;
import io.carousel.engine.nn.LanguageModel;
import io.carousel.engine.nn.Parameters;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;

/**
 * Predicts with immutable weights; safe for use by many threads at once, each of which computes on
 * its own.
 */
public final class Predictor {
  /** Contexts that are read side by side. */
  private static final int LANES = 16;

  /** Steps of a context that are read at once; longer ones window after window. */
  private static final int STEPS = 64;

  private final Kernels kernels;
  private final Parameters parameters;
  private final int vocabulary;

  /** Opened models that nobody uses: their weights are packed already. */
  private final ConcurrentLinkedQueue<LanguageModel> idle = new ConcurrentLinkedQueue<>();

  private final Workers self = new Workers(1, "predictor");

  public Predictor(Kernels kernels, Parameters parameters) {
    this.kernels = kernels;
    this.parameters = parameters;
    this.vocabulary = parameters.layout().vocabularySize();
  }

  /**
   * The distribution of the next token after each context, and a continuation where more than one
   * step is asked for.
   *
   * @throws IllegalArgumentException where a token id is not in the vocabulary
   */
  public List<Prediction> predict(PredictionRequest request) {
    requireKnown(request.contexts());
    return with(model -> {
      List<Prediction> predictions = new ArrayList<>();
      for (int first = 0; first < request.contexts().size(); first += LANES) {
        int end = Math.min(first + LANES, request.contexts().size());
        predictGroup(model, request, first, end, predictions);
      }
      return predictions;
    });
  }

  /**
   * How likely each token of some sequences was, given those before it; the first token of each is
   * only read.
   *
   * @param sequences 1..N, each of at least one token
   * @return in the same order
   * @throws IllegalArgumentException where a sequence is empty or a token id is not in the
   *     vocabulary
   */
  public List<SequenceScore> score(List<int[]> sequences) {
    for (int i = 0; i < sequences.size(); i++) {
      if (sequences.get(i).length == 0) {
        throw new IllegalArgumentException("inputs[" + i + "]: expected at least 1 token, found 0");
      }
    }
    requireKnown(sequences);
    return with(model -> new Scorer(model, LANES, STEPS).score(sequences));
  }

  private void requireKnown(List<int[]> sequences) {
    for (int[] sequence : sequences) {
      for (int token : sequence) {
        if (token < 0 || token >= vocabulary) {
          throw new IllegalArgumentException(
              "inputs: expected token ids from 0 to %d, found %d".formatted(vocabulary - 1, token));
        }
      }
    }
  }

  private <T> T with(Function<LanguageModel, T> use) {
    LanguageModel model = idle.poll();
    if (model == null) {
      model = new LanguageModel(kernels, self, parameters, STEPS, LANES, false);
    }
    try {
      return use.apply(model);
    } finally {
      idle.add(model);
    }
  }

  private void predictGroup(
      LanguageModel model,
      PredictionRequest request,
      int first,
      int end,
      List<Prediction> predictions) {
    List<int[]> contexts = request.contexts().subList(first, end);
    Carry carry = read(model, contexts);
    float[] logits = new float[contexts.size() * vocabulary];
    model.logits(carry, logits);
    for (int lane = 0; lane < contexts.size(); lane++) {
      double[] logProbabilities =
          Distribution.logSoftmax(logits, lane * vocabulary, vocabulary, request.temperature());
      Prediction.Continuation continuation = null;
      if (request.steps() > 1) {
        Carry own = model.newCarry(1);
        own.copyLane(0, carry, lane);
        float[] next = Arrays.copyOfRange(logits, lane * vocabulary, (lane + 1) * vocabulary);
        continuation =
            request.strategy() == Strategy.BEAM
                ? new BeamSearch(model, vocabulary, LANES).search(own, next, request)
                : walk(model, own, next, request, first + lane);
      }
      predictions.add(
          new Prediction(logProbabilities, Distribution.entropy(logProbabilities), continuation));
    }
  }

  /** The states after the contexts, which are padded to a common length at their ends. */
  private Carry read(LanguageModel model, List<int[]> contexts) {
    int lanes = contexts.size();
    int longest = contexts.stream().mapToInt(context -> context.length).max().orElseThrow();
    Carry carry = model.newCarry(lanes);
    for (int from = 0; from < longest; from += STEPS) {
      int steps = Math.min(STEPS, longest - from);
      int[] inputs = new int[steps * lanes];
      for (int t = 0; t < steps; t++) {
        for (int lane = 0; lane < lanes; lane++) {
          int[] context = contexts.get(lane);
          inputs[t * lanes + lane] = from + t < context.length ? context[from + t] : -1;
        }
      }
      model.advance(steps, lanes, inputs, carry);
    }
    return carry;
  }

  /** Chooses token after token. */
  private Prediction.Continuation walk(
      LanguageModel model, Carry carry, float[] logits, PredictionRequest request, int context) {
    SplittableRandom random = new SplittableRandom(request.seed() + context);
    int[] tokens = new int[request.steps()];
    double logProbability = 0;
    for (int step = 0; step < tokens.length; step++) {
      double[] plain = Distribution.logSoftmax(logits, 0, vocabulary, 1);
      int token =
          request.strategy() == Strategy.GREEDY
              ? Distribution.mostLikely(plain)
              : Distribution.sample(
                  Distribution.logSoftmax(logits, 0, vocabulary, request.temperature()), random);
      tokens[step] = token;
      logProbability += plain[token];
      if (step + 1 < tokens.length) {
        model.advance(1, 1, new int[] {token}, carry);
        model.logits(carry, logits);
      }
    }
    return new Prediction.Continuation(tokens, logProbability);
  }
}
