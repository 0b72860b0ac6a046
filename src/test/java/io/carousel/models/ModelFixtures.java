package io.carousel.models;

import io.carousel.engine.nn.Architecture;
import io.carousel.engine.nn.CellType;
import io.carousel.engine.nn.Initialization;
import io.carousel.engine.nn.Nonlinearity;
import io.carousel.engine.nn.Parameters;
import io.carousel.engine.tokens.Dataset;
import io.carousel.engine.tokens.Tokenizer;
import io.carousel.engine.tokens.TokenizerSpecification;
import io.carousel.engine.train.TrainingSpecification;
import io.carousel.http.wiring.JsonConfiguration;
import io.carousel.storage.StorageSettings;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;
import org.springframework.util.unit.DataSize;
import tools.jackson.databind.json.JsonMapper;

/** Small models. */
public final class ModelFixtures {
  static final Architecture ARCHITECTURE =
      new Architecture(
          CellType.GRU, 2, 4, 3, 0.1, false, Nonlinearity.TANH, Initialization.DEFAULT);
  static final Tokenizer TOKENIZER =
      Tokenizer.fit(TokenizerSpecification.DEFAULT, new Dataset.Text("héllo \"wörld\" 😀\n"));
  public static final Provenance PROVENANCE =
      new Provenance(
          "ab",
          null,
          7,
          "scalar",
          "25",
          "amd64",
          100,
          2,
          1.5,
          null,
          null,
          TrainingSpecification.DEFAULT);

  private ModelFixtures() {}

  static Parameters parameters() {
    return Parameters.initialize(ARCHITECTURE, TOKENIZER.vocabulary().size(), 1);
  }

  static Model save(ModelCatalogue catalogue, @Nullable String suffix) {
    return catalogue.save(suffix, ARCHITECTURE, TOKENIZER, parameters(), PROVENANCE);
  }

  static ModelCatalogue open(Path directory, DataSize cache) {
    return new ModelCatalogue(
        new StorageSettings(directory),
        new ModelSettings(cache),
        mapper(),
        Clock.fixed(Instant.parse("2026-01-01T00:00:00Z"), ZoneOffset.UTC));
  }

  static JsonMapper mapper() {
    JsonMapper.Builder builder = JsonMapper.builder();
    JsonConfiguration.configure(builder);
    return builder.build();
  }
}
