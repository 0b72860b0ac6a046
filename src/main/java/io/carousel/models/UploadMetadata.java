package io.carousel.models;

import static java.util.Objects.requireNonNullElse;

import io.carousel.engine.nn.CellType;
import io.carousel.engine.tokens.Tokenizer;
import io.carousel.engine.tokens.TokenizerSpecification;
import io.carousel.engine.tokens.TokenizerType;
import io.carousel.engine.tokens.UnknownPolicy;
import io.carousel.engine.tokens.Vocabulary;
import io.carousel.http.JsonProblems;
import io.carousel.http.ProblemException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a model that PyTorch saved says of itself, in three strings of {@code __metadata__}.
 *
 * <ul>
 *   <li>{@code vocabulary}: a JSON list of strings, a token's id is its symbol's index; not wanted
 *       of bytes
 *   <li>{@code tokenizer}: {@code char} (the default), {@code byte}, {@code word} or {@code event};
 *       or a JSON object with {@code type}, {@code unknown} and {@code max_vocabulary}. Where it
 *       does not say what becomes of unknown symbols, they map to {@value Vocabulary#UNKNOWN} if
 *       the vocabulary has it, and are rejected else
 *   <li>{@code architecture}: {@code rnn}, {@code gru} or {@code lstm}, or a JSON object with the
 *       fields that a training job has. What it omits is taken from the tensors' shapes;
 *       nonlinearity is tanh
 * </ul>
 */
final class UploadMetadata {
  private static final String EMBEDDING = "embedding.weight";
  private static final String DECODER = "decoder.weight";
  private static final TypeReference<@Nullable List<String>> SYMBOLS = new TypeReference<>() {};

  private final JsonMapper mapper;

  UploadMetadata(JsonMapper mapper) {
    this.mapper = mapper;
  }

  /** Names a value where a JSON object is allowed as well. */
  private interface Named<T> {
    T of(String quoted);
  }

  /** What is said of the architecture; nothing where the entry is missing. */
  ArchitectureRequest architecture(Map<String, String> metadata) throws InvalidMetadataException {
    return parse(
        metadata,
        "architecture",
        ArchitectureRequest.class,
        ArchitectureRequest.EMPTY,
        cell -> ArchitectureRequest.of(mapper.readValue(cell, CellType.class)));
  }

  /**
   * Whether {@code safetensors.torch.save_model} left one of the two matrices out because they
   * shared their memory: it names the other in its place.
   */
  static boolean sharesWeights(Map<String, String> metadata) {
    return DECODER.equals(metadata.get(EMBEDDING)) || EMBEDDING.equals(metadata.get(DECODER));
  }

  /** The tokenizer with its vocabulary. */
  Tokenizer tokenizer(Map<String, String> metadata) throws InvalidMetadataException {
    TokenizerRequest given =
        parse(
            metadata,
            "tokenizer",
            TokenizerRequest.class,
            new TokenizerRequest(null, null, null),
            type -> new TokenizerRequest(mapper.readValue(type, TokenizerType.class), null, null));
    TokenizerType type = requireNonNullElse(given.type(), TokenizerType.CHAR);
    List<String> symbols = symbols(metadata, type);
    UnknownPolicy assumed =
        symbols.contains(Vocabulary.UNKNOWN) && type != TokenizerType.BYTE
            ? UnknownPolicy.MAP
            : UnknownPolicy.REJECT;
    try {
      return Tokenizer.of(given.over(new TokenizerSpecification(type, null, assumed)), symbols);
    } catch (IllegalArgumentException e) {
      throw new InvalidMetadataException(String.valueOf(e.getMessage()), e);
    }
  }

  private List<String> symbols(Map<String, String> metadata, TokenizerType type)
      throws InvalidMetadataException {
    String text = metadata.get("vocabulary");
    if (text == null && type == TokenizerType.BYTE) {
      return Tokenizer.bytes().vocabulary().symbols();
    }
    if (text == null) {
      throw new InvalidMetadataException(
          "vocabulary: expected an entry of this name with a JSON list of all symbols, found none",
          null);
    }
    try {
      List<String> symbols = mapper.readValue(text, SYMBOLS);
      if (symbols != null && !symbols.contains(null)) {
        return symbols;
      }
    } catch (JacksonException e) {
      throw invalid("vocabulary", e);
    }
    throw new InvalidMetadataException("vocabulary: expected a list of strings, found null", null);
  }

  private <T> T parse(
      Map<String, String> metadata, String key, Class<T> type, T missing, Named<T> named)
      throws InvalidMetadataException {
    String text = metadata.get(key);
    if (text == null) {
      return missing;
    }
    try {
      if (text.stripLeading().startsWith("{")) {
        return mapper.readValue(text, type);
      }
      boolean quoted = text.startsWith("\"");
      return named.of(quoted ? text : mapper.writeValueAsString(text));
    } catch (JacksonException e) {
      throw invalid(key, e);
    }
  }

  private static InvalidMetadataException invalid(String key, JacksonException e) {
    ProblemException problem = JsonProblems.of(e);
    return new InvalidMetadataException(key + ": " + problem.getMessage(), e);
  }
}
