package io.carousel.predictions;

import static io.carousel.http.Fields.requireAtMost;
import static java.util.Objects.requireNonNullElse;

import io.carousel.engine.predict.Prediction;
import io.carousel.engine.predict.PredictionRequest;
import io.carousel.engine.predict.Strategy;
import io.carousel.engine.tokens.Tokenizer;
import io.carousel.engine.tokens.TokenizerType;
import io.carousel.http.ProblemException;
import io.carousel.models.Model;
import io.carousel.models.ModelCatalogue;
import io.carousel.predictions.NextTokenResponse.Candidate;
import io.carousel.predictions.NextTokenResponse.Continued;
import io.carousel.predictions.NextTokenResponse.Next;
import io.carousel.predictions.NextTokenResponse.Usage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;

/** Answers what comes next. */
@Service
class PredictionService {
  static final int DEFAULT_TOP_K = 10;
  static final double DEFAULT_TEMPERATURE = 1;
  static final int DEFAULT_BEAM_WIDTH = 4;

  private final ModelCatalogue models;
  private final PredictionEngine engine;
  private final PredictionSettings settings;
  private final PredictionObserver observer;

  PredictionService(
      ModelCatalogue models,
      PredictionEngine engine,
      PredictionSettings settings,
      PredictionObserver observer) {
    this.models = models;
    this.engine = engine;
    this.settings = settings;
    this.observer = observer;
  }

  /**
   * Predicts with a model; it may be deleted meanwhile.
   *
   * @throws ProblemException 400, 404, 422, or 429 where too many wait
   */
  NextTokenResponse predict(String modelId, NextTokenRequest request) {
    Model model = models.get(modelId);
    return observer.observe(model.id(), () -> predict(model, request));
  }

  private NextTokenResponse predict(Model model, NextTokenRequest request) {
    model.requireFinite("id");
    List<Object> inputs = request.inputs();
    if (inputs == null) {
      throw ProblemException.invalid("inputs", "inputs: expected at least 1 context, found none");
    }
    requireAtMost("inputs", inputs.size(), settings.maxInputs(), "carousel.predictions.max-inputs");
    List<int[]> contexts = new ContextReader(model.tokenizer()).read(inputs);
    int topK = requireNonNullElse(request.topK(), DEFAULT_TOP_K);
    if (topK < 1) {
      throw ProblemException.invalid("top_k", "top_k: expected at least 1, found " + topK);
    }
    PredictionRequest specification = specification(request, contexts);
    int promptTokens = requireInLimits(specification);
    return engine.with(
        model, predictor -> answer(model, predictor.predict(specification), topK, promptTokens));
  }

  private PredictionRequest specification(NextTokenRequest request, List<int[]> contexts) {
    Long seed = request.seed();
    int beams = Math.min(DEFAULT_BEAM_WIDTH, settings.maxBeamWidth());
    return new PredictionRequest(
        contexts,
        requireNonNullElse(request.temperature(), DEFAULT_TEMPERATURE),
        requireNonNullElse(request.steps(), 1),
        requireNonNullElse(request.strategy(), Strategy.GREEDY),
        requireNonNullElse(request.beamWidth(), beams),
        seed == null ? ThreadLocalRandom.current().nextLong() : seed);
  }

  private int requireInLimits(PredictionRequest request) {
    long tokens = request.contexts().stream().mapToLong(context -> context.length).sum();
    requireAtMost("inputs", tokens, settings.maxTokens(), "carousel.predictions.max-tokens");
    int wide = request.strategy() == Strategy.BEAM ? request.beamWidth() : 1;
    requireAtMost(
        "beam_width", wide, settings.maxBeamWidth(), "carousel.predictions.max-beam-width");
    requireAtMost(
        "steps",
        request.steps() == 1 ? 1 : (long) request.steps() * request.contexts().size() * wide,
        settings.maxSteps(),
        "carousel.predictions.max-steps");
    return (int) tokens;
  }

  private NextTokenResponse answer(
      Model model, List<Prediction> predictions, int topK, int promptTokens) {
    List<Next> data = new ArrayList<>(predictions.size());
    int completionTokens = 0;
    for (Prediction prediction : predictions) {
      requireFinite(prediction, data.size());
      Continued continued = continuation(model.tokenizer(), prediction.continuation());
      completionTokens += continued == null ? 0 : continued.ids().size();
      data.add(
          new Next(
              data.size(),
              mostLikely(model.tokenizer(), prediction.logProbabilities(), topK),
              prediction.entropy(),
              continued));
    }
    return new NextTokenResponse(
        "list",
        model.id(),
        data,
        new Usage(promptTokens, completionTokens, promptTokens + completionTokens));
  }

  private static void requireFinite(Prediction prediction, int index) {
    if (Double.isNaN(prediction.entropy())) { // finite weights so great that a state was not
      throw ProblemException.unprocessable(
          "non_finite_output",
          "inputs[" + index + "]",
          ("inputs[%d]: expected probabilities that are finite, found nan; the model's weights are"
                  + " too great for float32")
              .formatted(index));
    }
  }

  private static List<Candidate> mostLikely(
      Tokenizer tokenizer, double[] logProbabilities, int topK) {
    return IntStream.range(0, logProbabilities.length)
        .boxed()
        .sorted(
            Comparator.<Integer>comparingDouble(id -> -logProbabilities[id])
                .thenComparingInt(id -> id))
        .limit(topK)
        .map(id ->
            new Candidate(
                tokenizer.symbol(id), id, Math.exp(logProbabilities[id]), logProbabilities[id]))
        .toList();
  }

  private static @Nullable Continued continuation(
      Tokenizer tokenizer, Prediction.@Nullable Continuation continuation) {
    if (continuation == null) {
      return null;
    }
    int[] ids = continuation.tokens();
    return new Continued(
        tokenizer.specification().type() == TokenizerType.EVENT ? null : tokenizer.decode(ids),
        Arrays.stream(ids).mapToObj(tokenizer::symbol).toList(),
        Arrays.stream(ids).boxed().toList(),
        continuation.logProbability());
  }
}
