package io.carousel.models;

import io.carousel.engine.format.HeaderCodec;
import io.carousel.engine.format.Safetensors;
import io.carousel.engine.format.SafetensorsFile;
import io.carousel.engine.nn.Architecture;
import io.carousel.engine.nn.Initialization;
import io.carousel.engine.nn.ParameterLayout;
import io.carousel.engine.nn.Parameters;
import io.carousel.engine.tokens.Tokenizer;
import io.carousel.engine.tokens.TokenizerSpecification;
import io.carousel.http.JsonProblems;
import java.io.IOException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A model's {@code .safetensors} file. Beside the tensors it holds, as strings of {@code
 * __metadata__}: {@code format} ({@code pt}, which other tools ask for), {@code
 * carousel.format_version}, {@code carousel.created} (ISO 8601), and as JSON {@code
 * carousel.architecture}, {@code carousel.tokenizer}, {@code carousel.provenance}; and {@code
 * carousel.non_finite} where a weight is NaN or infinite.
 */
final class ModelFile {
  private static final String VERSION = "1";
  private static final String VERSION_KEY = "carousel.format_version";
  private static final String NON_FINITE = "carousel.non_finite";

  private final JsonMapper mapper;
  private final HeaderCodec codec;

  ModelFile(JsonMapper mapper) {
    this.mapper = mapper;
    this.codec = new JacksonHeaderCodec(mapper);
  }

  /** The tokenizer as it stands in the file. */
  record StoredTokenizer(TokenizerSpecification specification, List<String> symbols) {
    static StoredTokenizer of(Tokenizer tokenizer) {
      return new StoredTokenizer(tokenizer.specification(), tokenizer.vocabulary().symbols());
    }

    Tokenizer tokenizer() {
      return Tokenizer.of(specification, symbols);
    }
  }

  void write(Path path, ModelSummary model, Parameters parameters) throws IOException {
    Map<String, String> metadata = new LinkedHashMap<>();
    metadata.put("format", "pt");
    metadata.put(VERSION_KEY, VERSION);
    metadata.put("carousel.created", model.createdAt().toString());
    metadata.put("carousel.architecture", mapper.writeValueAsString(model.architecture()));
    metadata.put(
        "carousel.tokenizer", mapper.writeValueAsString(StoredTokenizer.of(model.tokenizer())));
    metadata.put("carousel.provenance", mapper.writeValueAsString(model.provenance()));
    if (!model.nonFinite().isEmpty()) {
      metadata.put(NON_FINITE, mapper.writeValueAsString(model.nonFinite()));
    }
    Safetensors.write(path, metadata, parameters, codec);
  }

  /** Whether a file was written by {@link #write}, of this version or another. */
  static boolean isOurs(SafetensorsFile file) {
    return file.metadata().containsKey(VERSION_KEY);
  }

  /**
   * Reads everything but the weights, of which it only checks that they are there.
   *
   * @throws IOException where the file is damaged or not one of this version
   */
  ModelSummary readSummary(Path path, String id) throws IOException {
    try (SafetensorsFile file = Safetensors.open(path, codec)) {
      return readSummary(file, id);
    }
  }

  /**
   * As {@link #readSummary(Path, String)}.
   *
   * @throws InvalidMetadataException where the metadata is not that of a model of this version
   */
  ModelSummary readSummary(SafetensorsFile file, String id) throws IOException {
    Map<String, String> metadata = file.metadata();
    String version = entry(metadata, VERSION_KEY);
    if (!version.equals(VERSION)) {
      throw new InvalidMetadataException(
          "%s: expected %s, found %s".formatted(VERSION_KEY, VERSION, JsonProblems.shown(version)),
          null);
    }
    try {
      Architecture architecture = architecture(metadata);
      Tokenizer tokenizer = tokenizer(metadata);
      int vocabularySize = tokenizer.vocabulary().size();
      ParameterLayout layout = Safetensors.matchingLayout(file, architecture, vocabularySize);
      return new ModelSummary(
          id,
          Instant.parse(entry(metadata, "carousel.created")),
          architecture,
          tokenizer,
          layout.size(),
          json(metadata, "carousel.provenance", Provenance.class),
          metadata.containsKey(NON_FINITE)
              ? List.of(json(metadata, NON_FINITE, NonFiniteWeights[].class))
              : List.of());
    } catch (IllegalArgumentException | DateTimeException e) {
      throw new InvalidMetadataException(String.valueOf(e.getMessage()), e);
    }
  }

  Parameters readParameters(Path path, ModelSummary model) throws IOException {
    try (SafetensorsFile file = Safetensors.open(path, codec)) {
      return Safetensors.readParameters(
          file, model.architecture(), model.tokenizer().vocabulary().size());
    }
  }

  private Architecture architecture(Map<String, String> metadata) throws InvalidMetadataException {
    String key = "carousel.architecture";
    ObjectNode stored = json(metadata, key, ObjectNode.class);
    addMissing(stored);
    Architecture architecture = json(key, mapper.writeValueAsString(stored), Architecture.class);
    requireAll(
        key,
        architecture.cell(),
        architecture.nonlinearity(),
        architecture.initialization(),
        architecture.connections());
    requireAll(key, architecture.initialization().recurrent());
    return architecture;
  }

  /** What files of this version did not have from the beginning, as it was then. */
  private static void addMissing(ObjectNode architecture) {
    if (!architecture.has("connections")) {
      architecture.put("connections", "none");
      architecture.put("context_size", Architecture.DEFAULT.contextSize());
      architecture.put("kernel_size", Architecture.DEFAULT.kernelSize());
      architecture.put("max_dilation", Architecture.DEFAULT.maxDilation());
    }
    if (architecture.get("initialization") instanceof ObjectNode initialization
        && !initialization.has("transform_bias")) {
      initialization.put("transform_bias", Initialization.DEFAULT.transformBias());
    }
  }

  private Tokenizer tokenizer(Map<String, String> metadata) throws InvalidMetadataException {
    String key = "carousel.tokenizer";
    StoredTokenizer stored = json(metadata, key, StoredTokenizer.class);
    requireAll(key, stored.specification(), stored.symbols());
    requireAll(key, stored.specification().type(), stored.specification().unknown());
    requireAll(key, stored.symbols().toArray());
    return stored.tokenizer();
  }

  /** Jackson leaves null what a file leaves out. */
  private static void requireAll(String key, @Nullable Object... values)
      throws InvalidMetadataException {
    if (Arrays.asList(values).contains(null)) {
      throw new InvalidMetadataException(
          key + ": expected all that a model has, found a field or symbol that is missing or null",
          null);
    }
  }

  private <T> T json(Map<String, String> metadata, String key, Class<T> type)
      throws InvalidMetadataException {
    return json(key, entry(metadata, key), type);
  }

  private <T> T json(String key, String text, Class<T> type) throws InvalidMetadataException {
    try {
      T value = mapper.readValue(text, type);
      if (value == null) {
        throw new InvalidMetadataException(key + ": expected another value, found null", null);
      }
      return value;
    } catch (JacksonException e) {
      throw new InvalidMetadataException(key + ": " + JsonProblems.of(e).getMessage(), e);
    }
  }

  private static String entry(Map<String, String> metadata, String key)
      throws InvalidMetadataException {
    String value = metadata.get(key);
    if (value == null) {
      throw new InvalidMetadataException(
          key + ": expected an entry of this name in the metadata, found none", null);
    }
    return value;
  }
}
