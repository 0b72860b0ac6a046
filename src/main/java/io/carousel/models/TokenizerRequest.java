package io.carousel.models;

import static java.util.Objects.requireNonNullElse;

import io.carousel.engine.tokens.TokenizerSpecification;
import io.carousel.engine.tokens.TokenizerType;
import io.carousel.engine.tokens.UnknownPolicy;
import io.carousel.http.Fields;
import io.swagger.v3.oas.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A tokenizer as a request gives it; what it does not give follows from the data. */
@Schema(name = "TokenizerRequest", description = "How text or events become tokens")
public record TokenizerRequest(
    @Schema(description = "default char for text, event for event sequences")
        @Nullable TokenizerType type,
    @Schema(
            description =
                "most symbols, the one for unknown included; the most frequent are kept, which"
                    + " needs unknown map; default null: no limit",
            nullable = true)
        @Nullable Integer maxVocabulary,
    @Schema(description = "what becomes of a symbol outside the vocabulary, default reject")
        @Nullable UnknownPolicy unknown) {

  /** The specification, with the data's defaults where nothing is given. */
  public TokenizerSpecification over(TokenizerSpecification base) {
    return Fields.within(
        "tokenizer",
        () ->
            new TokenizerSpecification(
                requireNonNullElse(type, base.type()),
                maxVocabulary == null ? base.maxVocabulary() : maxVocabulary,
                requireNonNullElse(unknown, base.unknown())));
  }
}
