package io.carousel.jobs.run;

import io.carousel.engine.tokens.Corpus;
import io.carousel.engine.tokens.Tokenizer;
import org.jspecify.annotations.Nullable;

/**
 * A job's data, ready to be trained on.
 *
 * @param validation null where validation_split is 0
 * @param sha256 of the training file's bytes, or of the request's data
 */
public record JobCorpora(
    Tokenizer tokenizer, Corpus training, @Nullable Corpus validation, String sha256) {

  /** Number of tokens of all parts that lie in memory. */
  public long tokens() {
    return training.held() + (validation == null ? 0 : validation.held());
  }
}
