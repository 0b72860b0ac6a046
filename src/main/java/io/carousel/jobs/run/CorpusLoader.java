package io.carousel.jobs.run;

import io.carousel.engine.tokens.Corpus;
import io.carousel.engine.tokens.Dataset;
import io.carousel.engine.tokens.Tokenizer;
import io.carousel.engine.tokens.TokenizerType;
import io.carousel.engine.tokens.UnusableDataException;
import io.carousel.files.FileStore;
import io.carousel.files.InlineData;
import io.carousel.files.StoredFile;
import io.carousel.http.DataProblems;
import io.carousel.http.ProblemException;
import io.carousel.jobs.state.TrainingData;
import io.carousel.jobs.state.TrainingSource;
import java.util.function.Function;
import java.util.function.Supplier;
import org.springframework.stereotype.Component;

/**
 * Turns a job's data into corpora. The same source, tokenizer and seed give the same corpora, so
 * that they need not be kept between the admission of a job and its start; {@link TrainingData} is
 * what is.
 */
@Component
public final class CorpusLoader {
  private final FileStore files;

  public CorpusLoader(FileStore files) {
    this.files = files;
  }

  /**
   * Reads, tokenises and splits.
   *
   * @param tokenizers gives the tokenizer for the training data
   * @param window steps that the training part must be able to fill
   * @throws ProblemException 404 for a file that is not there, 422 for data that cannot be used
   */
  public JobCorpora load(
      TrainingSource source, Function<Dataset, Tokenizer> tokenizers, int window, long seed) {
    String trainingField = source.inline() == null ? "training_file" : "dataset";
    Dataset data;
    String sha256;
    if (source.trainingFile() != null) {
      StoredFile file = files.get(source.trainingFile(), trainingField);
      data = usable(trainingField, () -> files.dataset(file));
      sha256 = file.sha256();
    } else if (source.inline() != null) {
      data = source.inline();
      sha256 = InlineData.sha256(data);
    } else {
      throw new IllegalStateException("a source without data");
    }
    Tokenizer tokenizer = usable(trainingField, () -> tokenizer(trainingField, tokenizers, data));
    Corpus all = usable(trainingField, () -> tokenizer.encode(data));
    Corpus.Split split = split(source, tokenizer, all, trainingField, seed);
    requireWindow(split.training(), window, trainingField);
    return new JobCorpora(tokenizer, split.training(), split.validation(), sha256);
  }

  private Corpus.Split split(
      TrainingSource source, Tokenizer tokenizer, Corpus all, String trainingField, long seed) {
    if (source.validationFile() == null) {
      return usable(trainingField, () -> all.split(source.validationSplit(), seed));
    }
    String field = "validation_file";
    StoredFile file = files.get(source.validationFile(), field);
    Dataset data = usable(field, () -> files.dataset(file));
    boolean events = tokenizer.specification().type() == TokenizerType.EVENT;
    if (data instanceof Dataset.EventSequences && !events) {
      throw ProblemException.unprocessable(
          "unusable_data",
          field,
          field + ": expected text, as it is trained on, found sequences of events");
    }
    Corpus validation = usable(field, () -> tokenizer.encode(data).split(0, seed).training());
    Corpus training = usable(trainingField, () -> all.split(0, seed).training());
    return new Corpus.Split(training, validation);
  }

  private static Tokenizer tokenizer(
      String field, Function<Dataset, Tokenizer> tokenizers, Dataset data) {
    return usable(field, () -> tokenizers.apply(data));
  }

  private static void requireWindow(Corpus training, int window, String field) {
    if (training instanceof Corpus.RunningText && training.predictions() < window) {
      throw ProblemException.unprocessable(
          "corpus_too_short",
          field,
          ("%s: expected a text of at least %d tokens to train on, one more than"
                  + " training.sequence_length, found %d after the part for validation was set aside")
              .formatted(field, window + 1, training.size()));
    }
  }

  private static <T> T usable(String field, Supplier<T> step) {
    try {
      return step.get();
    } catch (UnusableDataException e) {
      throw DataProblems.of(e, field);
    }
  }
}
