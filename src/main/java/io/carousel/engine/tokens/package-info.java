/** From text or events to batches of token ids: tokenizer, vocabulary, corpus, batch iterator. */
@NullMarked
package io.carousel.engine.tokens;

import org.jspecify.annotations.NullMarked;
