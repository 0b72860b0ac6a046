package io.carousel.reports.contrast;

import static io.carousel.http.Fields.requireAtMost;

import io.carousel.engine.tokens.Tokenizer;
import io.carousel.engine.tokens.TokenizerType;
import io.carousel.engine.tokens.UnusableDataException;
import io.carousel.engine.tokens.Vocabulary;
import io.carousel.files.InlineData;
import io.carousel.http.DataProblems;
import io.carousel.http.JsonProblems;
import io.carousel.http.ProblemException;
import io.carousel.models.Model;
import io.carousel.models.ModelCatalogue;
import io.carousel.reports.contrast.ContrastRequest.Forms;
import io.carousel.reports.contrast.ContrastRequest.Input;
import io.carousel.reports.contrast.ContrastRequest.Variant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Reads the input and both forms with a model's own tokenizer. */
@Component
final class ContrastReader {
  private final ModelCatalogue models;
  private final ContrastSettings settings;

  ContrastReader(ModelCatalogue models, ContrastSettings settings) {
    this.models = models;
    this.settings = settings;
  }

  /**
   * The input of a request.
   *
   * @throws ProblemException 400 where it is not exactly one
   */
  static Input input(@Nullable Input input) {
    boolean text = input != null && input.text() != null;
    boolean tokens = input != null && input.tokens() != null;
    if (input == null || text == tokens) {
      throw ProblemException.invalid(
          "input",
          "input: expected exactly one of text and tokens, found " + (text ? "both" : "neither"));
    }
    return input;
  }

  /**
   * The forms of a request.
   *
   * @throws ProblemException 400 where one is missing or both are the same
   */
  static Forms forms(@Nullable Forms forms) {
    if (forms == null || forms.expected() == null || forms.other() == null) {
      String missing = forms != null && forms.expected() != null ? ".other" : ".expected";
      String field = forms == null ? "contrast" : "contrast" + missing;
      throw ProblemException.invalid(
          field,
          field + ": expected " + (forms == null ? "an object" : "a token") + ", found null");
    }
    if (forms.expected().equals(forms.other())) {
      throw ProblemException.invalid(
          "contrast.other",
          "contrast.other: expected another form than contrast.expected, found %s twice"
              .formatted(JsonProblems.shown(forms.other())));
    }
    return forms;
  }

  /**
   * The input as a model reads it.
   *
   * @throws ProblemException 400, 404 where there is no such model, 422 where it does not know a
   *     symbol or cannot compute
   */
  Reading read(String name, Variant variant, Input input, Forms forms) {
    String id = variant.model();
    if (id == null) {
      throw ProblemException.invalid("model", "model: expected the id of a model, found null");
    }
    Model model = models.get(id, "model");
    model.requireFinite("model");
    String param = input.text() != null ? "input.text" : "input.tokens";
    int[] ids = ids(model.tokenizer(), input, param);
    if (ids.length == 0) {
      throw ProblemException.invalid(param, param + ": expected at least 1 token, found none");
    }
    requireAtMost(param, ids.length, settings.maxTokens(), "carousel.contrasts.max-tokens");
    return new Reading(
        name,
        model,
        ids,
        form("contrast.expected", forms.expected(), model.tokenizer()),
        form("contrast.other", forms.other(), model.tokenizer()));
  }

  private static int[] ids(Tokenizer tokenizer, Input input, String param) {
    try {
      if (input.text() != null) {
        return tokenizer.encode(input.text());
      }
      if (input.tokens() == null || tokenizer.specification().type() != TokenizerType.EVENT) {
        throw ProblemException.invalid(
            param,
            "%s: expected a text, as this is a model of type %s, found events"
                .formatted(param, type(tokenizer)));
      }
      return tokenizer.encodeEvents(InlineData.events(input.tokens(), param));
    } catch (UnusableDataException e) {
      throw DataProblems.of(e, param);
    }
  }

  private static int form(String param, @Nullable String form, Tokenizer tokenizer) {
    Vocabulary vocabulary = tokenizer.vocabulary();
    return vocabulary
        .idOf(String.valueOf(form))
        .orElseThrow(() ->
            ProblemException.unprocessable(
                "unknown_symbol",
                param,
                "%s: expected one of the %d symbols of the model's vocabulary (type %s), found %s"
                    .formatted(
                        param, vocabulary.size(), type(tokenizer), JsonProblems.shown(form))));
  }

  private static String type(Tokenizer tokenizer) {
    return tokenizer.specification().type().name().toLowerCase(Locale.ROOT);
  }
}
