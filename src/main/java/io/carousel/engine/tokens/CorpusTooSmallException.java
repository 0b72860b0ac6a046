package io.carousel.engine.tokens;

/** A corpus, or one of its parts, without a single symbol that could be predicted from another. */
public final class CorpusTooSmallException extends UnusableDataException {

  CorpusTooSmallException(String message) {
    super(message);
  }

  static void requirePredictions(Corpus corpus) {
    if (corpus instanceof Corpus.Generated || corpus.predictions() > 0) {
      // Those of a source all have something to predict, and counting would make them all.
      return;
    }
    throw new CorpusTooSmallException(
        switch (corpus) {
          case Corpus.RunningText text ->
              "corpus: expected at least 2 tokens, one and its successor, found " + text.size();
          case Corpus.Sequences sequences ->
              "corpus: expected at least 1 sequence of 2 or more tokens, found none"
                  + sequences.andDropped();
          case Corpus.Generated generated -> "corpus: expected at least 1 sequence, found none";
        });
  }
}
