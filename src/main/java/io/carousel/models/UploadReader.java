package io.carousel.models;

import static java.util.Objects.requireNonNullElse;

import io.carousel.engine.format.HeaderCodec;
import io.carousel.engine.format.HeaderTooLongException;
import io.carousel.engine.format.MalformedSafetensorsException;
import io.carousel.engine.format.ModelShape;
import io.carousel.engine.format.Safetensors;
import io.carousel.engine.format.SafetensorsFile;
import io.carousel.engine.format.TensorMismatchException;
import io.carousel.engine.nn.Architecture;
import io.carousel.engine.nn.Initialization;
import io.carousel.engine.nn.Nonlinearity;
import io.carousel.engine.nn.ParameterLayout;
import io.carousel.engine.nn.Parameters;
import io.carousel.engine.tokens.Tokenizer;
import io.carousel.http.Fields;
import io.carousel.http.JsonProblems;
import io.carousel.http.LimitSettings;
import io.carousel.http.ProblemException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;
import org.springframework.http.HttpStatus;
import tools.jackson.databind.json.JsonMapper;

/** Reads a model that was uploaded, ours or one that PyTorch saved, and says what is wrong. */
final class UploadReader {
  private static final String FILE = "file";
  private static final Pattern BACKWARD = Pattern.compile("rnn\\..*_l\\d+_reverse");
  private static final Pattern PROJECTED = Pattern.compile("rnn\\.weight_hr_l\\d+.*");

  private final ModelFile format;
  private final HeaderCodec codec;
  private final UploadMetadata metadata;
  private final ArchitectureLimits architectureLimits;
  private final LimitSettings limits;
  private final UploadSettings settings;

  UploadReader(
      JsonMapper mapper,
      ArchitectureLimits architectureLimits,
      LimitSettings limits,
      UploadSettings settings) {
    this.format = new ModelFile(mapper);
    this.codec = new JacksonHeaderCodec(mapper);
    this.metadata = new UploadMetadata(mapper);
    this.architectureLimits = architectureLimits;
    this.limits = limits;
    this.settings = settings;
  }

  /**
   * A model as it was uploaded.
   *
   * @param provenance what the file says of itself
   */
  record Upload(
      Architecture architecture,
      Tokenizer tokenizer,
      Parameters parameters,
      Provenance provenance) {}

  /**
   * Reads a file.
   *
   * @throws ProblemException 400 where it is no safetensors file, over a limit, or of a kind that
   *     this service does not have; 422 where it is not the model that it says it is
   * @throws IOException where the file cannot be read
   */
  Upload read(Path path) throws IOException {
    long longestHeader = settings.maxHeaderBytes().toBytes();
    try (SafetensorsFile file = Safetensors.open(path, codec, longestHeader)) {
      return ModelFile.isOurs(file) ? ours(file) : pytorch(file);
    } catch (HeaderTooLongException e) {
      throw new ProblemException(
          HttpStatus.BAD_REQUEST,
          "limit_exceeded",
          FILE,
          "file: %s (the setting carousel.models.max-header-bytes)".formatted(e.getMessage()));
    } catch (TensorMismatchException e) {
      throw ProblemException.unprocessable(code(e.fault()), FILE, "file: " + e.getMessage());
    } catch (MalformedSafetensorsException e) {
      throw new ProblemException(
          HttpStatus.BAD_REQUEST, "malformed_safetensors", FILE, "file: " + e.getMessage());
    } catch (InvalidMetadataException e) {
      throw ProblemException.unprocessable(
          "invalid_metadata", FILE, "file: __metadata__: " + e.getMessage());
    }
  }

  private static String code(TensorMismatchException.Fault fault) {
    return switch (fault) {
      case MISSING -> "missing_tensor";
      case UNEXPECTED -> "unexpected_tensor";
      case SHAPE -> "wrong_tensor_shape";
      case DTYPE -> "wrong_tensor_dtype";
      case VALUE -> "wrong_tensor_value";
    };
  }

  private Upload ours(SafetensorsFile file) throws IOException {
    ModelSummary summary = format.readSummary(file, "upload");
    requireInLimits(summary.architecture(), summary.tokenizer().vocabulary().size());
    return upload(file, summary.architecture(), summary.tokenizer(), summary.provenance());
  }

  private Upload pytorch(SafetensorsFile file) throws IOException {
    requireSupported(file);
    Map<String, String> entries = file.metadata();
    ArchitectureRequest given = metadata.architecture(entries);
    boolean tied = requireNonNullElse(given.tieWeights(), UploadMetadata.sharesWeights(entries));
    ModelShape shape = ModelShape.of(file, tied);
    Architecture architecture = architecture(given, shape, tied);
    requireInLimits(architecture, shape.vocabularySize());
    Tokenizer tokenizer = metadata.tokenizer(entries);
    int symbols = tokenizer.vocabulary().size();
    if (symbols != shape.vocabularySize()) {
      throw ProblemException.unprocessable(
          "vocabulary_mismatch",
          FILE,
          "file: __metadata__: vocabulary: expected %d symbols, as embedding.weight has so many rows,"
                  .formatted(shape.vocabularySize())
              + " found "
              + symbols);
    }
    return upload(file, architecture, tokenizer, Provenance.UNKNOWN);
  }

  private static Upload upload(
      SafetensorsFile file, Architecture architecture, Tokenizer tokenizer, Provenance provenance)
      throws IOException {
    int vocabularySize = tokenizer.vocabulary().size();
    Parameters parameters = Safetensors.readParameters(file, architecture, vocabularySize);
    return new Upload(architecture, tokenizer, parameters, provenance);
  }

  /** What the metadata says goes before the shapes, which are then held against it. */
  private static Architecture architecture(
      ArchitectureRequest given, ModelShape shape, boolean tied) throws InvalidMetadataException {
    try {
      return given.over(
          Fields.within(
              "architecture",
              () ->
                  new Architecture(
                      shape.cell(),
                      shape.layers(),
                      shape.hiddenSize(),
                      shape.embeddingSize(),
                      0,
                      tied,
                      Nonlinearity.TANH,
                      Initialization.DEFAULT)));
    } catch (IllegalArgumentException e) {
      throw new InvalidMetadataException(String.valueOf(e.getMessage()), e);
    }
  }

  private static void requireSupported(SafetensorsFile file) {
    for (String name : file.tensors().keySet()) {
      if (BACKWARD.matcher(name).matches()) {
        throw Fields.notSupported(
            FILE,
            "expected a network that reads forward, found %s of a bidirectional one"
                .formatted(JsonProblems.cut(name)));
      }
      if (PROJECTED.matcher(name).matches()) {
        throw Fields.notSupported(
            FILE,
            "expected an LSTM without projections (proj_size 0), found %s"
                .formatted(JsonProblems.cut(name)));
      }
    }
  }

  private void requireInLimits(Architecture architecture, int vocabularySize) {
    architectureLimits.check(architecture, vocabularySize);
    long count = ParameterLayout.count(architecture, vocabularySize);
    long most = limits.maxModelBytes().toBytes();
    if (count > most / Float.BYTES) {
      throw new ProblemException(
          HttpStatus.BAD_REQUEST,
          "limit_exceeded",
          FILE,
          ("file: expected at most %d bytes of weights as float32 (the setting"
                  + " carousel.limits.max-model-bytes), found %d weights of 4 bytes")
              .formatted(most, count));
    }
  }
}
