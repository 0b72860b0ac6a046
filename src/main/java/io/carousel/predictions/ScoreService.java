package io.carousel.predictions;

import static io.carousel.http.Fields.requireAtMost;
import static java.util.Objects.requireNonNullElse;

import io.carousel.engine.predict.SequenceScore;
import io.carousel.engine.tokens.Tokenizer;
import io.carousel.http.Fields;
import io.carousel.http.ProblemException;
import io.carousel.models.Model;
import io.carousel.models.ModelCatalogue;
import io.carousel.predictions.ScoreRequest.IncludeTokens;
import io.carousel.predictions.ScoreResponse.Scored;
import io.carousel.predictions.ScoreResponse.Token;
import io.carousel.predictions.ScoreResponse.Usage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;

/** Answers how likely given sequences are. */
@Service
class ScoreService {
  /** As in DeepLog, and as training's top-k accuracy has it. */
  static final int DEFAULT_TOP_K = 9;

  private static final double NATS_PER_BIT = Math.log(2);

  private final ModelCatalogue models;
  private final PredictionEngine engine;
  private final PredictionSettings settings;

  ScoreService(ModelCatalogue models, PredictionEngine engine, PredictionSettings settings) {
    this.models = models;
    this.engine = engine;
    this.settings = settings;
  }

  /** What many tokens have in common. */
  private record Total(int scored, double logProbability) {
    private double meanNats() {
      return -logProbability / scored;
    }

    @Nullable Double perplexity() {
      return scored == 0 ? null : (Double) Math.exp(meanNats());
    }

    @Nullable String perplexityFlag() {
      return scored == 0 ? null : Fields.nonFinite(Math.exp(meanNats()));
    }

    @Nullable Double bitsPerToken() {
      return scored == 0 ? null : (Double) (meanNats() / NATS_PER_BIT);
    }
  }

  /**
   * Scores with a model; it may be deleted meanwhile.
   *
   * @throws ProblemException 400, 404, 422, or 429 where too many wait
   */
  ScoreResponse score(String modelId, ScoreRequest request) {
    Model model = models.get(modelId);
    model.requireFinite("id");
    List<Object> inputs = request.inputs();
    if (inputs == null || inputs.isEmpty()) {
      throw ProblemException.invalid("inputs", "inputs: expected at least 1 sequence, found none");
    }
    requireAtMost(
        "inputs",
        inputs.size(),
        settings.maxScoredInputs(),
        "carousel.predictions.max-scored-inputs");
    List<int[]> sequences = new ContextReader(model.tokenizer()).read(inputs);
    long tokens = sequences.stream().mapToLong(sequence -> sequence.length).sum();
    requireAtMost(
        "inputs", tokens, settings.maxScoredTokens(), "carousel.predictions.max-scored-tokens");
    int topK = requireNonNullElse(request.topK(), DEFAULT_TOP_K);
    if (topK < 1) {
      throw ProblemException.invalid("top_k", "top_k: expected at least 1, found " + topK);
    }
    IncludeTokens include = requireNonNullElse(request.includeTokens(), IncludeTokens.ALL);
    return engine.with(
        model, predictor -> answer(model, topK, include, predictor.score(sequences), (int) tokens));
  }

  private static ScoreResponse answer(
      Model model, int topK, IncludeTokens include, List<SequenceScore> scores, int tokens) {
    List<Scored> data = new ArrayList<>(scores.size());
    int scored = 0;
    double logProbability = 0;
    int anomalous = 0;
    for (SequenceScore score : scores) {
      Total total = total(score, data.size());
      scored += total.scored;
      logProbability += total.logProbability;
      int[] anomalies = score.outsideTop(topK);
      anomalous += anomalies.length > 0 ? 1 : 0;
      data.add(
          new Scored(
              data.size(),
              tokens(model.tokenizer(), score, topK, positions(score, include, anomalies)),
              total.scored,
              total.logProbability,
              total.perplexity(),
              total.perplexityFlag(),
              total.bitsPerToken(),
              Arrays.stream(anomalies).boxed().toList()));
    }
    Total all = new Total(scored, logProbability);
    return new ScoreResponse(
        "list",
        model.id(),
        topK,
        data,
        scored,
        logProbability,
        all.perplexity(),
        all.perplexityFlag(),
        all.bitsPerToken(),
        anomalous,
        new Usage(tokens, tokens));
  }

  private static Total total(SequenceScore score, int index) {
    double sum = score.logProbability();
    if (!Double.isFinite(sum)) { // finite weights so great that a state or a logit was not
      throw ProblemException.unprocessable(
          "non_finite_output",
          "inputs[" + index + "]",
          ("inputs[%d]: expected log-probabilities that are finite, found %s; the model's weights"
                  + " are too great for float32")
              .formatted(index, Fields.nonFinite(sum)));
    }
    return new Total(score.scored(), sum);
  }

  private static IntStream positions(SequenceScore score, IncludeTokens include, int[] anomalies) {
    return switch (include) {
      case ALL -> IntStream.range(0, score.tokens().length);
      case ANOMALIES -> Arrays.stream(anomalies);
      case NONE -> IntStream.empty();
    };
  }

  private static List<Token> tokens(
      Tokenizer tokenizer, SequenceScore score, int topK, IntStream positions) {
    return positions.mapToObj(at -> token(tokenizer, score, topK, at)).toList();
  }

  private static Token token(Tokenizer tokenizer, SequenceScore score, int topK, int at) {
    int id = score.tokens()[at];
    String symbol = tokenizer.symbol(id);
    if (at == 0) {
      return new Token(at, symbol, id, null, null, null, null);
    }
    double logProbability = score.logProbabilities()[at];
    int rank = score.ranks()[at];
    return new Token(
        at, symbol, id, logProbability, rank + 1, -logProbability / NATS_PER_BIT, rank < topK);
  }
}
