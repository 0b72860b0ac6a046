package io.carousel.models;

import io.carousel.engine.nn.Architecture;
import io.carousel.engine.tokens.TokenizerSpecification;
import io.carousel.engine.tokens.TokenizerType;
import io.carousel.engine.tokens.UnknownPolicy;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A model as a client sees it: OpenAI's four fields, and what it is and where it comes from. */
@Schema(name = "Model")
record ModelResponse(
    @Schema(description = "`<suffix or cell>-<8 hex>`", example = "shakespeare-1f3a9c04") String id,
    @Schema(example = "model") String object,
    @Schema(description = "Unix seconds", example = "1767225600") long created,
    @Schema(example = "carousel") String ownedBy,
    Architecture architecture,
    TokenizerResponse tokenizer,
    @Schema(description = "number of parameters", example = "857153") long parameters,
    Provenance provenance,
    @Schema(
            description =
                "parameters with weights that are NaN or infinite, usually none; such a model can be"
                    + " diagnosed, but predictions and scores answer 422 `non_finite_weights`")
        List<NonFiniteWeights> nonFinite) {

  /** A tokenizer without its symbols, which are in the model's file. */
  @Schema(name = "ModelTokenizer")
  record TokenizerResponse(
      TokenizerType type,
      @Schema(description = "number of symbols", example = "65") int vocabularySize,
      @Schema(description = "the limit it was trained with, or null", nullable = true)
          @Nullable Integer maxVocabulary,
      UnknownPolicy unknown) {}

  static ModelResponse of(ModelSummary model) {
    TokenizerSpecification tokenizer = model.tokenizer().specification();
    return new ModelResponse(
        model.id(),
        "model",
        model.created(),
        "carousel",
        model.architecture(),
        new TokenizerResponse(
            tokenizer.type(),
            model.tokenizer().vocabulary().size(),
            tokenizer.maxVocabulary(),
            tokenizer.unknown()),
        model.parameterCount(),
        model.provenance(),
        model.nonFinite());
  }
}
