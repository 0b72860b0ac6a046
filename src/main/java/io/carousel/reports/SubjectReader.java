package io.carousel.reports;

import static java.util.Objects.requireNonNullElse;

import io.carousel.engine.nn.Architecture;
import io.carousel.engine.nn.Parameters;
import io.carousel.engine.synthetic.SyntheticSpecification;
import io.carousel.engine.tokens.Dataset;
import io.carousel.engine.tokens.Tokenizer;
import io.carousel.engine.tokens.TokenizerSpecification;
import io.carousel.engine.tokens.UnusableDataException;
import io.carousel.files.FileStore;
import io.carousel.files.InlineData;
import io.carousel.files.SyntheticLimits;
import io.carousel.http.DataProblems;
import io.carousel.http.ProblemException;
import io.carousel.models.ArchitectureLimits;
import io.carousel.models.Model;
import io.carousel.models.ModelCatalogue;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Reads what a request names: the network, and what it is measured on. */
@Component
final class SubjectReader {
  private final ModelCatalogue models;
  private final FileStore files;
  private final ArchitectureLimits limits;
  private final SyntheticLimits syntheticLimits;

  SubjectReader(
      ModelCatalogue models,
      FileStore files,
      ArchitectureLimits limits,
      SyntheticLimits syntheticLimits) {
    this.models = models;
    this.files = files;
    this.limits = limits;
    this.syntheticLimits = syntheticLimits;
  }

  /**
   * What is diagnosed.
   *
   * @param model the trained one, or null for a fresh architecture
   */
  record Subject(@Nullable Model model, Architecture architecture, Tokenizer tokenizer) {
    int vocabularySize() {
      return tokenizer.vocabulary().size();
    }

    /** Those of the model, or freshly drawn. */
    Parameters parameters(long seed) {
      return model != null
          ? model.parameters()
          : Parameters.initialize(architecture, vocabularySize(), seed);
    }
  }

  /**
   * The network of a request; a fresh one gets a tokenizer that is fitted on the data.
   *
   * @throws ProblemException 400 or 404
   */
  Subject subject(ReportRequest request, Dataset data) {
    if (request.model() != null) {
      Model model = models.get(request.model(), "model");
      if (request.tokenizer() != null) {
        throw ProblemException.invalid(
            "tokenizer", "tokenizer: expected none, as a model has its own, found one");
      }
      return new Subject(model, model.architecture(), model.tokenizer());
    }
    if (request.architecture() == null) {
      throw new IllegalStateException("neither a model nor an architecture");
    }
    Architecture architecture = request.architecture().fresh(Architecture.DEFAULT.cell(), limits);
    limits.check(architecture);
    TokenizerSpecification defaults = TokenizerSpecification.defaultFor(data);
    TokenizerSpecification specification =
        request.tokenizer() == null ? defaults : request.tokenizer().over(defaults);
    Tokenizer tokenizer = Tokenizer.fit(specification, data);
    limits.check(architecture, tokenizer.vocabulary().size());
    return new Subject(null, architecture, tokenizer);
  }

  /**
   * The field of a request that its data comes from.
   *
   * @throws ProblemException 400 where it is not exactly one
   */
  static String param(ReportRequest.@Nullable Input input) {
    int given = 0;
    String param = "input";
    if (input != null && input.text() != null) {
      given++;
      param = "input.text";
    }
    if (input != null && input.tokens() != null) {
      given++;
      param = "input.tokens";
    }
    if (input != null && input.file() != null) {
      given++;
      param = "input.file";
    }
    if (input != null && input.synthetic() != null) {
      given++;
      param = "input.synthetic";
    }
    if (given != 1) {
      throw ProblemException.invalid(
          "input",
          "input: expected exactly one of text, tokens, file and synthetic, found " + given);
    }
    return param;
  }

  /**
   * The data of an input.
   *
   * @param param the field that it comes from
   * @param seed of the request, for a synthetic corpus without one of its own
   * @throws ProblemException 400 for a field of a synthetic corpus, 404 where there is no such
   *     file, 422 where it cannot be used
   */
  Dataset data(ReportRequest.@Nullable Input input, String param, @Nullable Long seed) {
    if (input == null) {
      throw new IllegalStateException("no input");
    }
    SyntheticSpecification synthetic =
        input.toSynthetic(requireNonNullElse(seed, ReportMaker.DEFAULT_SEED), syntheticLimits);
    if (synthetic != null) {
      return synthetic.corpus().dataset();
    }
    try {
      return read(input, param);
    } catch (UnusableDataException e) {
      throw DataProblems.of(e, param);
    }
  }

  private Dataset read(ReportRequest.Input input, String param) {
    if (input.text() != null) {
      return new Dataset.Text(input.text());
    }
    if (input.tokens() != null) {
      List<Object> tokens = input.tokens();
      boolean nested = !tokens.isEmpty() && tokens.getFirst() instanceof List<?>;
      return nested
          ? InlineData.sequences(tokens, param)
          : new Dataset.EventSequences(List.of(InlineData.events(tokens, param)));
    }
    return files.dataset(files.get(String.valueOf(input.file()), param));
  }
}
