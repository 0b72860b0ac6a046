package io.carousel.models;

import io.carousel.engine.format.HeaderCodec;
import io.carousel.engine.format.Safetensors;
import io.carousel.engine.format.SafetensorsFile;
import io.carousel.engine.format.TensorInfo;
import io.carousel.engine.nn.Architecture;
import io.carousel.engine.nn.ParameterLayout;
import io.carousel.engine.nn.Parameters;
import io.carousel.engine.tokens.Tokenizer;
import io.carousel.engine.tokens.TokenizerSpecification;
import io.carousel.http.JsonProblems;
import java.io.IOException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * A model's {@code .safetensors} file. Beside the tensors it holds, as strings of {@code
 * __metadata__}: {@code format} ({@code pt}, which other tools ask for), {@code
 * carousel.format_version}, {@code carousel.created} (ISO 8601), and as JSON {@code
 * carousel.architecture}, {@code carousel.tokenizer}, {@code carousel.provenance}.
 */
final class ModelFile {
  private static final String VERSION = "1";

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
    metadata.put("carousel.format_version", VERSION);
    metadata.put("carousel.created", model.createdAt().toString());
    metadata.put("carousel.architecture", mapper.writeValueAsString(model.architecture()));
    metadata.put(
        "carousel.tokenizer", mapper.writeValueAsString(StoredTokenizer.of(model.tokenizer())));
    metadata.put("carousel.provenance", mapper.writeValueAsString(model.provenance()));
    Safetensors.write(path, metadata, parameters, codec);
  }

  /**
   * Reads everything but the weights, of which it only checks that they are there.
   *
   * @throws IOException where the file is damaged or not one of this version
   */
  ModelSummary readSummary(Path path, String id) throws IOException {
    try (SafetensorsFile file = Safetensors.open(path, codec)) {
      Map<String, String> metadata = file.metadata();
      String version = entry(metadata, "carousel.format_version");
      if (!version.equals(VERSION)) {
        throw new IOException(
            "carousel.format_version: expected %s, found %s".formatted(VERSION, version));
      }
      Architecture architecture = json(metadata, "carousel.architecture", Architecture.class);
      Tokenizer tokenizer = json(metadata, "carousel.tokenizer", StoredTokenizer.class).tokenizer();
      ParameterLayout layout = new ParameterLayout(architecture, tokenizer.vocabulary().size());
      requireTensors(file, layout);
      return new ModelSummary(
          id,
          Instant.parse(entry(metadata, "carousel.created")),
          architecture,
          tokenizer,
          layout.size(),
          json(metadata, "carousel.provenance", Provenance.class));
    } catch (IllegalArgumentException | DateTimeException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  Parameters readParameters(Path path, ModelSummary model) throws IOException {
    try (SafetensorsFile file = Safetensors.open(path, codec)) {
      return Safetensors.readParameters(
          file, model.architecture(), model.tokenizer().vocabulary().size());
    }
  }

  private static void requireTensors(SafetensorsFile file, ParameterLayout layout)
      throws IOException {
    for (ParameterLayout.Entry entry : layout.entries()) {
      TensorInfo tensor = file.tensors().get(entry.name());
      List<Long> expected = entry.shape().stream().map(Integer::longValue).toList();
      if (tensor == null || !tensor.shape().equals(expected)) {
        throw new IOException(
            "%s: expected shape %s, found %s"
                .formatted(entry.name(), expected, tensor == null ? "none" : tensor.shape()));
      }
    }
  }

  private <T> T json(Map<String, String> metadata, String key, Class<T> type) throws IOException {
    try {
      return mapper.readValue(entry(metadata, key), type);
    } catch (JacksonException e) {
      throw new IOException(key + ": " + JsonProblems.of(e).getMessage(), e);
    }
  }

  private static String entry(Map<String, String> metadata, String key) throws IOException {
    String value = metadata.get(key);
    if (value == null) {
      throw new IOException(key + ": expected an entry of this name in the metadata, found none");
    }
    return value;
  }
}
